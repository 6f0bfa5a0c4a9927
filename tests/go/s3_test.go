package tests

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestObjectComesBackWithWhatWasSaidOfIt(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	for _, key := range []string{"plain", "a//b", "a/../b", "é x", "d+e", "per%cent", "slash/"} {
		must(client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: aws.String("bkt"), Key: &key, Body: bytes.NewReader([]byte(key)),
			ContentType: aws.String("text/plain"), Metadata: map[string]string{"who": "me"},
		}))(t)
		same(t, get(t, client, "bkt", key), []byte(key))
		head := must(client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("bkt"), Key: &key}))(t)
		equal(t, *head.ContentLength, int64(len(key)))
		equal(t, *head.ContentType, "text/plain")
		equal(t, head.Metadata, map[string]string{"who": "me"})
	}
}

func TestRangesConditionsAndCopies(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	put(t, client, "bkt", "k", []byte("0123456789"))
	part := must(client.GetObject(t.Context(), &s3.GetObjectInput{
		Bucket: aws.String("bkt"), Key: aws.String("k"), Range: aws.String("bytes=2-4"),
	}))(t)
	equal(t, *part.ContentRange, "bytes 2-4/10")
	same(t, read(t, part.Body), []byte("234"))

	again := &s3.PutObjectInput{Bucket: aws.String("bkt"), Key: aws.String("k"), IfNoneMatch: aws.String("*")}
	_, err := client.PutObject(t.Context(), again)
	refused(t, err, "PreconditionFailed", 412)
	again.Key = aws.String("new")
	must(client.PutObject(t.Context(), again))(t)

	must(client.CopyObject(t.Context(), &s3.CopyObjectInput{
		Bucket: aws.String("bkt"), Key: aws.String("copy"), CopySource: aws.String("bkt/k"),
	}))(t)
	same(t, get(t, client, "bkt", "copy"), []byte("0123456789"))
}

func TestListsPageAndManyAreDeletedAtOnce(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	var want []string
	var wish types.Delete
	for number := range 7 {
		key := fmt.Sprintf("many/%d", number)
		put(t, client, "bkt", key, nil)
		want = append(want, key)
		wish.Objects = append(wish.Objects, types.ObjectIdentifier{Key: &key})
	}
	list := &s3.ListObjectsV2Input{Bucket: aws.String("bkt"), Prefix: aws.String("many/"), MaxKeys: aws.Int32(3)}
	var found []string
	for pages := s3.NewListObjectsV2Paginator(client, list); pages.HasMorePages(); {
		for _, object := range must(pages.NextPage(t.Context()))(t).Contents {
			found = append(found, *object.Key)
		}
	}
	equal(t, found, want)
	gone := must(client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: aws.String("bkt"), Delete: &wish}))(t)
	equal(t, len(gone.Deleted), 7)
	equal(t, *must(client.ListObjectsV2(t.Context(), list))(t).KeyCount, int32(0))
	must(client.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: aws.String("bkt")}))(t)
}

func TestVersionsAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	must(client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket:                  aws.String("bkt"),
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	}))(t)
	var want []string
	for number := range 5 {
		made := put(t, client, "bkt", "k", []byte{byte(number)})
		want = append([]string{*made.VersionId}, want...)
	}
	must(client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("bkt"), Key: aws.String("k")}))(t)
	var found, markers []string
	pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{
		Bucket: aws.String("bkt"), MaxKeys: aws.Int32(2),
	})
	for pages.HasMorePages() {
		page := must(pages.NextPage(t.Context()))(t)
		for _, version := range page.Versions {
			found = append(found, *version.VersionId)
		}
		for _, marker := range page.DeleteMarkers {
			equal(t, *marker.IsLatest, true)
			markers = append(markers, *marker.VersionId)
		}
	}
	equal(t, found, want)
	equal(t, len(markers), 1)
	old := must(client.GetObject(t.Context(), &s3.GetObjectInput{
		Bucket: aws.String("bkt"), Key: aws.String("k"), VersionId: &want[4],
	}))(t)
	same(t, read(t, old.Body), []byte{0})
}

func TestWhatIsMissingIsMissedByItsType(t *testing.T) {
	t.Parallel()
	client := bucket(t, settings(start(t).endpoint), "bkt")
	_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("bkt"), Key: aws.String("none")})
	var key *types.NoSuchKey
	if !errors.As(err, &key) {
		t.Fatalf("got %v", err)
	}
	_, err = client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("no-such-bucket")})
	var absent *types.NoSuchBucket
	if !errors.As(err, &absent) {
		t.Fatalf("got %v", err)
	}
	_, err = client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("bkt"), Key: aws.String("none")})
	var found *types.NotFound
	if !errors.As(err, &found) {
		t.Fatalf("got %v", err)
	}
	_, err = client.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: aws.String("bkt"),
		CreateBucketConfiguration: &types.CreateBucketConfiguration{
			LocationConstraint: types.BucketLocationConstraintEuWest1,
		},
	})
	var owned *types.BucketAlreadyOwnedByYou
	if !errors.As(err, &owned) {
		t.Fatalf("got %v", err)
	}
}

func TestObjectsSurviveAKill(t *testing.T) {
	t.Parallel()
	server := start(t)
	client := bucket(t, settings(server.endpoint), "bkt")
	content := noise(300_000)
	put(t, client, "bkt", "kept", content)
	server.kill()
	server.open(t)
	same(t, get(t, s3.NewFromConfig(settings(server.endpoint)), "bkt", "kept"), content)
}
