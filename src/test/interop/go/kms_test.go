// Package interop calls the endpoint through the AWS SDK for Go v2, with every error as a Go
// program sees it.
package interop

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
)

const (
	// An access key id of twelve digits is taken for the account, any other belongs to the default
	// one.
	ordinaryAccessKey = "AKIAIOSFODNN7EXAMPLE"
	defaultAccount    = "000000000000"

	unknownKey = "1234abcd-12ab-34cd-56ef-1234567890ab"

	keySpecs = "[RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521," +
		" ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384," +
		" HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024]"
)

var (
	account = os.Getenv("AWS_ACCESS_KEY_ID")
	secret  = os.Getenv("AWS_SECRET_ACCESS_KEY")

	// The other server, which accepts only requests signed with the credentials of this environment.
	signedEndpoint = os.Getenv("SIGNED_ENDPOINT_URL_KMS")

	// The third server speaks TLS. Tests name the file of its CA in AWS_CA_BUNDLE, which only AWS SDKs
	// read; SSL_CERT_FILE names it too. The other CA has issued nothing here.
	tlsEndpoint   = os.Getenv("TLS_ENDPOINT_URL_KMS")
	caBundle      = os.Getenv("CA_BUNDLE")
	otherCABundle = os.Getenv("OTHER_CA_BUNDLE")

	encryptionContext = map[string]string{"tenant": "23", "Größe": "£ @ % !"}
	requestID         = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// newClient takes endpoint, Region and credentials from the environment, as programs do, unless an
// option says otherwise.
func newClient(t *testing.T, options ...func(*kms.Options)) *kms.Client {
	t.Helper()
	loaded, err := config.LoadDefaultConfig(t.Context())
	succeeds(t, err)
	return kms.NewFromConfig(loaded, options...)
}

func withCredentials(accessKey, secret string) func(*kms.Options) {
	return func(options *kms.Options) {
		options.Credentials = credentials.NewStaticCredentialsProvider(accessKey, secret, "")
	}
}

func withSignedEndpoint(options *kms.Options) {
	options.BaseEndpoint = aws.String(signedEndpoint)
}

func arn(resource, account string) string {
	return "arn:aws:kms:us-east-1:" + account + ":" + resource
}

func keyARN(key string) string {
	return arn("key/"+key, account)
}

func newKey(t *testing.T, client *kms.Client) string {
	t.Helper()
	created, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
	succeeds(t, err)
	return *created.KeyMetadata.KeyId
}

func succeeds(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, actual, expected T) {
	t.Helper()
	if actual != expected {
		t.Errorf("%s is %v, not %v", what, actual, expected)
	}
}

// refused checks code, text, status and request id of an error.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		t.Fatalf("no answer of the service: %v", err)
	}
	equal(t, "code", refusal.ErrorCode(), code)
	equal(t, "message", refusal.ErrorMessage(), message)
	var response *awshttp.ResponseError
	if !errors.As(err, &response) {
		t.Fatalf("no response: %v", err)
	}
	status := 400
	if code == "EmbeddedKmsNotSupportedYet" {
		status = 501
	}
	equal(t, "status", response.HTTPStatusCode(), status)
	if !requestID.MatchString(response.ServiceRequestID()) {
		t.Errorf("no request id: %q", response.ServiceRequestID())
	}
}

// refusedAs also checks the class that the SDK has for the error.
func refusedAs[E error](t *testing.T, err error, code, message string) {
	t.Helper()
	refused(t, err, code, message)
	var typed E
	if !errors.As(err, &typed) {
		t.Errorf("%v is no %T", err, typed)
	}
}

func TestCreateKey_metadataHasARNDateAndRequestID(t *testing.T) {
	client := newClient(t)
	before := time.Now().Add(-time.Minute)
	created, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{
		Description: aws.String("Schlüssel für Bestellungen"),
		Tags:        []types.Tag{{TagKey: aws.String("team"), TagValue: aws.String("shop")}},
	})
	succeeds(t, err)
	metadata := created.KeyMetadata
	equal(t, "ARN", *metadata.Arn, keyARN(*metadata.KeyId))
	equal(t, "account", *metadata.AWSAccountId, account)
	equal(t, "description", *metadata.Description, "Schlüssel für Bestellungen")
	equal(t, "enabled", metadata.Enabled, true)
	equal(t, "state", metadata.KeyState, types.KeyStateEnabled)
	equal(t, "created after the test began", metadata.CreationDate.After(before), true)
	id, _ := middleware.GetRequestIDMetadata(created.ResultMetadata)
	equal(t, "has a request id", requestID.MatchString(id), true)

	described, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: metadata.KeyId})
	succeeds(t, err)
	equal(t, "ARN", *described.KeyMetadata.Arn, *metadata.Arn)
	equal(t, "same date", described.KeyMetadata.CreationDate.Equal(*metadata.CreationDate), true)
}

func TestDataKey_comesBackFromDecrypt(t *testing.T) {
	client := newClient(t)
	key := newKey(t, client)
	for _, length := range []struct {
		spec  types.DataKeySpec
		bytes *int32
		size  int
	}{
		{types.DataKeySpecAes256, nil, 32},
		{types.DataKeySpecAes128, nil, 16},
		{"", aws.Int32(1024), 1024},
	} {
		t.Run(fmt.Sprint(length.size), func(t *testing.T) {
			made, err := client.GenerateDataKey(t.Context(), &kms.GenerateDataKeyInput{
				KeyId:             &key,
				KeySpec:           length.spec,
				NumberOfBytes:     length.bytes,
				EncryptionContext: encryptionContext,
			})
			succeeds(t, err)
			equal(t, "size", len(made.Plaintext), length.size)
			equal(t, "key", *made.KeyId, keyARN(key))
			opened, err := client.Decrypt(t.Context(), &kms.DecryptInput{
				CiphertextBlob:    made.CiphertextBlob,
				EncryptionContext: encryptionContext,
			})
			succeeds(t, err)
			equal(t, "same plaintext", bytes.Equal(opened.Plaintext, made.Plaintext), true)
			equal(t, "key", *opened.KeyId, keyARN(key))
			equal(t, "algorithm", opened.EncryptionAlgorithm, types.EncryptionAlgorithmSpecSymmetricDefault)
			equal(t, "material", *opened.KeyMaterialId, *made.KeyMaterialId)
		})
	}
}

func TestDataKeyWithoutPlaintext_opensLater(t *testing.T) {
	client := newClient(t)
	key := newKey(t, client)
	made, err := client.GenerateDataKeyWithoutPlaintext(t.Context(),
		&kms.GenerateDataKeyWithoutPlaintextInput{KeyId: &key, NumberOfBytes: aws.Int32(24)})
	succeeds(t, err)
	opened, err := client.Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: made.CiphertextBlob})
	succeeds(t, err)
	equal(t, "size", len(opened.Plaintext), 24)
}

func newKeyOf(t *testing.T, client *kms.Client, spec types.KeySpec, usage types.KeyUsageType) string {
	t.Helper()
	made, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{KeySpec: spec, KeyUsage: usage})
	succeeds(t, err)
	return *made.KeyMetadata.KeyId
}

func TestSign_publicKeyOfTheService_verifiesOutside(t *testing.T) {
	client := newClient(t)
	message := []byte("message")
	digest := sha256.Sum256(message)
	for _, each := range []struct {
		spec      types.KeySpec
		algorithm types.SigningAlgorithmSpec
		verify    func(key any, signature []byte) bool
	}{
		{types.KeySpecEccNistP256, types.SigningAlgorithmSpecEcdsaSha256, func(key any, signature []byte) bool {
			return ecdsa.VerifyASN1(key.(*ecdsa.PublicKey), digest[:], signature)
		}},
		{types.KeySpecRsa2048, types.SigningAlgorithmSpecRsassaPssSha256, func(key any, signature []byte) bool {
			options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
			return rsa.VerifyPSS(key.(*rsa.PublicKey), crypto.SHA256, digest[:], signature, options) == nil
		}},
	} {
		t.Run(string(each.spec), func(t *testing.T) {
			key := newKeyOf(t, client, each.spec, types.KeyUsageTypeSignVerify)
			signed, err := client.Sign(t.Context(),
				&kms.SignInput{KeyId: &key, Message: message, SigningAlgorithm: each.algorithm})
			succeeds(t, err)
			public, err := client.GetPublicKey(t.Context(), &kms.GetPublicKeyInput{KeyId: &key})
			succeeds(t, err)
			parsed, err := x509.ParsePKIXPublicKey(public.PublicKey)
			succeeds(t, err)
			equal(t, "verified outside", each.verify(parsed, signed.Signature), true)
			verified, err := client.Verify(t.Context(), &kms.VerifyInput{KeyId: &key, Message: digest[:],
				MessageType: types.MessageTypeDigest, Signature: signed.Signature,
				SigningAlgorithm: each.algorithm})
			succeeds(t, err)
			equal(t, "verified inside", verified.SignatureValid, true)
			_, err = client.Verify(t.Context(), &kms.VerifyInput{KeyId: &key, Message: []byte("other"),
				Signature: signed.Signature, SigningAlgorithm: each.algorithm})
			refused(t, err, "KMSInvalidSignatureException", "")
		})
	}
}

func TestGenerateMac_verifiesAndOtherMacsDoNot(t *testing.T) {
	client := newClient(t)
	key := newKeyOf(t, client, types.KeySpecHmac256, types.KeyUsageTypeGenerateVerifyMac)
	message := []byte("message")
	made, err := client.GenerateMac(t.Context(), &kms.GenerateMacInput{KeyId: &key, Message: message,
		MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	succeeds(t, err)
	equal(t, "size", len(made.Mac), 32)
	verified, err := client.VerifyMac(t.Context(), &kms.VerifyMacInput{KeyId: &key, Message: message,
		MacAlgorithm: types.MacAlgorithmSpecHmacSha256, Mac: made.Mac})
	succeeds(t, err)
	equal(t, "valid", verified.MacValid, true)
	_, err = client.VerifyMac(t.Context(), &kms.VerifyMacInput{KeyId: &key, Message: message,
		MacAlgorithm: types.MacAlgorithmSpecHmacSha256, Mac: made.Mac[1:]})
	refused(t, err, "KMSInvalidMacException", "")
}

func TestDecrypt_wrongContext_isInvalidCiphertextWithoutText(t *testing.T) {
	client := newClient(t)
	key := newKey(t, client)
	made, err := client.GenerateDataKey(t.Context(), &kms.GenerateDataKeyInput{
		KeyId:             &key,
		KeySpec:           types.DataKeySpecAes256,
		EncryptionContext: encryptionContext,
	})
	succeeds(t, err)
	for _, wrong := range []map[string]string{nil, {"tenant": "24"}} {
		_, err := client.Decrypt(t.Context(), &kms.DecryptInput{
			CiphertextBlob:    made.CiphertextBlob,
			EncryptionContext: wrong,
		})
		refusedAs[*types.InvalidCiphertextException](t, err, "InvalidCiphertextException", "")
	}
}

func TestDecrypt_otherKeyThanTheOneThatEncrypted_isIncorrect(t *testing.T) {
	client := newClient(t)
	key, other := newKey(t, client), newKey(t, client)
	sealed, err := client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: &key, Plaintext: []byte("hello")})
	succeeds(t, err)
	_, err = client.Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, KeyId: &other})
	refusedAs[*types.IncorrectKeyException](t, err, "IncorrectKeyException",
		"The key ID in the request does not identify a CMK that can perform this operation.")
}

func TestReEncrypt_movesToAnotherKeyAndContext(t *testing.T) {
	client := newClient(t)
	source, destination := newKey(t, client), newKey(t, client)
	sealed, err := client.Encrypt(t.Context(), &kms.EncryptInput{
		KeyId:             &source,
		Plaintext:         []byte("hello"),
		EncryptionContext: encryptionContext,
	})
	succeeds(t, err)
	moved, err := client.ReEncrypt(t.Context(), &kms.ReEncryptInput{
		CiphertextBlob:               sealed.CiphertextBlob,
		SourceEncryptionContext:      encryptionContext,
		DestinationKeyId:             &destination,
		DestinationEncryptionContext: map[string]string{"tenant": "24"},
	})
	succeeds(t, err)
	equal(t, "source", *moved.SourceKeyId, keyARN(source))
	equal(t, "destination", *moved.KeyId, keyARN(destination))
	opened, err := client.Decrypt(t.Context(), &kms.DecryptInput{
		CiphertextBlob:    moved.CiphertextBlob,
		EncryptionContext: map[string]string{"tenant": "24"},
	})
	succeeds(t, err)
	equal(t, "plaintext", string(opened.Plaintext), "hello")
}

func TestGenerateRandom_hasTheLengthAskedFor(t *testing.T) {
	random, err := newClient(t).GenerateRandom(t.Context(), &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(33)})
	succeeds(t, err)
	equal(t, "size", len(random.Plaintext), 33)
}

func TestUnknownKeyAndAlias_areNotFound(t *testing.T) {
	client := newClient(t)
	for keyID, message := range map[string]string{
		unknownKey:      "Key '" + keyARN(unknownKey) + "' does not exist",
		"alias/unknown": "Alias " + arn("alias/unknown", account) + " is not found.",
		"orders":        "Invalid keyId 'orders'",
	} {
		_, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &keyID})
		refusedAs[*types.NotFoundException](t, err, "NotFoundException", message)
	}
}

func TestDisabledKey_refusesByItsAliasUntilEnabled(t *testing.T) {
	client := newClient(t)
	key := newKey(t, client)
	alias := aws.String("alias/go")
	_, err := client.CreateAlias(t.Context(), &kms.CreateAliasInput{AliasName: alias, TargetKeyId: &key})
	succeeds(t, err)
	_, err = client.DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: &key})
	succeeds(t, err)
	dataKey := &kms.GenerateDataKeyInput{KeyId: alias, KeySpec: types.DataKeySpecAes256}
	_, err = client.GenerateDataKey(t.Context(), dataKey)
	refusedAs[*types.DisabledException](t, err, "DisabledException", keyARN(key)+" is disabled.")
	_, err = client.EnableKey(t.Context(), &kms.EnableKeyInput{KeyId: &key})
	succeeds(t, err)
	_, err = client.GenerateDataKey(t.Context(), dataKey)
	succeeds(t, err)
}

func TestKeyPendingDeletion_hasADateAndRefuses(t *testing.T) {
	client := newClient(t)
	created, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
	succeeds(t, err)
	key := created.KeyMetadata.KeyId
	scheduled, err := client.ScheduleKeyDeletion(t.Context(),
		&kms.ScheduleKeyDeletionInput{KeyId: key, PendingWindowInDays: aws.Int32(7)})
	succeeds(t, err)
	waiting := scheduled.DeletionDate.Sub(*created.KeyMetadata.CreationDate)
	equal(t, "days to wait", int(waiting.Hours()/24), 7)
	_, err = client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: key, Plaintext: []byte("hello")})
	refusedAs[*types.KMSInvalidStateException](t, err, "KMSInvalidStateException",
		keyARN(*key)+" is pending deletion.")
}

func TestGenerateDataKey_whatBreaksAConstraint_isRefusedInTheWordsOfTheService(t *testing.T) {
	client := newClient(t)
	key := newKey(t, client)
	violation := "1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: Member must %s"
	for message, input := range map[string]kms.GenerateDataKeyInput{
		fmt.Sprintf(violation, 0, "numberOfBytes", "have value greater than or equal to 1"):    {NumberOfBytes: aws.Int32(0)},
		fmt.Sprintf(violation, 1025, "numberOfBytes", "have value less than or equal to 1024"): {NumberOfBytes: aws.Int32(1025)},
		fmt.Sprintf(violation, "AES_512", "keySpec", "satisfy enum value set: "+keySpecs):      {KeySpec: "AES_512"},
		"Please specify either number of bytes or key spec.":                                   {},
	} {
		input.KeyId = &key
		_, err := client.GenerateDataKey(t.Context(), &input)
		refused(t, err, "ValidationException", message)
	}
	_, err := client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: &key, Plaintext: make([]byte, 4097)})
	refused(t, err, "ValidationException", "1 validation error detected: Value at 'plaintext' failed to satisfy"+
		" constraint: Member must have length less than or equal to 4096")
}

func TestDryRun_isAnErrorThatSaysItWouldHaveSucceeded(t *testing.T) {
	client := newClient(t)
	key := newKey(t, client)
	_, err := client.GenerateDataKey(t.Context(), &kms.GenerateDataKeyInput{
		KeyId:   &key,
		KeySpec: types.DataKeySpecAes256,
		DryRun:  aws.Bool(true),
	})
	refusedAs[*types.DryRunOperationException](t, err, "DryRunOperationException",
		"The request would have succeeded, but the DryRun option is set.")
}

func TestNotSupportedYet_isNoAnswerOfTheService(t *testing.T) {
	_, err := newClient(t).CreateKey(t.Context(), &kms.CreateKeyInput{XksKeyId: aws.String("a")})
	refused(t, err, "EmbeddedKmsNotSupportedYet", "embedded-kms: XksKeyId is not supported yet")
}

func TestPaginators_listEverythingOnce(t *testing.T) {
	// An account of its own, so that the whole listing is known.
	client := newClient(t, withCredentials("222233334444", secret))
	var keys []string
	for number := range 7 {
		key := newKey(t, client)
		_, err := client.CreateAlias(t.Context(), &kms.CreateAliasInput{
			AliasName:   aws.String(fmt.Sprintf("alias/%d", number)),
			TargetKeyId: &key,
		})
		succeeds(t, err)
		keys = append(keys, key)
	}

	var sizes []int
	var listed []string
	keyPages := kms.NewListKeysPaginator(client, &kms.ListKeysInput{Limit: aws.Int32(3)})
	for keyPages.HasMorePages() {
		page, err := keyPages.NextPage(t.Context())
		succeeds(t, err)
		sizes = append(sizes, len(page.Keys))
		for _, key := range page.Keys {
			listed = append(listed, *key.KeyId)
		}
	}
	equal(t, "sizes of pages", fmt.Sprint(sizes), "[3 3 1]")
	slices.Sort(listed)
	sorted := slices.Sorted(slices.Values(keys))
	equal(t, "same keys", slices.Equal(listed, sorted), true)

	number := 0
	aliasPages := kms.NewListAliasesPaginator(client, &kms.ListAliasesInput{Limit: aws.Int32(2)})
	for aliasPages.HasMorePages() {
		page, err := aliasPages.NextPage(t.Context())
		succeeds(t, err)
		for _, alias := range page.Aliases {
			equal(t, "alias", *alias.AliasName, fmt.Sprintf("alias/%d", number))
			equal(t, "target", *alias.TargetKeyId, keys[number])
			equal(t, "has a date", alias.CreationDate.IsZero(), false)
			number++
		}
	}
	equal(t, "aliases", number, 7)
}

func TestListKeys_madeUpMarker_isRefused(t *testing.T) {
	_, err := newClient(t).ListKeys(t.Context(), &kms.ListKeysInput{Marker: aws.String("x")})
	refusedAs[*types.InvalidMarkerException](t, err, "InvalidMarkerException",
		"embedded-kms: the marker was not returned by this listing")
}

func TestOrdinaryAccessKey_isInTheDefaultAccount(t *testing.T) {
	ours := newKey(t, newClient(t))
	client := newClient(t, withCredentials(ordinaryAccessKey, secret))
	created, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
	succeeds(t, err)
	equal(t, "ARN", *created.KeyMetadata.Arn, arn("key/"+*created.KeyMetadata.KeyId, defaultAccount))
	_, err = client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &ours})
	refusedAs[*types.NotFoundException](t, err, "NotFoundException",
		"Key '"+arn("key/"+ours, defaultAccount)+"' does not exist")
}

func TestRegionOfTheClient_isTheRegionOfTheKey(t *testing.T) {
	client := newClient(t, func(options *kms.Options) { options.Region = "eu-central-1" })
	created, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
	succeeds(t, err)
	equal(t, "ARN", *created.KeyMetadata.Arn,
		"arn:aws:kms:eu-central-1:"+account+":key/"+*created.KeyMetadata.KeyId)
}

func TestKeyOfAnotherAccount_isDenied(t *testing.T) {
	foreign := arn("key/"+unknownKey, "444455556666")
	_, err := newClient(t).DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &foreign})
	// This one error has its text under a capital letter on the wire.
	refused(t, err, "AccessDeniedException", "User: arn:aws:iam::"+account+":root is not authorized to perform:"+
		" kms:DescribeKey on this resource because the resource does not exist in this Region, no"+
		" resource-based policies allow access, or a resource-based policy explicitly denies access")
}

func TestSignature_right_isAccepted(t *testing.T) {
	client := newClient(t, withSignedEndpoint)
	created, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{Description: aws.String("Größe £ @ % !")})
	succeeds(t, err)
	equal(t, "ARN", *created.KeyMetadata.Arn, keyARN(*created.KeyMetadata.KeyId))
	equal(t, "description", *created.KeyMetadata.Description, "Größe £ @ % !")
}

func TestSignature_wrongSecretAndUnknownAccessKey_areRefused(t *testing.T) {
	list := func(accessKey, secret string) error {
		_, err := newClient(t, withSignedEndpoint, withCredentials(accessKey, secret)).
			ListKeys(t.Context(), &kms.ListKeysInput{})
		return err
	}
	refused(t, list(account, "wrong"), "InvalidSignatureException",
		"embedded-kms: the request is not what was signed, or was signed with another secret access key")
	refused(t, list("444455556666", secret), "UnrecognizedClientException",
		"The security token included in the request is invalid.")
}

func withTLSEndpoint(options *kms.Options) {
	options.BaseEndpoint = aws.String(tlsEndpoint)
}

func TestTLS_bundleWithTheCAOfTheServer_isTrusted(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", caBundle)
	for _, host := range []string{"127.0.0.1", "localhost"} {
		client := newClient(t, func(options *kms.Options) {
			options.BaseEndpoint = aws.String(strings.Replace(tlsEndpoint, "127.0.0.1", host, 1))
		})
		key := newKey(t, client)
		made, err := client.GenerateDataKey(t.Context(),
			&kms.GenerateDataKeyInput{KeyId: &key, KeySpec: types.DataKeySpecAes256})
		succeeds(t, err)
		opened, err := client.Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: made.CiphertextBlob})
		succeeds(t, err)
		equal(t, "the data key comes back", bytes.Equal(opened.Plaintext, made.Plaintext), true)
		_, err = client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: aws.String(unknownKey)})
		refusedAs[*types.NotFoundException](t, err, "NotFoundException",
			"Key '"+keyARN(unknownKey)+"' does not exist")
	}
}

func TestTLS_bundleWithAnotherCA_isNotTrusted(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", otherCABundle)
	client := newClient(t, withTLSEndpoint, func(options *kms.Options) { options.RetryMaxAttempts = 1 })
	_, err := client.ListKeys(t.Context(), &kms.ListKeysInput{})
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) {
		t.Errorf("no unknown authority: %v", err)
	}
}

func TestTLS_systemFileWithTheCAOfTheServer_isTrusted(t *testing.T) {
	// Without a bundle, the CAs are those of SSL_CERT_FILE.
	_, err := newClient(t, withTLSEndpoint).ListKeys(t.Context(), &kms.ListKeysInput{})
	succeeds(t, err)
	response, err := http.Get(tlsEndpoint + "/health")
	succeeds(t, err)
	response.Body.Close()
	equal(t, "status", response.StatusCode, 200)

	none := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}}}
	_, err = none.Get(tlsEndpoint + "/health")
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) {
		t.Errorf("no unknown authority: %v", err)
	}
}
