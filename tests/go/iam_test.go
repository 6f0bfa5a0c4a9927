package tests

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// sessionOf hands out the credentials that STS gave.
func sessionOf(given *ststypes.Credentials) func(context.Context) (aws.Credentials, error) {
	return func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID:     *given.AccessKeyId,
			SecretAccessKey: *given.SecretAccessKey,
			SessionToken:    *given.SessionToken,
		}, nil
	}
}

func TestUsersPageAndAreWaitedFor(t *testing.T) {
	t.Parallel()
	client := iam.NewFromConfig(settings(start(t).endpoint))
	var want []string
	for number := range 5 {
		name := fmt.Sprintf("user-%d", number)
		must(client.CreateUser(t.Context(), &iam.CreateUserInput{
			UserName: &name, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("fog")}},
		}))(t)
		want = append(want, name)
	}
	waiter := iam.NewUserExistsWaiter(client)
	if err := waiter.Wait(t.Context(), &iam.GetUserInput{UserName: aws.String("user-4")}, time.Minute); err != nil {
		t.Fatal(err)
	}
	var found []string
	pages := iam.NewListUsersPaginator(client, &iam.ListUsersInput{MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		for _, user := range must(pages.NextPage(t.Context()))(t).Users {
			found = append(found, *user.UserName)
		}
	}
	equal(t, found, want)
	tags := must(client.ListUserTags(t.Context(), &iam.ListUserTagsInput{UserName: &want[0]}))(t).Tags
	equal(t, *tags[0].Value, "fog")
}

func TestUserIsMissedByItsType(t *testing.T) {
	t.Parallel()
	client := iam.NewFromConfig(settings(start(t).endpoint))
	_, err := client.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("nobody")})
	var missing *types.NoSuchEntityException
	if !errors.As(err, &missing) {
		t.Fatalf("got %v", err)
	}
	equal(t, missing.ErrorMessage(), "The user with name nobody cannot be found.")
}

func TestAccessKeySignsForItsUserUntilItIsInactive(t *testing.T) {
	t.Parallel()
	config := settings(start(t).endpoint)
	client := iam.NewFromConfig(config)
	must(client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("anna")}))(t)
	made := must(client.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: aws.String("anna")}))(t)
	key := aws.Credentials{AccessKeyID: *made.AccessKey.AccessKeyId, SecretAccessKey: *made.AccessKey.SecretAccessKey}
	own := config
	own.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return key, nil })
	caller := must(sts.NewFromConfig(own).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
	equal(t, *caller.Arn, "arn:aws:iam::000000000000:user/anna")

	must(client.UpdateAccessKey(t.Context(), &iam.UpdateAccessKeyInput{
		UserName: aws.String("anna"), AccessKeyId: &key.AccessKeyID, Status: types.StatusTypeInactive,
	}))(t)
	_, err := sts.NewFromConfig(own).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	refused(t, err, "InvalidClientTokenId", 403)

	must(client.DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{
		UserName: aws.String("anna"), AccessKeyId: &key.AccessKeyID,
	}))(t)
	must(client.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("anna")}))(t)
}
