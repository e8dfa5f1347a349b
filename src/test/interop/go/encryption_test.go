package interop

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	wrapping "github.com/hashicorp/go-kms-wrapping/v2"
	wrapper "github.com/hashicorp/go-kms-wrapping/wrappers/awskms/v2"
	"github.com/tink-crypto/tink-go-awskms/v3/integration/awskms"
	"github.com/tink-crypto/tink-go/v2/aead"
)

// Programs that encrypt with AWS KMS, and the operations that each uses.

var note = []byte("two spare keys")

// recorder passes requests on to the endpoint and records their operations.
type recorder struct {
	url      string
	lock     sync.Mutex
	recorded []string
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	endpoint, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL_KMS"))
	succeeds(t, err)
	proxy := httputil.NewSingleHostReverseProxy(endpoint)
	recorder := &recorder{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder.lock.Lock()
		operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "TrentService.")
		recorder.recorded = append(recorder.recorded, operation)
		recorder.lock.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	recorder.url = server.URL
	return recorder
}

// used compares the operations since the last time with those expected.
func (recorder *recorder) used(t *testing.T, expected ...string) {
	t.Helper()
	recorder.lock.Lock()
	defer recorder.lock.Unlock()
	if !slices.Equal(recorder.recorded, expected) {
		t.Errorf("operations: %v, expected: %v", recorder.recorded, expected)
	}
	recorder.recorded = nil
}

func newKeyArn(t *testing.T) string {
	t.Helper()
	created, err := newClient(t).CreateKey(t.Context(), &kms.CreateKeyInput{})
	succeeds(t, err)
	return *created.KeyMetadata.Arn
}

func TestTinkEncryptsAndDecrypts(t *testing.T) {
	key := newKeyArn(t)
	recorder := newRecorder(t)
	recorded := newClient(t, func(options *kms.Options) {
		options.BaseEndpoint = aws.String(recorder.url)
	})
	client, err := awskms.NewClientWithOptions(
		t.Context(), "aws-kms://"+key, awskms.WithKMS(recorded))
	succeeds(t, err)
	remote, err := client.GetAEAD("aws-kms://" + key)
	succeeds(t, err)
	sealed, err := remote.Encrypt(note, []byte("tenant"))
	succeeds(t, err)
	opened, err := remote.Decrypt(sealed, []byte("tenant"))
	succeeds(t, err)
	if !bytes.Equal(opened, note) {
		t.Errorf("opened: %q", opened)
	}
	if _, err := remote.Decrypt(sealed, []byte("other")); err == nil {
		t.Error("the wrong associated data was accepted")
	}
	recorder.used(t, "Encrypt", "Decrypt", "Decrypt")

	envelope := aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), remote)
	sealed, err = envelope.Encrypt(note, []byte("tenant"))
	succeeds(t, err)
	opened, err = envelope.Decrypt(sealed, []byte("tenant"))
	succeeds(t, err)
	if !bytes.Equal(opened, note) {
		t.Errorf("opened: %q", opened)
	}
	recorder.used(t, "Encrypt", "Decrypt")
}

func TestGoKmsWrappingEncryptsAndDecrypts(t *testing.T) {
	key := newKeyArn(t)
	recorder := newRecorder(t)
	seal := wrapper.NewWrapper()
	_, err := seal.SetConfig(context.Background(), wrapping.WithConfigMap(map[string]string{
		"kms_key_id": key,
		"region":     "us-east-1",
		"endpoint":   recorder.url,
		"access_key": account,
		"secret_key": secret,
	}))
	succeeds(t, err)
	recorder.used(t, "DescribeKey")
	sealed, err := seal.Encrypt(t.Context(), note)
	succeeds(t, err)
	recorder.used(t, "Encrypt")
	opened, err := seal.Decrypt(t.Context(), sealed)
	succeeds(t, err)
	if !bytes.Equal(opened, note) {
		t.Errorf("opened: %q", opened)
	}
	recorder.used(t, "Decrypt")
}
