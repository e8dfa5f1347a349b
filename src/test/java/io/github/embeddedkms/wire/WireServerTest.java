package io.github.embeddedkms.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.CallbackService;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.OperationType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

class WireServerTest {

  private static final Caller CALLER = Caller.of("eu-central-1", "111122223333");

  private final LocalKeyProvider kms =
      LocalKeyProvider.builder()
          .region("eu-central-1")
          .account("111122223333")
          .clock(() -> Instant.parse("2026-03-04T05:06:07.089Z"))
          .build();
  private final WireServer wire = new WireServer(kms, FailureListener.none());
  private final String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
  private final String keyArn = "arn:aws:kms:eu-central-1:111122223333:key/" + keyId;

  @AfterEach
  void close() {
    kms.close();
  }

  private WireResponse send(String operation, String body) {
    return wire.answer("TrentService." + operation, body.getBytes(UTF_8), CALLER);
  }

  private static String text(WireResponse answer) {
    return new String(answer.body(), UTF_8);
  }

  /** A success, read by the AWS SDK's own parser. */
  private Map<String, JsonNode> ok(String operation, String body) {
    WireResponse answer = send(operation, body);
    assertThat(answer.status()).as(text(answer)).isEqualTo(200);
    assertThat(answer.errorCode()).isNull();
    return JsonNode.parser().parse(text(answer)).asObject();
  }

  private void assertError(WireResponse answer, int status, String code, String body) {
    assertThat(text(answer)).isEqualTo(body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.errorCode()).isEqualTo(code);
  }

  @Test
  void dataKey_roundTrip_throughJson() {
    Map<String, JsonNode> made =
        ok(
            "GenerateDataKey",
            "{\"KeyId\":\""
                + keyId
                + "\",\"KeySpec\":\"AES_256\",\"EncryptionContext\":{\"a\":\"b\"}}");
    assertThat(made).containsOnlyKeys("CiphertextBlob", "Plaintext", "KeyId", "KeyMaterialId");
    assertThat(made.get("KeyId").asString()).isEqualTo(keyArn);
    Map<String, JsonNode> opened =
        ok(
            "Decrypt",
            "{\"CiphertextBlob\":\""
                + made.get("CiphertextBlob").asString()
                + "\",\"EncryptionContext\":{\"a\":\"b\"}}");
    assertThat(opened.get("Plaintext")).isEqualTo(made.get("Plaintext"));
    assertThat(opened.get("EncryptionAlgorithm").asString()).isEqualTo("SYMMETRIC_DEFAULT");
  }

  @Test
  void describeKey_isWrittenAsTheServiceDoes() {
    Map<String, JsonNode> metadata =
        ok("DescribeKey", "{\"KeyId\":\"" + keyId + "\"}").get("KeyMetadata").asObject();
    assertThat(metadata)
        .containsOnlyKeys(
            "AWSAccountId",
            "KeyId",
            "Arn",
            "CreationDate",
            "Enabled",
            "Description",
            "KeyUsage",
            "KeyState",
            "Origin",
            "KeyManager",
            "CustomerMasterKeySpec",
            "KeySpec",
            "EncryptionAlgorithms",
            "MultiRegion",
            "CurrentKeyMaterialId");
    assertThat(metadata.get("CreationDate").asNumber()).isEqualTo("1772600767.089");
    assertThat(metadata.get("KeyState").asString()).isEqualTo("Enabled");
    assertThat(metadata.get("MultiRegion").asBoolean()).isFalse();
  }

  @Test
  void operationWithoutOutput_answersAnEmptyBody() {
    WireResponse answer = send("DisableKey", "{\"KeyId\":\"" + keyId + "\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void errors_haveTheServicesShape() {
    assertError(
        send("DescribeKey", "{\"KeyId\":\"alias/x\"}"),
        400,
        "NotFoundException",
        "{\"__type\":\"NotFoundException\",\"message\":\"Alias"
            + " arn:aws:kms:eu-central-1:111122223333:alias/x is not found.\"}");
    assertError(
        send("Decrypt", "{\"CiphertextBlob\":\"AAAA\"}"),
        400,
        "InvalidCiphertextException",
        "{\"__type\":\"InvalidCiphertextException\"}");
    WireResponse denied =
        send("DescribeKey", "{\"KeyId\":\"arn:aws:kms:eu-central-1:444455556666:alias/x\"}");
    assertThat(text(denied))
        .startsWith("{\"__type\":\"AccessDeniedException\",\"Message\":\"User: arn:aws:iam::");
  }

  @Test
  void valueOfNoEnumeration_isAnsweredWithTheSetAsTheServicePrintsIt_andJoinsOtherViolations() {
    String set =
        "[RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521,"
            + " ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, SYMMETRIC_DEFAULT, HMAC_224, HMAC_256,"
            + " HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768,"
            + " ML_KEM_1024]";
    assertError(
        send("GenerateDataKey", "{\"KeyId\":\"k\",\"KeySpec\":\"RSA_2048\",\"NumberOfBytes\":0}"),
        400,
        "ValidationException",
        "{\"__type\":\"ValidationException\",\"message\":\"2 validation errors detected: Value"
            + " '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value"
            + " greater than or equal to 1; Value 'RSA_2048' at 'keySpec' failed to satisfy"
            + " constraint: Member must satisfy enum value set: "
            + set
            + "\"}");
    assertError(
        send("Encrypt", "{\"KeyId\":\"k\",\"Plaintext\":\"AA==\",\"EncryptionAlgorithm\":\"AES\"}"),
        400,
        "ValidationException",
        "{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected: Value"
            + " 'AES' at 'encryptionAlgorithm' failed to satisfy constraint: Member must"
            + " satisfy enum value set: [RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE,"
            + " SYMMETRIC_DEFAULT]\"}");
    assertThat(
            text(
                send(
                    "Sign",
                    "{\"KeyId\":\"k\",\"MessageType\":\"X\",\"SigningAlgorithm\":\"HS256\"}")))
        .isEqualTo(
            "{\"__type\":\"ValidationException\",\"message\":\"3 validation errors detected: Value"
                + " at 'message' failed to satisfy constraint: Member must not be null; Value 'X'"
                + " at 'messageType' failed to satisfy constraint: Member must satisfy enum value"
                + " set: [RAW, DIGEST, EXTERNAL_MU]; Value 'HS256' at 'signingAlgorithm' failed to"
                + " satisfy constraint: Member must satisfy enum value set: [RSASSA_PSS_SHA_256,"
                + " RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256,"
                + " RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512, ECDSA_SHA_256,"
                + " ECDSA_SHA_384, ECDSA_SHA_512, ED25519_SHA_512, ED25519_PH_SHA_512, SM2DSA,"
                + " ML_DSA_SHAKE_256]\"}");
    assertThat(
            text(
                send(
                    "GenerateMac",
                    "{\"KeyId\":\"k\",\"Message\":\"AA==\",\"MacAlgorithm\":\"HS256\"}")))
        .contains(
            "Value 'HS256' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum"
                + " value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]");
    assertThat(text(send("CreateKey", "{\"KeyUsage\":\"X\"}")))
        .contains(
            "[ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC, KEY_AGREEMENT,"
                + " ENCAPSULATE_DECAPSULATE]");
    // Not recorded: the order of the model.
    assertThat(text(send("CreateKey", "{\"Origin\":\"SPACE\"}")))
        .contains("[AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE]");
    assertThat(text(send("Decrypt", "{\"CiphertextBlob\":\"AAAA\",\"DryRunModifiers\":[\"X\"]}")))
        .contains("at 'dryRunModifiers.1.member' failed");
  }

  @Test
  void listOfEnumerationValues_isCheckedWithItsUnknownOnes() {
    String unknown =
        "Value 'X' at 'resourceOwners.1.member' failed to satisfy constraint: Member must satisfy"
            + " enum value set: [SELF, OTHER_ACCOUNTS_VIA_RAM]";
    assertError(
        send("ListKeys", "{\"ResourceOwners\":[\"X\"]}"),
        400,
        "ValidationException",
        "{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected: "
            + unknown
            + "\"}");
    assertError(
        send("ListKeys", "{\"ResourceOwners\":[\"X\",\"SELF\",\"SELF\"]}"),
        400,
        "ValidationException",
        "{\"__type\":\"ValidationException\",\"message\":\"2 validation errors detected: Value at"
            + " 'resourceOwners' failed to satisfy constraint: Member must have length less than"
            + " or equal to 2; "
            + unknown
            + "\"}");
    assertThat(ok("ListKeys", "{\"ResourceOwners\":[\"OTHER_ACCOUNTS_VIA_RAM\",\"SELF\"]}"))
        .hasEntrySatisfying("Keys", keys -> assertThat(keys.asArray()).hasSize(1));
    assertThat(text(send("ListKeys", "{\"ResourceOwners\":[\"OTHER_ACCOUNTS_VIA_RAM\"]}")))
        .isEqualTo("{\"Keys\":[],\"Truncated\":false}");
  }

  @Test
  void undecodableBase64_hasNoMessage_otherFaultsOfTheTextHaveOurs() {
    assertError(
        send("Decrypt", "{\"CiphertextBlob\":\"*\"}"),
        400,
        "SerializationException",
        "{\"__type\":\"SerializationException\"}");
    assertError(
        send("Decrypt", "{\"KeyId\":7}"),
        400,
        "SerializationException",
        "{\"__type\":\"SerializationException\",\"message\":\"embedded-kms: Expected STRING but was"
            + " NUMBER at $.KeyId\"}");
    assertThat(send("Decrypt", "").errorCode()).isEqualTo("SerializationException");
    assertThat(send("Decrypt", "{\"x\":" + "[".repeat(1 << 20)).errorCode())
        .isEqualTo("SerializationException");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "NONE",
      value = {
        "NONE, the header X-Amz-Target is missing",
        "TrentService.Nothing, AWS KMS has no operation Nothing",
        "TrentService.decrypt, AWS KMS has no operation decrypt",
        "TrentService., 'AWS KMS has no operation '",
        "Other.Decrypt, the target does not begin with TrentService.: Other.Decrypt",
        "Decrypt, the target does not begin with TrentService.: Decrypt",
        "'', 'the target does not begin with TrentService.: '"
      })
  void unknownTarget_isUnknownOperation_thatSaysWhatIsWrong(String target, String message) {
    assertError(
        wire.answer(target, new byte[0], CALLER),
        400,
        "UnknownOperationException",
        "{\"__type\":\"UnknownOperationException\",\"message\":\"embedded-kms: " + message + "\"}");
  }

  /** Unknown elements of lists come last. */
  @Test
  void createGrant_everyKindOfViolation_isAnsweredWithAllOfThem() {
    String principal = "satisfy regular expression pattern: ^[\\\\w+=,.@:/-]+$";
    String word = "[A-Za-z0-9\\\\-]+";
    String operations =
        "[Decrypt, Encrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext, ReEncryptFrom,"
            + " ReEncryptTo, Sign, Verify, GetPublicKey, CreateGrant, RetireGrant, DescribeKey,"
            + " GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext, GenerateMac, VerifyMac,"
            + " DeriveSharedSecret, Encapsulate, Decapsulate]";
    List<String> violations =
        List.of(
            violation("*", "granteePrincipal", principal),
            violation("", "retiringPrincipal", "have length greater than or equal to 1"),
            violation("", "retiringPrincipal", principal),
            violation("a:b", "constraints.sourceArn", "have length greater than or equal to 20"),
            violation(
                "a:b",
                "constraints.sourceArn",
                "satisfy regular expression pattern:"
                    + " ^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$"),
            violation("a b", "name", "satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"),
            violation(
                "rds.com",
                "granteeServicePrincipal",
                "satisfy regular expression pattern: ^(%s)\\\\.(%1$s)(\\\\.%1$s)+$"
                    .formatted(word)),
            violation("Frob", "operations.2.member", "satisfy enum value set: " + operations));
    assertError(
        send(
            "CreateGrant",
            "{\"KeyId\":\"k\",\"GranteePrincipal\":\"*\",\"RetiringPrincipal\":\"\",\"Operations\":"
                + "[\"Decrypt\",\"Frob\"],\"Constraints\":{\"SourceArn\":\"a:b\"},"
                + "\"Name\":\"a b\",\"GranteeServicePrincipal\":\"rds.com\"}"),
        400,
        "ValidationException",
        "{\"__type\":\"ValidationException\",\"message\":\"8 validation errors detected: "
            + String.join("; ", violations)
            + "\"}");
  }

  private static String violation(String value, String path, String must) {
    return "Value '"
        + value
        + "' at '"
        + path
        + "' failed to satisfy constraint: Member must "
        + must;
  }

  static Stream<OperationType> notSupported() {
    return Arrays.stream(OperationType.values()).filter(operation -> !operation.isSupported());
  }

  @ParameterizedTest
  @MethodSource("notSupported")
  void operationThatIsNotSupported_isNotSupportedYet(OperationType operation) {
    assertError(
        wire.answer(operation.target(), "{}".getBytes(UTF_8), CALLER),
        501,
        "EmbeddedKmsNotSupportedYet",
        "{\"__type\":\"EmbeddedKmsNotSupportedYet\",\"message\":\"embedded-kms: the operation "
            + operation.operationName()
            + " is not supported yet\"}");
  }

  @Test
  void notSupportedYet_isNoAnswerOfTheService() {
    assertError(
        send("CreateKey", "{\"XksKeyId\":\"external-key\"}"),
        501,
        "EmbeddedKmsNotSupportedYet",
        "{\"__type\":\"EmbeddedKmsNotSupportedYet\",\"message\":\"embedded-kms: XksKeyId is not"
            + " supported yet\"}");
  }

  @Test
  void caller_decidesRegionAndAccount() {
    assertThat(
            wire.answer(
                    "TrentService.DescribeKey",
                    ("{\"KeyId\":\"" + keyId + "\"}").getBytes(UTF_8),
                    Caller.of("eu-west-1", "111122223333"))
                .errorCode())
        .isEqualTo("NotFoundException");
  }

  @Test
  void failureThatIsNoAnswer_isInternal_andHeardByTheListenerOnly() {
    IllegalStateException broken = new IllegalStateException("secret detail");
    List<String> heard = new ArrayList<>();
    KmsService failing =
        CallbackService.of(
            CALLER,
            request -> {
              throw broken;
            });
    WireServer failingWire =
        new WireServer(
            failing, (operation, failure) -> heard.add(operation + failure.getMessage()));
    assertError(
        failingWire.answer("TrentService.ListKeys", "{}".getBytes(UTF_8), CALLER),
        500,
        "KMSInternalException",
        "{\"__type\":\"KMSInternalException\"}");
    assertThat(heard).containsExactly("ListKeyssecret detail");
  }

  @Test
  void bugThatLooksLikeNotSupportedYet_andListenerThatFails_areInternal() {
    KmsService failing =
        CallbackService.of(
            CALLER,
            request -> {
              throw new UnsupportedOperationException("immutable list");
            });
    WireServer failingWire =
        new WireServer(
            failing,
            (operation, failure) -> {
              throw new IllegalArgumentException("listener broken too");
            });
    assertError(
        failingWire.answer("TrentService.ListKeys", "{}".getBytes(UTF_8), CALLER),
        500,
        "KMSInternalException",
        "{\"__type\":\"KMSInternalException\"}");
  }

  @Test
  void errorThatCannotBeWritten_isInternal_andHeardByTheListener() {
    KmsService failing =
        CallbackService.of(
            CALLER,
            request -> {
              throw new KmsException("TooLongException", 400, null) {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                  throw new IllegalStateException("too long");
                }
              };
            });
    List<Throwable> heard = new ArrayList<>();
    assertError(
        new WireServer(failing, (operation, failure) -> heard.add(failure))
            .answer("TrentService.ListKeys", "{}".getBytes(UTF_8), CALLER),
        500,
        "KMSInternalException",
        "{\"__type\":\"KMSInternalException\"}");
    assertThat(heard).hasSize(1).first().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void secrets_ofTheRequest_areClosedOnceItIsAnswered() {
    List<SecretBytes> seen = new ArrayList<>();
    KmsService recording =
        CallbackService.of(
            CALLER,
            request -> {
              seen.add(((Encrypt) request).plaintext());
              assertThat(seen.get(0).asUtf8String()).isEqualTo("hello");
              throw new NotSupportedYetException("embedded-kms: enough seen");
            });
    new WireServer(recording, FailureListener.none())
        .answer(
            "TrentService.Encrypt",
            "{\"KeyId\":\"k\",\"Plaintext\":\"aGVsbG8=\"}".getBytes(UTF_8),
            CALLER);
    assertThat(seen.get(0)).hasToString("SecretBytes[5 bytes]");
    org.assertj.core.api.Assertions.assertThatIllegalStateException()
        .isThrownBy(() -> seen.get(0).asByteArray());
  }

  @Test
  void secrets_ofARequestThatTheServiceRefuses_areClosed() {
    for (RuntimeException refusal :
        List.of(
            new io.github.embeddedkms.exception.ValidationException("refused"),
            new IllegalStateException("failed"))) {
      List<SecretBytes> seen = new ArrayList<>();
      KmsService refusing =
          CallbackService.of(
              CALLER,
              request -> {
                seen.add(((Encrypt) request).plaintext());
                throw refusal;
              });
      new WireServer(refusing, FailureListener.none())
          .answer("TrentService.Encrypt", "{\"Plaintext\":\"aGVsbG8=\"}".getBytes(UTF_8), CALLER);
      org.assertj.core.api.Assertions.assertThatIllegalStateException()
          .isThrownBy(() -> seen.get(0).asByteArray())
          .withMessage("the secret is closed");
    }
  }
}
