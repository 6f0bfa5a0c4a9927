package tests

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// What is not built says so in each protocol. The operations are such that no service of the first cut answers them;
// whoever builds one takes another. Every operation of the APIs that speak restJson1 is built.
func TestWhatIsNotBuiltSaysSoInEachProtocol(t *testing.T) {
	t.Parallel()
	config, ctx := settings(start(t).endpoint), t.Context()
	for protocol, call := range map[string]func() error{
		"ec2Query": func() error {
			_, err := ec2.NewFromConfig(config).DescribeVerifiedAccessInstances(ctx, nil)
			return err
		},
		"awsQuery": func() error {
			_, err := iam.NewFromConfig(config).SendDelegationToken(ctx, &iam.SendDelegationTokenInput{
				DelegationRequestId: aws.String("0123456789abcdef"),
			})
			return err
		},
		"restXml": func() error {
			_, err := s3.NewFromConfig(config).GetObjectTorrent(ctx, &s3.GetObjectTorrentInput{
				Bucket: aws.String("bkt"), Key: aws.String("k"),
			})
			return err
		},
		"awsJson1.1": func() error {
			_, err := ssm.NewFromConfig(config).DescribeOpsItems(ctx, &ssm.DescribeOpsItemsInput{})
			return err
		},
	} {
		t.Run(protocol, func(t *testing.T) { refused(t, call(), "NotImplemented", 501) })
	}
}
