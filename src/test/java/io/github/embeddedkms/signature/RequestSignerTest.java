package io.github.embeddedkms.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.model.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class RequestSignerTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final byte[] BODY = "{\"Limit\":1}".getBytes(StandardCharsets.UTF_8);
  private static final Map<String, String> HEADERS =
      Map.of(
          "Host", "127.0.0.1:4599",
          "Content-Type", "application/x-amz-json-1.1",
          "X-Amz-Target", "TrentService.ListKeys");

  private static RequestSigner signer(@Nullable String token) {
    return new RequestSigner(
        "AKIDEXAMPLE",
        SecretBytes.fromUtf8String("a/secret+key"),
        token,
        "eu-central-1",
        "kms",
        () -> NOW);
  }

  private static String authorizationByTheSdk(@Nullable String token) {
    AwsCredentialsIdentity identity =
        token == null
            ? AwsCredentialsIdentity.create("AKIDEXAMPLE", "a/secret+key")
            : AwsSessionCredentialsIdentity.create("AKIDEXAMPLE", "a/secret+key", token);
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .protocol("http")
            .host("127.0.0.1")
            .port(4599)
            .encodedPath("/");
    HEADERS.forEach(request::putHeader);
    return AwsV4HttpSigner.create()
        .sign(
            signing ->
                signing
                    .identity(identity)
                    .request(request.build())
                    .payload(ContentStreamProvider.fromByteArray(BODY))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "kms")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC)))
        .request()
        .firstMatchingHeader("Authorization")
        .orElseThrow();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "a+session/token==")
  void sign_sameRequest_hasTheSignatureOfTheAwsSdk(@Nullable String token) {
    Map<String, String> added;
    try (RequestSigner signer = signer(token)) {
      // The SDK's signer sends the hash of the body in a header as well.
      Map<String, String> headers = new TreeMap<>(HEADERS);
      headers.put("x-amz-content-sha256", SignatureVersion4.hexSha256(BODY));
      added = signer.sign("POST", headers, BODY);
    }
    assertThat(added.get("Authorization")).isEqualTo(authorizationByTheSdk(token));
    assertThat(added.get("X-Amz-Date")).isEqualTo("20260304T050607Z");
    assertThat(added.get("X-Amz-Security-Token")).isEqualTo(token);
  }

  @Test
  void sign_thenVerify_isAccepted() {
    Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    HEADERS.forEach((name, value) -> all.put(name, List.of(value)));
    try (RequestSigner signer = signer(null);
        SignatureVerifier verifier =
            new SignatureVerifier(Map.of("AKIDEXAMPLE", "a/secret+key"), "kms", () -> NOW)) {
      signer.sign("POST", HEADERS, BODY).forEach((name, value) -> all.put(name, List.of(value)));
      assertThatCode(() -> verifier.verify(CanonicalRequest.of("POST", "/", all, BODY)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void sign_withoutHost_isRefused() {
    try (RequestSigner signer = signer(null)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer.sign("POST", Map.of("X-Amz-Target", "x"), BODY))
          .withMessage("the header Host must be signed");
    }
  }

  @Test
  void sign_afterClose_fails() {
    RequestSigner signer = signer(null);
    signer.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> signer.sign("POST", HEADERS, BODY))
        .withMessage("the secret is closed");
  }
}
