package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	_ "unsafe" // for go:linkname

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// sdkNow is the SDK's own clock, which nothing it exports can move. Whoever moves it runs alone.
//
//go:linkname sdkNow github.com/aws/aws-sdk-go-v2/internal/sdk.NowTime
var sdkNow func() time.Time

// advance moves the server's stepped clock.
func (s *server) advance(t *testing.T, by time.Duration) {
	t.Helper()
	body := strings.NewReader(fmt.Sprintf(`{"advance":"%ds"}`, int(by.Seconds())))
	answer := must(http.Post(s.endpoint+"/_angae/clock", "application/json", body))(t)
	defer answer.Body.Close()
	equal(t, answer.StatusCode, 200)
}

// allow is a policy with one statement.
func allow(members map[string]any) *string {
	members["Effect"] = "Allow"
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{members}})
	if err != nil {
		panic(err)
	}
	return aws.String(string(text))
}

// assumable makes a role that may look at networks, with an external id, and a user that may assume it and nothing else.
func assumable(t *testing.T, config aws.Config) (role string, user aws.Credentials) {
	t.Helper()
	client := iam.NewFromConfig(config)
	made := must(client.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("reader"),
		AssumeRolePolicyDocument: allow(map[string]any{
			"Principal": map[string]any{"AWS": "000000000000"}, "Action": "sts:AssumeRole",
			"Condition": map[string]any{"StringEquals": map[string]any{"sts:ExternalId": "c-17"}},
		}),
	}))(t)
	must(client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: made.Role.RoleName, PolicyName: aws.String("may"),
		PolicyDocument: allow(map[string]any{"Action": "ec2:DescribeVpcs", "Resource": "*"}),
	}))(t)
	name := aws.String("anna")
	must(client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: name}))(t)
	must(client.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{
		UserName: name, PolicyName: aws.String("may"),
		PolicyDocument: allow(map[string]any{"Action": "sts:AssumeRole", "Resource": *made.Role.Arn}),
	}))(t)
	key := must(client.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: name}))(t).AccessKey
	return *made.Role.Arn, aws.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}
}

func fixed(credentials aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil })
}

// Not parallel: it moves the clock of the whole SDK, as if the time of the world were the machine's.
func TestAssumeRoleProviderRefreshesWhenTheSessionEnds(t *testing.T) {
	s := start(t, "--clock", "stepped", "--iam", "enforce", "--bootstrap-key", "test:test")
	config := settings(s.endpoint)
	role, user := assumable(t, config)
	config.Credentials = fixed(user)
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.ExternalID, o.Duration = "reading", aws.String("c-17"), 15*time.Minute
	})
	cache := aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = time.Minute })
	config.Credentials = cache
	look := func(config aws.Config) error {
		_, err := ec2.NewFromConfig(config).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
		return err
	}
	holds := func() aws.Credentials {
		t.Helper()
		if err := look(config); err != nil {
			t.Fatal(err)
		}
		caller := must(sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
		equal(t, *caller.Arn, "arn:aws:sts::000000000000:assumed-role/reader/reading")
		return must(cache.Retrieve(t.Context()))(t)
	}
	first := holds()
	equal(t, holds(), first)

	machine := sdkNow
	t.Cleanup(func() { sdkNow = machine })
	s.advance(t, 15*time.Minute)
	// Signatures are judged by the machine's time, with 15 minutes of grace.
	sdkNow = func() time.Time { return machine().Add(15*time.Minute - 10*time.Second) }
	stale := config
	stale.Credentials = fixed(first)
	refused(t, look(stale), "RequestExpired", 400)
	_, err := sts.NewFromConfig(stale).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	refused(t, err, "ExpiredToken", 403)
	if second := holds(); second.AccessKeyID == first.AccessKeyID {
		t.Fatal("the session that has ended is used again")
	}
}

func TestAssumeRoleProviderSaysWhyItIsRefused(t *testing.T) {
	t.Parallel()
	config := settings(start(t, "--iam", "enforce", "--bootstrap-key", "test:test").endpoint)
	role, user := assumable(t, config)
	config.Credentials = fixed(user)
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), role, func(o *stscreds.AssumeRoleOptions) {
		o.ExternalID = aws.String("c-18")
	})
	_, err := provider.Retrieve(t.Context())
	refused(t, err, "AccessDenied", 403)
}
