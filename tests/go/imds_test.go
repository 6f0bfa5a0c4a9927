package tests

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// instance launches one that wants tokens, with a role that may do everything with S3.
func instance(t *testing.T, config aws.Config) string {
	t.Helper()
	client, name := iam.NewFromConfig(config), aws.String("web")
	must(client.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: name,
		AssumeRolePolicyDocument: allow(map[string]any{
			"Principal": map[string]any{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole",
		}),
	}))(t)
	must(client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: name, PolicyName: name, PolicyDocument: allow(map[string]any{"Action": "s3:*", "Resource": "*"}),
	}))(t)
	must(client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: name}))(t)
	must(client.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{
		InstanceProfileName: name, RoleName: name,
	}))(t)
	made := must(ec2.NewFromConfig(config).RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: aws.String("ami-03c3da4cfa8e8943a"), InstanceType: types.InstanceTypeT3Micro,
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		IamInstanceProfile: &types.IamInstanceProfileSpecification{Name: name},
	}))(t)
	return *made.Instances[0].InstanceId
}

func TestAnInstanceReadsItsMetadataAndUsesItsRole(t *testing.T) {
	t.Parallel()
	root := aws.Credentials{AccessKeyID: "000000000000", SecretAccessKey: "root"}
	server := start(t, "--iam", "enforce", "--bootstrap-key", root.AccessKeyID+":"+root.SecretAccessKey)
	config := settings(server.endpoint)
	config.Credentials = credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, "")
	id := instance(t, config)

	opened := must(http.Post(server.endpoint+"/_angae/instances/"+id+"/address", "application/json", nil))(t)
	defer opened.Body.Close()
	var told struct{ Address string }
	if err := json.NewDecoder(opened.Body).Decode(&told); err != nil {
		t.Fatal(err)
	}
	client := imds.New(imds.Options{Endpoint: told.Address, ClientEnableState: imds.ClientEnabled})
	metadata := must(client.GetMetadata(t.Context(), &imds.GetMetadataInput{Path: "instance-id"}))(t)
	defer metadata.Content.Close()
	equal(t, string(must(io.ReadAll(metadata.Content))(t)), id)
	document := must(client.GetInstanceIdentityDocument(t.Context(), nil))(t)
	equal(t, document.InstanceID, id)
	equal(t, document.Region, "us-east-1")
	equal(t, must(client.GetRegion(t.Context(), nil))(t).Region, "us-east-1")
	info := must(client.GetIAMInfo(t.Context(), nil))(t)
	equal(t, info.InstanceProfileArn, "arn:aws:iam::000000000000:instance-profile/web")

	config.Credentials = aws.NewCredentialsCache(ec2rolecreds.New(func(options *ec2rolecreds.Options) {
		options.Client = client
	}))
	caller := must(sts.NewFromConfig(config).GetCallerIdentity(t.Context(), nil))(t)
	equal(t, *caller.Arn, "arn:aws:sts::000000000000:assumed-role/web/"+id)
	must(s3.NewFromConfig(config).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("photos")}))(t)
	if _, err := ec2.NewFromConfig(config).DescribeVpcs(t.Context(), nil); err == nil {
		t.Fatal("the role may look at networks")
	}
}
