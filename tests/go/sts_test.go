package tests

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestCallerIsTheAccountsRoot(t *testing.T) {
	t.Parallel()
	client := sts.NewFromConfig(settings(start(t).endpoint))
	caller := must(client.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
	equal(t, *caller.Account, "000000000000")
	equal(t, *caller.Arn, "arn:aws:iam::000000000000:root")
}

func TestAssumedRoleCallsByItsSession(t *testing.T) {
	t.Parallel()
	config := settings(start(t).endpoint)
	role := must(iam.NewFromConfig(config).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("reader"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
			"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`),
	}))(t)
	assumed := must(sts.NewFromConfig(config).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: role.Role.Arn, RoleSessionName: aws.String("reading"),
	}))(t)
	config.Credentials = aws.CredentialsProviderFunc(sessionOf(assumed.Credentials))
	caller := must(sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
	equal(t, *caller.Arn, "arn:aws:sts::000000000000:assumed-role/reader/reading")
}
