package tests

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ebs"
	"github.com/aws/aws-sdk-go-v2/service/ebs/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

const blockSize = 524_288

// blocks is the EBS direct APIs for a place.
type blocks struct {
	*place
	direct *ebs.Client
}

func sum(data []byte) *string {
	digest := sha256.Sum256(data)
	return aws.String(base64.StdEncoding.EncodeToString(digest[:]))
}

// write makes a snapshot of these blocks, and waits for it as EC2's clients do.
func (b *blocks) write(parent *string, content map[int32][]byte) *string {
	b.Helper()
	id := must(b.direct.StartSnapshot(b.ctx, &ebs.StartSnapshotInput{VolumeSize: aws.Int64(1), ParentSnapshotId: parent}))(b.T).SnapshotId
	for index, data := range content {
		answer := must(b.direct.PutSnapshotBlock(b.ctx, &ebs.PutSnapshotBlockInput{
			SnapshotId: id, BlockIndex: &index, BlockData: bytes.NewReader(data), DataLength: aws.Int32(blockSize),
			Checksum: sum(data), ChecksumAlgorithm: types.ChecksumAlgorithmChecksumAlgorithmSha256,
		}))(b.T)
		equal(b.T, *answer.Checksum, *sum(data))
	}
	must(b.direct.CompleteSnapshot(b.ctx, &ebs.CompleteSnapshotInput{SnapshotId: id, ChangedBlocksCount: aws.Int32(int32(len(content)))}))(b.T)
	b.done(ec2.NewSnapshotCompletedWaiter(b).Wait(b.ctx, &ec2.DescribeSnapshotsInput{SnapshotIds: []string{*id}}, patience))
	return id
}

// read is everything a snapshot holds, page by page.
func (b *blocks) read(id *string) map[int32][]byte {
	b.Helper()
	content := map[int32][]byte{}
	pages := ebs.NewListSnapshotBlocksPaginator(b.direct, &ebs.ListSnapshotBlocksInput{SnapshotId: id, MaxResults: aws.Int32(100)})
	for pages.HasMorePages() {
		for _, block := range must(pages.NextPage(b.ctx))(b.T).Blocks {
			answer := must(b.direct.GetSnapshotBlock(b.ctx, &ebs.GetSnapshotBlockInput{
				SnapshotId: id, BlockIndex: block.BlockIndex, BlockToken: block.BlockToken,
			}))(b.T)
			data := read(b.T, answer.BlockData)
			equal(b.T, *answer.Checksum, *sum(data))
			content[*block.BlockIndex] = data
		}
	}
	return content
}

// A snapshot is written and read by blocks, its child lists what changed, and both go.
func TestSnapshotsAreWrittenAndReadByBlocks(t *testing.T) {
	t.Parallel()
	p := newPlace(t, start(t).endpoint)
	b := &blocks{p, ebs.NewFromConfig(p.config)}
	content, zeroes := map[int32][]byte{}, make([]byte, blockSize)
	for index := range int32(120) {
		content[index*3] = zeroes
	}
	content[9] = noise(blockSize)
	first := b.write(nil, content)
	found := b.read(first)
	equal(t, len(found), len(content))
	same(t, found[9], content[9])
	changes := map[int32][]byte{0: noise(blockSize), 2047: zeroes}
	second := b.write(first, changes)
	changed := map[int32]bool{}
	pages := ebs.NewListChangedBlocksPaginator(b.direct, &ebs.ListChangedBlocksInput{
		FirstSnapshotId: first, SecondSnapshotId: second, MaxResults: aws.Int32(100),
	})
	for pages.HasMorePages() {
		for _, block := range must(pages.NextPage(b.ctx))(t).ChangedBlocks {
			changed[*block.BlockIndex] = block.FirstBlockToken != nil
		}
	}
	equal(t, changed, map[int32]bool{0: true, 2047: false})
	for _, id := range []*string{second, first} {
		must(b.DeleteSnapshot(b.ctx, &ec2.DeleteSnapshotInput{SnapshotId: id}))(t)
		_, err := b.direct.ListSnapshotBlocks(b.ctx, &ebs.ListSnapshotBlocksInput{SnapshotId: id})
		refused(t, err, "ResourceNotFoundException", 404)
		var missing *types.ResourceNotFoundException
		if !errors.As(err, &missing) {
			t.Fatalf("it is no %T: %v", missing, err)
		}
		equal(t, missing.Reason, types.ResourceNotFoundExceptionReasonSnapshotNotFound)
	}
}

// What is refused carries its reason, and a block that its checksum does not fit is not kept.
func TestBlocksAreRefusedWithTheirReasons(t *testing.T) {
	t.Parallel()
	p := newPlace(t, start(t).endpoint)
	b := &blocks{p, ebs.NewFromConfig(p.config)}
	data := noise(blockSize)
	id := must(b.direct.StartSnapshot(b.ctx, &ebs.StartSnapshotInput{VolumeSize: aws.Int64(1)}))(t).SnapshotId
	for reason, wrong := range map[types.ValidationExceptionReason]ebs.PutSnapshotBlockInput{
		types.ValidationExceptionReasonInvalidBlock:          {Checksum: sum(nil), DataLength: aws.Int32(blockSize), BlockIndex: aws.Int32(0)},
		types.ValidationExceptionReasonInvalidParameterValue: {Checksum: sum(data), DataLength: aws.Int32(512), BlockIndex: aws.Int32(0)},
	} {
		wrong.SnapshotId, wrong.BlockData = id, bytes.NewReader(data)
		wrong.ChecksumAlgorithm = types.ChecksumAlgorithmChecksumAlgorithmSha256
		_, err := b.direct.PutSnapshotBlock(b.ctx, &wrong)
		refused(t, err, "ValidationException", 400)
		var invalid *types.ValidationException
		if !errors.As(err, &invalid) {
			t.Fatalf("it is no %T: %v", invalid, err)
		}
		equal(t, invalid.Reason, reason)
	}
	must(b.direct.CompleteSnapshot(b.ctx, &ebs.CompleteSnapshotInput{SnapshotId: id, ChangedBlocksCount: aws.Int32(0)}))(t)
	equal(t, len(b.read(id)), 0)
}
