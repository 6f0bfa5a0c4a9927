package tests

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/rand"
	"net"
	"net/http"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// settings point a client at the endpoint, with keys that any angae accepts.
func settings(endpoint string) aws.Config {
	keys := aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return keys, nil
		}),
		HTTPClient: &http.Client{Transport: loopback(nil)},
		Retryer:    onlyAfterAnOwnClose,
	}
}

// onlyAfterAnOwnClose repeats nothing that the server answered. Where an answer comes before net/http has looked for the
// end of the request's body, the SDK has closed that body by then, which net/http takes for a failed write
// (smithy-go's safeWriteToReadCloser.WriteTo answers io.EOF): it closes its own connection under the answer. The SDK's
// own settings repeat the call, and so does this.
func onlyAfterAnOwnClose() aws.Retryer {
	return retry.NewStandard(func(options *retry.StandardOptions) {
		options.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(errors.Is(err, net.ErrClosed))
		})}
	})
}

// bothSchemes are settings for one new server, by http and by https with nothing trusted but its authority.
func bothSchemes(t *testing.T) map[string]aws.Config {
	t.Helper()
	server := start(t, "--tls")
	secure := settings(server.named("https"))
	secure.HTTPClient = &http.Client{Transport: loopback(server.authority(t))}
	return map[string]aws.Config{"http": settings(server.endpoint), "https": secure}
}

// loopback reaches 127.0.0.1 whatever name is called: not every machine resolves <bucket>.localhost.
func loopback(authority []byte) *http.Transport {
	transport := &http.Transport{
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
	}
	if authority != nil {
		trusted := x509.NewCertPool()
		trusted.AppendCertsFromPEM(authority)
		transport.TLSClientConfig = &tls.Config{RootCAs: trusted}
	}
	return transport
}

// bucket is an S3 client and a new bucket of that name.
func bucket(t *testing.T, config aws.Config, name string, options ...func(*s3.Options)) *s3.Client {
	t.Helper()
	client := s3.NewFromConfig(config, options...)
	must(client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}))(t)
	return client
}

func put(t *testing.T, client *s3.Client, bucket, key string, body []byte) *s3.PutObjectOutput {
	t.Helper()
	return must(client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(body),
	}))(t)
}

func get(t *testing.T, client *s3.Client, bucket, key string) []byte {
	t.Helper()
	answer := must(client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key}))(t)
	return read(t, answer.Body)
}

func read(t *testing.T, body io.ReadCloser) []byte {
	t.Helper()
	content := must(io.ReadAll(body))(t)
	if err := body.Close(); err != nil {
		t.Fatal(err)
	}
	return content
}

// must ends the test where a call failed.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// refused expects a refusal with this code and status, however the SDK wraps it.
func refused(t *testing.T, err error, code string, status int) {
	t.Helper()
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		t.Fatalf("not refused: %v", err)
	}
	var answer interface{ HTTPStatusCode() int }
	if !errors.As(err, &answer) {
		t.Fatalf("no answer came: %v", err)
	}
	if refusal.ErrorCode() != code || answer.HTTPStatusCode() != status {
		t.Fatalf("got %d %s, want %d %s", answer.HTTPStatusCode(), refusal.ErrorCode(), status, code)
	}
}

// noise is content that repeats itself nowhere, the same in every run.
func noise(size int) []byte {
	content := make([]byte, size)
	rand.New(rand.NewSource(int64(size))).Read(content)
	return content
}

// same compares content without printing it.
func same(t *testing.T, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Fatalf("%d bytes came back, other than the %d that were sent", len(got), len(want))
	}
}
