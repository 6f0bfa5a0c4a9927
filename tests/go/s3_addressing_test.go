package tests

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Buckets in the path and in the host, over http and https.
func TestBucketsAreReachedByPathAndByHost(t *testing.T) {
	t.Parallel()
	server := start(t, "--tls")
	secure := &http.Client{Transport: loopback(server.authority(t))}
	for _, row := range []struct {
		name, endpoint, host string
		inPath               bool
	}{
		{"address", server.endpoint, "127.0.0.1", false}, // the SDK takes the path by itself
		{"path", server.named("http"), "localhost", true},
		{"host", server.named("http"), "host.localhost", false},
		{"secure-path", server.named("https"), "localhost", true},
		{"secure-host", server.named("https"), "secure-host.localhost", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			config := settings(row.endpoint)
			var seen string
			config.HTTPClient = observer{&seen, secure}
			client := bucket(t, config, row.name, func(o *s3.Options) { o.UsePathStyle = row.inPath })
			content := noise(100_000)
			put(t, client, row.name, "dir/key", content)
			same(t, get(t, client, row.name, "dir/key"), content)
			equal(t, seen, row.host)
			list := must(client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &row.name}))(t)
			equal(t, *list.Contents[0].Key, "dir/key")
		})
	}
}

// observer notes which host was called.
type observer struct {
	seen   *string
	client *http.Client
}

func (o observer) Do(request *http.Request) (*http.Response, error) {
	*o.seen = request.URL.Hostname()
	return o.client.Do(request)
}

func TestPresignedAddressesNeedNoKeys(t *testing.T) {
	t.Parallel()
	server := start(t)
	plain := &http.Client{Transport: loopback(nil)}
	for _, endpoint := range []string{server.endpoint, server.named("http")} {
		client := s3.NewFromConfig(settings(endpoint))
		name := aws.String("bkt-" + strings.Trim(strings.Split(endpoint, ":")[1], "/"))
		must(client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: name}))(t)
		signer := s3.NewPresignClient(client)
		up := must(signer.PresignPutObject(t.Context(), &s3.PutObjectInput{
			Bucket: name, Key: aws.String("é k"), ContentType: aws.String("text/plain"),
		}))(t)
		request := must(http.NewRequestWithContext(t.Context(), up.Method, up.URL, bytes.NewReader([]byte("seen"))))(t)
		request.Header = up.SignedHeader.Clone()
		equal(t, answer(t, plain, request), "200 ")
		down := must(signer.PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: name, Key: aws.String("é k")}))(t)
		request = must(http.NewRequestWithContext(t.Context(), down.Method, down.URL, nil))(t)
		equal(t, answer(t, plain, request), "200 seen")
	}
}

func answer(t *testing.T, client *http.Client, request *http.Request) string {
	t.Helper()
	response := must(client.Do(request))(t)
	defer response.Body.Close()
	return response.Status[:4] + string(must(io.ReadAll(response.Body))(t))
}
