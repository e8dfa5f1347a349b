package io.github.embeddedkms.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.exception.IncompleteSignatureException;
import io.github.embeddedkms.exception.InvalidSignatureException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.MissingAuthenticationTokenException;
import io.github.embeddedkms.exception.UnrecognizedClientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Requests that the AWS SDK's own signer signed, unchanged and changed afterwards. */
class RequestAuthenticatorTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final AwsCredentialsIdentity ALICE =
      AwsCredentialsIdentity.create("AKIDEXAMPLE", "a/secret+key");
  private static final byte[] BODY = "{\"Limit\":1}".getBytes(StandardCharsets.UTF_8);

  /** The request as it arrives; signed by Alice unless a test says otherwise. */
  private final Map<String, List<String>> headers = new HashMap<>(signed(ALICE, "kms"));

  private static Map<String, List<String>> signed(AwsCredentialsIdentity identity, String service) {
    return signed(identity, service, "http", true);
  }

  private static Map<String, List<String>> signed(
      AwsCredentialsIdentity identity, String service, String protocol, boolean withPayload) {
    return AwsV4HttpSigner.create()
        .sign(
            signing ->
                signing
                    .identity(identity)
                    .request(
                        SdkHttpRequest.builder()
                            .method(SdkHttpMethod.POST)
                            .protocol(protocol)
                            .host("127.0.0.1")
                            .port(4599)
                            .encodedPath("/")
                            .putHeader("Content-Type", "application/x-amz-json-1.1")
                            .putHeader("X-Amz-Target", "TrentService.ListKeys")
                            .build())
                    .payload(ContentStreamProvider.fromByteArray(BODY))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                    .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, withPayload)
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC)))
        .request()
        .headers();
  }

  private void verify(Instant now, String method, byte[] body) {
    try (RequestAuthenticator authenticator =
        new RequestAuthenticator(Map.of("AKIDEXAMPLE", "a/secret+key"), () -> now)) {
      authenticator.authenticate(method, "/", headers, body);
    }
  }

  private KmsException refusal(Instant now) {
    return catchThrowableOfType(KmsException.class, () -> verify(now, "POST", BODY));
  }

  private void replaceInAuthorization(String part, String by) {
    headers.computeIfPresent(
        "Authorization",
        (name, values) -> {
          assertThat(values.get(0)).contains(part);
          return List.of(values.get(0).replace(part, by));
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 900, -900})
  void signature_withinFifteenMinutes_isAccepted(long secondsLater) {
    assertThatCode(() -> verify(NOW.plusSeconds(secondsLater), "POST", BODY))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"901, 2026-03-04T05:21:08Z", "-901, 2026-03-04T04:51:06Z"})
  void signature_moreThanFifteenMinutesAway_isRefused(long secondsLater, String now) {
    assertThat(refusal(NOW.plusSeconds(secondsLater)))
        .isInstanceOf(InvalidSignatureException.class)
        .hasMessage(
            "embedded-kms: the request was signed at 2026-03-04T05:06:07Z, more than 15 minutes"
                + " from now, "
                + now);
  }

  @Test
  void request_withoutSignature_isRefused() {
    headers.remove("Authorization");
    assertThat(refusal(NOW))
        .isInstanceOf(MissingAuthenticationTokenException.class)
        .hasMessage("embedded-kms: the request is not signed");
  }

  /** Otherwise a recorded call could be sent to another path. */
  @Test
  void path_otherThanTheSignedOne_isRefused() {
    try (RequestAuthenticator authenticator =
        new RequestAuthenticator(Map.of("AKIDEXAMPLE", "a/secret+key"), () -> NOW)) {
      requireMismatch(
          catchThrowableOfType(
              KmsException.class,
              () -> authenticator.authenticate("POST", "/_embedded-kms/clock", headers, BODY)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Amz-Target, TrentService.Decrypt",
    "X-Amz-Date, 20260304T050608Z",
    "Host, 127.0.0.1:4600",
    "Content-Type, text/plain"
  })
  void signedHeader_changed_isRefused(String name, String value) {
    headers.put(name, List.of(value));
    requireMismatch(refusal(NOW));
  }

  @Test
  void bodyOrMethod_changed_isRefused() {
    byte[] other = "{\"Limit\":2}".getBytes(StandardCharsets.UTF_8);
    requireMismatch(catchThrowableOfType(KmsException.class, () -> verify(NOW, "POST", other)));
    requireMismatch(catchThrowableOfType(KmsException.class, () -> verify(NOW, "PUT", BODY)));
  }

  @Test
  void body_signedAsUnsigned_isRefused() {
    // Well signed, but what is signed is that the body may be anything.
    headers.putAll(signed(ALICE, "kms", "https", false));
    assertThat(headers.get("x-amz-content-sha256")).containsExactly("UNSIGNED-PAYLOAD");
    requireMismatch(refusal(NOW));
  }

  @Test
  void signature_byAnotherSecret_isRefused() {
    headers.putAll(signed(AwsCredentialsIdentity.create("AKIDEXAMPLE", "another"), "kms"));
    requireMismatch(refusal(NOW));
  }

  @Test
  void signature_everyDigitChanged_isRefused() {
    String signature = headers.get("Authorization").get(0).replaceFirst(".*Signature=", "");
    for (int i = 0; i < signature.length(); i++) {
      char other = signature.charAt(i) == '0' ? '1' : '0';
      headers.putAll(signed(ALICE, "kms"));
      replaceInAuthorization(
          signature, signature.substring(0, i) + other + signature.substring(i + 1));
      requireMismatch(refusal(NOW));
    }
  }

  @Test
  void signer_unknown_isRefused() {
    headers.putAll(signed(AwsCredentialsIdentity.create("AKIDNOBODY", "a/secret+key"), "kms"));
    assertThat(refusal(NOW))
        .isInstanceOf(UnrecognizedClientException.class)
        .hasMessage("The security token included in the request is invalid.");
  }

  @Test
  void signer_temporary_isAcceptedWithAnyTokenThatIsSigned() {
    headers.putAll(
        signed(AwsSessionCredentialsIdentity.create("AKIDEXAMPLE", "a/secret+key", "t"), "kms"));
    assertThat(refusal(NOW)).isNull();
    headers.put("X-Amz-Security-Token", List.of("another"));
    requireMismatch(refusal(NOW));
    replaceInAuthorization(";x-amz-security-token", "");
    assertThat(refusal(NOW))
        .isInstanceOf(IncompleteSignatureException.class)
        .hasMessage("embedded-kms: the signature does not cover the header x-amz-security-token");
  }

  @Test
  void signer_temporary_withAnotherSecret_isRefused() {
    headers.putAll(
        signed(AwsSessionCredentialsIdentity.create("AKIDEXAMPLE", "another", "t"), "kms"));
    requireMismatch(refusal(NOW));
  }

  @Test
  void scope_ofAnotherServiceOrDay_isRefused() {
    String text =
        "embedded-kms: the scope of the signature is not of the day of X-Amz-Date and the service"
            + " kms";
    replaceInAuthorization("20260304", "20260305");
    assertThat(refusal(NOW)).isInstanceOf(InvalidSignatureException.class).hasMessage(text);
    headers.putAll(signed(ALICE, "s3"));
    assertThat(refusal(NOW)).isInstanceOf(InvalidSignatureException.class).hasMessage(text);
  }

  @ParameterizedTest
  @CsvSource({
    "';x-amz-target', '', the signature does not cover the header x-amz-target",
    "'host;', '', the signature does not cover the header host",
    "'host;', 'host;x-missing;', the signature covers a header that is missing: x-missing",
    "AWS4-HMAC-SHA256, AWS4-ECDSA-P256-SHA256, the Authorization header is not that of a request"
        + " signed with AWS4-HMAC-SHA256",
    "'Signature=', 'Signature=0', the Authorization header is not that of a request"
        + " signed with AWS4-HMAC-SHA256",
    "/aws4_request, '', the Authorization header is not that of a request"
        + " signed with AWS4-HMAC-SHA256"
  })
  void authorization_incomplete_isRefused(String part, String by, String text) {
    replaceInAuthorization(part, by);
    assertThat(refusal(NOW))
        .isInstanceOf(IncompleteSignatureException.class)
        .hasMessage("embedded-kms: " + text);
  }

  @Test
  void header_addedUnsigned_isRefusedWhereItMatters() {
    headers.put("User-Agent", List.of("curl"));
    assertThat(refusal(NOW)).isNull();
    headers.put("X-Amz-Anything", List.of("more"));
    assertThat(refusal(NOW))
        .isInstanceOf(IncompleteSignatureException.class)
        .hasMessage("embedded-kms: the signature does not cover the header x-amz-anything");
  }

  @Test
  void date_missingOrOfNoForm_isRefused() {
    headers.put("X-Amz-Date", List.of("20260304T25"));
    assertThat(refusal(NOW))
        .isInstanceOf(IncompleteSignatureException.class)
        .hasMessage("embedded-kms: X-Amz-Date is not of the form 20260304T050607Z");
    headers.remove("X-Amz-Date");
    assertThat(refusal(NOW))
        .isInstanceOf(IncompleteSignatureException.class)
        .hasMessage("embedded-kms: the header X-Amz-Date is missing");
  }

  @Test
  void host_missing_isRefused() {
    headers.remove("Host");
    replaceInAuthorization("host;", "");
    assertThat(refusal(NOW))
        .isInstanceOf(IncompleteSignatureException.class)
        .hasMessage("embedded-kms: the header Host is missing");
  }

  private static void requireMismatch(KmsException refusal) {
    assertThat(refusal)
        .isInstanceOf(InvalidSignatureException.class)
        .hasMessage(
            "embedded-kms: the request is not what was signed, or was signed with another secret"
                + " access key");
  }
}
