package tests

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Parts of each size and algorithm, over http and https.
func TestTransferManagerMovesPartsBothWays(t *testing.T) {
	t.Parallel()
	schemes := bothSchemes(t)
	content := noise(20 << 20)
	for scheme, config := range schemes {
		client := bucket(t, config, "bkt-"+scheme)
		for _, kind := range []types.GetObjectType{types.GetObjectParts, types.GetObjectRanges} {
			for _, algorithm := range []types.ChecksumAlgorithm{"", "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
				t.Run(fmt.Sprintf("%s/%s/%s", scheme, kind, algorithm), func(t *testing.T) {
					manager := transfermanager.New(client, func(o *transfermanager.Options) {
						o.PartSizeBytes, o.MultipartUploadThreshold, o.GetObjectType = 5<<20, 5<<20, kind
					})
					moved(t, manager, "bkt-"+scheme, algorithm, content)
				})
			}
		}
	}
}

func moved(
	t *testing.T, manager *transfermanager.Client, bucket string, algorithm types.ChecksumAlgorithm, content []byte,
) {
	t.Helper()
	up := must(manager.UploadObject(t.Context(), &transfermanager.UploadObjectInput{
		Bucket: &bucket, Key: aws.String("big"), Body: bytes.NewReader(content), ChecksumAlgorithm: algorithm,
	}))(t)
	if !strings.HasSuffix(*up.ETag, `-4"`) {
		t.Fatalf("the ETag %s is not one of four parts", *up.ETag)
	}
	into := target{content: make([]byte, len(content))}
	must(manager.DownloadObject(t.Context(), &transfermanager.DownloadObjectInput{
		Bucket: &bucket, Key: aws.String("big"), WriterAt: into,
	}))(t)
	same(t, into.content, content)
	down := must(manager.GetObject(t.Context(), &transfermanager.GetObjectInput{
		Bucket: &bucket, Key: aws.String("big"),
	}))(t)
	same(t, must(io.ReadAll(down.Body))(t), content)
}

// target is memory that parts are written into, in any order.
type target struct{ content []byte }

func (into target) WriteAt(part []byte, offset int64) (int, error) {
	return copy(into.content[offset:], part), nil
}

// Each algorithm the SDK computes by itself, over http (signed chunks' trailer or header) and https (unsigned ones).
func TestChecksumsOfEachAlgorithmAreCheckedBothWays(t *testing.T) {
	t.Parallel()
	schemes := bothSchemes(t)
	bucket(t, schemes["http"], "bkt")
	for scheme, config := range schemes {
		for _, algorithm := range computed {
			t.Run(scheme+"/"+string(algorithm), func(t *testing.T) {
				client, content := s3.NewFromConfig(config), noise(100_000)
				made := must(client.PutObject(t.Context(), &s3.PutObjectInput{
					Bucket: aws.String("bkt"), Key: aws.String(scheme + string(algorithm)),
					Body: bytes.NewReader(content), ChecksumAlgorithm: algorithm,
				}))(t)
				answer := must(client.GetObject(t.Context(), &s3.GetObjectInput{
					Bucket: aws.String("bkt"), Key: aws.String(scheme + string(algorithm)),
					ChecksumMode: s3types.ChecksumModeEnabled,
				}))(t)
				same(t, read(t, answer.Body), content) // the SDK compares the checksum while it reads
				sent, kept := values(made), values(answer)
				if sent[algorithm] == nil || *sent[algorithm] != *kept[algorithm] {
					t.Fatalf("sent %v, kept %v", sent[algorithm], kept[algorithm])
				}
			})
		}
	}
}

var computed = []s3types.ChecksumAlgorithm{
	s3types.ChecksumAlgorithmCrc32, s3types.ChecksumAlgorithmCrc32c, s3types.ChecksumAlgorithmCrc64nvme,
	s3types.ChecksumAlgorithmSha1, s3types.ChecksumAlgorithmSha256, s3types.ChecksumAlgorithmSha512,
}

// values are the checksums that an answer names.
func values(answer any) map[s3types.ChecksumAlgorithm]*string {
	switch answer := answer.(type) {
	case *s3.PutObjectOutput:
		return map[s3types.ChecksumAlgorithm]*string{
			"CRC32": answer.ChecksumCRC32, "CRC32C": answer.ChecksumCRC32C, "CRC64NVME": answer.ChecksumCRC64NVME,
			"SHA1": answer.ChecksumSHA1, "SHA256": answer.ChecksumSHA256, "SHA512": answer.ChecksumSHA512,
		}
	case *s3.GetObjectOutput:
		return map[s3types.ChecksumAlgorithm]*string{
			"CRC32": answer.ChecksumCRC32, "CRC32C": answer.ChecksumCRC32C, "CRC64NVME": answer.ChecksumCRC64NVME,
			"SHA1": answer.ChecksumSHA1, "SHA256": answer.ChecksumSHA256, "SHA512": answer.ChecksumSHA512,
		}
	}
	return nil
}

func TestChecksumsAreSentWhenSupportedAndOnlyWhenRequired(t *testing.T) {
	t.Parallel()
	schemes := bothSchemes(t)
	bucket(t, schemes["http"], "bkt")
	for scheme, config := range schemes {
		for when, sent := range map[aws.RequestChecksumCalculation]bool{
			aws.RequestChecksumCalculationWhenSupported: true,
			aws.RequestChecksumCalculationWhenRequired:  false,
		} {
			t.Run(fmt.Sprintf("%s/%v", scheme, sent), func(t *testing.T) {
				config.RequestChecksumCalculation = when
				config.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
				if !sent {
					config.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
				}
				client := s3.NewFromConfig(config)
				made := put(t, client, "bkt", "k", []byte("content"))
				equal(t, made.ChecksumCRC32 != nil, sent)
				same(t, get(t, client, "bkt", "k"), []byte("content"))
				// S3 requires one here whatever the setting.
				must(client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{
					Bucket: aws.String("bkt"),
					Delete: &s3types.Delete{Objects: []s3types.ObjectIdentifier{{Key: aws.String("k")}}},
				}))(t)
			})
		}
	}
}

func TestWrongChecksumIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("bkt"), Key: aws.String("k"), Body: bytes.NewReader([]byte("content")),
		ChecksumSHA256: aws.String("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), // of nothing
	})
	refused(t, err, "BadDigest", 400)
	_, err = client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("bkt"), Key: aws.String("k")})
	refused(t, err, "NotFound", 404)
}

// What the SDK does not compute is taken as the caller computed it, here of "123456789".
func TestGivenChecksumsAreCompared(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	for algorithm, give := range map[string]func(*s3.PutObjectInput){
		"md5":       func(in *s3.PutObjectInput) { in.ChecksumMD5 = aws.String("JfnnlDI7RTiF9RgfG2JNCw==") },
		"xxhash64":  func(in *s3.PutObjectInput) { in.ChecksumXXHASH64 = aws.String("jLhB20DmroM=") },
		"xxhash3":   func(in *s3.PutObjectInput) { in.ChecksumXXHASH3 = aws.String("ctyxi2ehff8=") },
		"xxhash128": func(in *s3.PutObjectInput) { in.ChecksumXXHASH128 = aws.String("MxGUd+3l3NXpcWQnaB1YYA==") },
	} {
		for content, kept := range map[string]bool{"123456789": true, "123456780": false} {
			input := &s3.PutObjectInput{
				Bucket: aws.String("bkt"), Key: &algorithm, Body: bytes.NewReader([]byte(content)),
			}
			give(input)
			_, err := client.PutObject(t.Context(), input)
			if !kept {
				refused(t, err, "BadDigest", 400)
			} else if err != nil {
				t.Fatalf("%s: %v", algorithm, err)
			}
		}
	}
}

// The completion of an upload vouches for its parts: theirs must be named where the whole is made of them.
func TestCompletionVouchesForItsParts(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	upload := must(client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{
		Bucket: aws.String("bkt"), Key: aws.String("k"), ChecksumAlgorithm: s3types.ChecksumAlgorithmSha256,
	}))(t).UploadId
	part := must(client.UploadPart(t.Context(), &s3.UploadPartInput{
		Bucket: aws.String("bkt"), Key: aws.String("k"), UploadId: upload, PartNumber: aws.Int32(1),
		Body: bytes.NewReader([]byte("content")), ChecksumAlgorithm: s3types.ChecksumAlgorithmSha256,
	}))(t)
	ofNothing := "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	complete := func(ofPart, ofWhole *string) (*s3.CompleteMultipartUploadOutput, error) {
		return client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
			Bucket: aws.String("bkt"), Key: aws.String("k"), UploadId: upload, ChecksumSHA256: ofWhole,
			MultipartUpload: &s3types.CompletedMultipartUpload{Parts: []s3types.CompletedPart{
				{PartNumber: aws.Int32(1), ETag: part.ETag, ChecksumSHA256: ofPart},
			}},
		})
	}
	_, err := complete(nil, nil)
	refused(t, err, "InvalidRequest", 400)
	_, err = complete(&ofNothing, nil)
	refused(t, err, "InvalidPart", 400)
	_, err = complete(part.ChecksumSHA256, aws.String(ofNothing+"-1"))
	refused(t, err, "BadDigest", 400)
	made := must(complete(part.ChecksumSHA256, nil))(t)
	if !strings.HasSuffix(*made.ChecksumSHA256, "-1") {
		t.Fatalf("the checksum %s is not one of one part", *made.ChecksumSHA256)
	}
}
