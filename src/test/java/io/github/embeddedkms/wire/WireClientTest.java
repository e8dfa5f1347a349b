package io.github.embeddedkms.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.exception.UnmodeledKmsException;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.ResourceOwnerType;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client half makes of responses; that both halves fit is shown by ClientContractTest. */
class WireClientTest {

  private static KmsClient respondingWith(int status, String body) {
    return new WireClient(
        (target, request) -> new WireResponse(status, body.getBytes(StandardCharsets.UTF_8), null));
  }

  private static void assertUnexpected(int status, String body, String reason) {
    assertThatExceptionOfType(UnexpectedResponseException.class)
        .isThrownBy(() -> respondingWith(status, body).listKeys(request -> {}))
        .withMessage("embedded-kms: the response to ListKeys is not one of AWS KMS: " + reason);
  }

  @Test
  void request_isSentAsTargetAndJson_andWipedAfterwards() {
    List<String> sent = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    KmsClient client =
        new WireClient(
            (target, body) -> {
              sent.add(target + " " + new String(body, StandardCharsets.UTF_8));
              bodies.add(body);
              return new WireResponse(
                  200, "{\"Keys\":[],\"Truncated\":false}".getBytes(StandardCharsets.UTF_8), null);
            });
    assertThat(client.listKeys(request -> request.limit(7)).keys()).isEmpty();
    client.listKeys(request -> request.resourceOwners(List.of(ResourceOwnerType.SELF)));
    assertThat(sent)
        .containsExactly(
            "TrentService.ListKeys {\"Limit\":7}",
            "TrentService.ListKeys {\"ResourceOwners\":[\"SELF\"]}");
    assertThat(bodies).allSatisfy(body -> assertThat(body).containsOnly(0));
  }

  @Test
  void response_isWipedAfterReading_andItsSecretsAreKept() {
    byte[] body =
        "{\"KeyId\":\"k\",\"Plaintext\":\"aGVsbG8=\",\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}"
            .getBytes(StandardCharsets.UTF_8);
    SecretBytes plaintext =
        new WireClient((target, request) -> new WireResponse(200, body, null))
            .decrypt(request -> {})
            .plaintext();
    assertThat(body).containsOnly(0);
    assertThat(plaintext.asUtf8String()).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"NewMember\":1}"})
  void responseWithoutOutput_isEmptyOrAnObject(String body) {
    assertThat(respondingWith(200, body).enableKey(request -> {})).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "com.amazonaws.kms#NotFoundException",
    "NotFoundException:http://internal.amazon.com/coral/com.amazonaws.kms/",
    "NotFoundException"
  })
  void error_codeWithNamespaceOrUri_isTheException(String type) {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () ->
                respondingWith(400, "{\"__type\":\"" + type + "\",\"message\":\"gone\"}")
                    .listKeys(request -> {}))
        .withMessage("gone");
  }

  @Test
  void error_withCapitalMessage_withNone_andWithNull() {
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(
            () ->
                respondingWith(400, "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}")
                    .listKeys(request -> {}))
        .withMessage("no");
    assertThatExceptionOfType(InvalidCiphertextException.class)
        .isThrownBy(
            () ->
                respondingWith(400, "{\"__type\":\"InvalidCiphertextException\"}")
                    .listKeys(request -> {}))
        .withMessage(null);
    assertThatExceptionOfType(KmsInternalException.class)
        .isThrownBy(
            () ->
                respondingWith(500, "{\"__type\":\"KMSInternalException\",\"message\":null}")
                    .listKeys(request -> {}))
        .withMessage(null);
  }

  @Test
  void error_ofAnUnknownCode_keepsCodeStatusAndMessage() {
    assertThatThrownBy(
            () ->
                respondingWith(429, "{\"__type\":\"SlowDown\",\"message\":\"wait\"}")
                    .listKeys(request -> {}))
        .isInstanceOfSatisfying(
            UnmodeledKmsException.class,
            e -> {
              assertThat(e.errorCode()).isEqualTo("SlowDown");
              assertThat(e.statusCode()).isEqualTo(429);
              assertThat(e).hasMessage("wait");
              assertThat(e.isRetryable()).isTrue();
            });
    assertThatThrownBy(
            () -> respondingWith(403, "{\"__type\":\"Forbidden\"}").listKeys(request -> {}))
        .isInstanceOfSatisfying(KmsException.class, e -> assertThat(e.isRetryable()).isFalse());
  }

  @Test
  void error_ofEmbeddedKmsItself_isItsException() {
    assertThatExceptionOfType(NotSupportedYetException.class)
        .isThrownBy(
            () ->
                respondingWith(
                        501, "{\"__type\":\"EmbeddedKmsNotSupportedYet\",\"message\":\"not yet\"}")
                    .listKeys(request -> {}))
        .withMessage("not yet");
    assertThatExceptionOfType(ReadOnlyStoreException.class)
        .isThrownBy(
            () ->
                respondingWith(400, "{\"__type\":\"EmbeddedKmsReadOnly\"}")
                    .listKeys(request -> {}));
  }

  @Test
  void error_ofAClosedServer_isItsException() {
    assertThatExceptionOfType(ServiceClosedException.class)
        .isThrownBy(
            () -> respondingWith(410, "{\"__type\":\"EmbeddedKmsClosed\"}").listKeys(request -> {}))
        .withMessage("embedded-kms: the provider is closed");
  }

  @Test
  void error_withNumbersThatNoNumberHas_isNotOfKms() {
    assertUnexpected(
        400, "{\"__type\":\"NotFoundException\",\"n\":1e99999999999}", "HTTP status 400");
  }

  @Test
  void plaintext_isMissing_unlessTheRequestNamesARecipient() {
    assertThatExceptionOfType(UnexpectedResponseException.class)
        .isThrownBy(() -> respondingWith(200, "{}").generateRandom(r -> r.numberOfBytes(8)))
        .withMessageEndingWith("'plaintext' is missing");
    assertThat(
            respondingWith(200, "{\"CiphertextForRecipient\":\"AA==\"}")
                .generateRandom(r -> r.recipient(new RecipientInfo(null, null)))
                .plaintext())
        .isNull();
  }

  @Test
  void response_thatIsNotOfKms_isNamed() {
    assertUnexpected(302, "", "HTTP status 302");
    assertUnexpected(404, "<html>not here</html>", "HTTP status 404");
    assertUnexpected(400, "{\"error\":\"x\"}", "HTTP status 400");
    assertUnexpected(400, "[1]", "HTTP status 400");
    assertUnexpected(200, "<html>hello</html>", "Malformed JSON at $");
    assertUnexpected(200, "", "Malformed JSON at $");
    assertUnexpected(200, "[]", "Expected BEGIN_OBJECT but was BEGIN_ARRAY at $");
  }

  @Test
  void response_withoutAMemberThatTheServiceAlwaysSends_namesIt() {
    assertUnexpected(200, "{}", "'keys' is missing");
    assertUnexpected(200, "{\"Keys\":[null]}", "'keys.1.member' is missing");
    assertUnexpected(200, "{\"Keys\":[{\"KeyId\":\"k\"}]}", "'keys.1.member.keyArn' is missing");
    assertThatExceptionOfType(UnexpectedResponseException.class)
        .isThrownBy(
            () ->
                respondingWith(200, "{\"KeyMetadata\":{\"KeyId\":\"k\"}}")
                    .describeKey(request -> {}))
        .withMessageEndingWith("is missing")
        .withMessageContaining("'keyMetadata.");
  }

  @Test
  void response_withAnUnknownValue_namesIt() {
    assertThatExceptionOfType(UnexpectedResponseException.class)
        .isThrownBy(
            () ->
                respondingWith(200, "{\"KeyMetadata\":{\"KeySpec\":\"ROT_13\"}}")
                    .describeKey(request -> {}))
        .withMessage(
            "embedded-kms: the response to DescribeKey is not one of AWS KMS: the value ROT_13 at"
                + " 'keyMetadata.keySpec' is not known");
  }

  @Test
  void nullRequest_isANullPointerException() {
    assertThatThrownBy(() -> respondingWith(200, "{}").call(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("request");
  }
}
