package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidSignatureException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.local.AsymmetricKeys.Kind;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.operation.GetPublicKey;
import io.github.embeddedkms.operation.Sign;
import io.github.embeddedkms.operation.SignBuilder;
import io.github.embeddedkms.operation.Verify;
import io.github.embeddedkms.operation.VerifyBuilder;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** GetPublicKey, Sign and Verify, with every key spec, usage, algorithm and message type. */
class SigningOperationsTest {

  private static final AsymmetricKeys KEYS = new AsymmetricKeys();
  private static final String RSA =
      "RSASSA_PSS_SHA_256 RSASSA_PSS_SHA_384 RSASSA_PSS_SHA_512"
          + " RSASSA_PKCS1_V1_5_SHA_256 RSASSA_PKCS1_V1_5_SHA_384 RSASSA_PKCS1_V1_5_SHA_512";

  /** The algorithms of the specs that can sign, from the service's documentation. */
  private static final Map<String, String> DOCUMENTED =
      Map.ofEntries(
          Map.entry("RSA_2048", RSA),
          Map.entry("RSA_3072", RSA),
          Map.entry("RSA_4096", RSA),
          Map.entry("ECC_NIST_P256", "ECDSA_SHA_256"),
          Map.entry("ECC_NIST_P384", "ECDSA_SHA_384"),
          Map.entry("ECC_NIST_P521", "ECDSA_SHA_512"),
          Map.entry("ECC_SECG_P256K1", "ECDSA_SHA_256"),
          Map.entry("ECC_NIST_EDWARDS25519", "ED25519_SHA_512 ED25519_PH_SHA_512"),
          Map.entry("SM2", "SM2DSA"),
          Map.entry("ML_DSA_44", "ML_DSA_SHAKE_256"),
          Map.entry("ML_DSA_65", "ML_DSA_SHAKE_256"),
          Map.entry("ML_DSA_87", "ML_DSA_SHAKE_256"));

  @AfterAll
  static void close() {
    KEYS.close();
  }

  /** A key, an algorithm and a message type. */
  private record Case(Kind kind, SigningAlgorithmSpec algorithm, MessageType type) {

    KeyMetadata key() {
      return KEYS.key(kind);
    }

    KmsClient client() {
      return KEYS.clientFor(kind.spec());
    }

    Sign sign(int length) {
      return SignBuilder.builder()
          .keyId(key().keyId())
          .message(message(length))
          .messageType(type)
          .signingAlgorithm(algorithm)
          .build();
    }

    Verify verify(int length, Bytes signature) {
      return VerifyBuilder.builder()
          .keyId(key().keyId())
          .message(message(length))
          .messageType(type)
          .signature(signature)
          .signingAlgorithm(algorithm)
          .build();
    }

    /** The length of a valid message. */
    int length() {
      return switch (type) {
        case RAW -> 100;
        case DIGEST -> digestBytes(algorithm);
        case EXTERNAL_MU -> 64;
      };
    }

    @Override
    public String toString() {
      return kind + " " + algorithm + " " + type;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Kind kind : Kind.all()) {
      for (SigningAlgorithmSpec algorithm : SigningAlgorithmSpec.values()) {
        for (MessageType type : MessageType.values()) {
          cases.add(new Case(kind, algorithm, type));
        }
      }
    }
    return cases;
  }

  private static int digestBytes(SigningAlgorithmSpec algorithm) {
    String name = algorithm.toString();
    return name.endsWith("_384") ? 48 : name.endsWith("_512") ? 64 : 32;
  }

  private static SecretBytes message(int length) {
    byte[] message = new byte[length];
    java.util.Arrays.fill(message, (byte) 'm');
    return SecretBytes.fromByteArray(message);
  }

  /** Returns the service's error; empty if the request must succeed. */
  private static Optional<KmsException> refusal(Case each, String operation) {
    KeySpec spec = each.kind.spec();
    if (each.kind.usage() != KeyUsageType.SIGN_VERIFY) {
      return usage(
          each.key().arn()
              + " key usage is "
              + each.kind.usage()
              + " which is not valid for "
              + operation
              + ".");
    }
    List<String> offered = List.of(DOCUMENTED.get(spec.toString()).split(" ", -1));
    if (!offered.contains(each.algorithm.toString())) {
      return usage("Algorithm " + each.algorithm + " is incompatible with key spec " + spec + ".");
    }
    boolean mlDsa = spec.toString().startsWith("ML_DSA");
    if (each.type == MessageType.EXTERNAL_MU && !mlDsa) {
      return invalid("embedded-kms: message type EXTERNAL_MU is for ML-DSA keys only");
    }
    if (each.type == MessageType.DIGEST && mlDsa) {
      return invalid("Message type DIGEST is incompatible with key spec " + spec + ".");
    }
    boolean wrongForEd25519 =
        (each.algorithm == SigningAlgorithmSpec.ED25519_SHA_512 && each.type == MessageType.DIGEST)
            || (each.algorithm == SigningAlgorithmSpec.ED25519_PH_SHA_512
                && each.type == MessageType.RAW);
    return wrongForEd25519
        ? invalid(
            "Message type " + each.type + " is incompatible with algorithm " + each.algorithm + ".")
        : Optional.empty();
  }

  private static Optional<KmsException> usage(String message) {
    return Optional.of(new InvalidKeyUsageException(message));
  }

  private static Optional<KmsException> invalid(String message) {
    return Optional.of(new ValidationException(message));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signAndVerify_succeedOrThrowTheServicesError(Case each) {
    int length = each.length();
    Bytes garbage = Bytes.fromUtf8String("garbage");
    Optional<KmsException> refusal = refusal(each, "Sign");
    if (refusal.isPresent()) {
      assertThrown(refusal.get(), () -> each.client().call(each.sign(length)));
      assertThrown(
          refusal(each, "Verify").orElseThrow(),
          () -> each.client().call(each.verify(length, garbage)));
      return;
    }
    Sign.Response signed = each.client().call(each.sign(length));
    assertThat(signed.keyId()).isEqualTo(each.key().arn());
    assertThat(signed.signingAlgorithm()).isEqualTo(each.algorithm);
    Verify.Response verified = each.client().call(each.verify(length, signed.signature()));
    assertThat(verified).isEqualTo(new Verify.Response(each.key().arn(), true, each.algorithm));
    assertThrown(
        new KmsInvalidSignatureException(), () -> each.client().call(each.verify(length, garbage)));
  }

  static List<Case> withFixedLength() {
    return cases().stream()
        .filter(each -> each.type != MessageType.RAW && refusal(each, "Sign").isEmpty())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("withFixedLength")
  void signAndVerify_digestOrMuOfWrongLength_areRefused(Case each) {
    for (int length :
        new int[] {1, 20, each.length() - 1, each.length() + 1, 4096, 96 - each.length() / 2}) {
      if (length == each.length()) {
        continue;
      }
      KmsException expected =
          new ValidationException(
              each.type == MessageType.DIGEST
                  ? "Digest is invalid length for algorithm " + each.algorithm + "."
                  : "embedded-kms: an external mu has 64 bytes, not " + length);
      assertThrown(expected, () -> each.client().call(each.sign(length)));
      assertThrown(
          expected, () -> each.client().call(each.verify(length, Bytes.fromUtf8String("g"))));
    }
  }

  /** Signing a message and verifying its digest are compatible, and the other way round. */
  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSASSA_PSS_SHA_384, SHA-384",
    "RSA_2048, RSASSA_PKCS1_V1_5_SHA_512, SHA-512",
    "ECC_NIST_P521, ECDSA_SHA_512, SHA-512",
    "ECC_SECG_P256_K1, ECDSA_SHA_256, SHA-256",
  })
  void verify_digestOfSignedMessage_isValid(
      KeySpec spec, SigningAlgorithmSpec algorithm, String hash) throws Exception {
    String keyId = KEYS.arn(spec, KeyUsageType.SIGN_VERIFY);
    byte[] message = "a message".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    SecretBytes raw = SecretBytes.fromByteArray(message);
    SecretBytes digest = SecretBytes.fromByteArray(MessageDigest.getInstance(hash).digest(message));
    Bytes ofMessage =
        KEYS.kms.sign(b -> b.keyId(keyId).message(raw).signingAlgorithm(algorithm)).signature();
    Bytes ofDigest =
        KEYS.kms
            .sign(
                b ->
                    b.keyId(keyId)
                        .message(digest)
                        .messageType(MessageType.DIGEST)
                        .signingAlgorithm(algorithm))
            .signature();
    KEYS.kms.verify(
        b ->
            b.keyId(keyId)
                .message(digest)
                .messageType(MessageType.DIGEST)
                .signature(ofMessage)
                .signingAlgorithm(algorithm));
    KEYS.kms.verify(
        b -> b.keyId(keyId).message(raw).signature(ofDigest).signingAlgorithm(algorithm));
  }

  /** The order of the checks: usage, state, algorithm, message type, length, signature, dry run. */
  @Test
  void verify_severalFaults_theFirstCheckDecides() {
    try (Fixture fixture = new Fixture(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY)) {
      VerifyBuilder wrong =
          VerifyBuilder.builder()
              .keyId(fixture.keyId)
              .message(message(31))
              .messageType(MessageType.EXTERNAL_MU)
              .signature(Bytes.fromUtf8String("garbage"))
              .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_384)
              .dryRun(true);
      fixture.usage(KeyUsageType.KEY_AGREEMENT);
      fixture.state(io.github.embeddedkms.model.KeyState.DISABLED);
      assertThrown(
          new InvalidKeyUsageException(
              fixture.keyArn + " key usage is KEY_AGREEMENT which is not valid for Verify."),
          () -> fixture.kms.call(wrong.build()));
      fixture.usage(KeyUsageType.SIGN_VERIFY);
      assertThrown(
          new DisabledException(fixture.keyArn + " is disabled."),
          () -> fixture.kms.call(wrong.build()));
      fixture.state(io.github.embeddedkms.model.KeyState.ENABLED);
      assertThrown(
          new InvalidKeyUsageException(
              "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256."),
          () -> fixture.kms.call(wrong.build()));
      wrong.signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256);
      assertThrown(
          new ValidationException("embedded-kms: message type EXTERNAL_MU is for ML-DSA keys only"),
          () -> fixture.kms.call(wrong.build()));
      wrong.messageType(MessageType.DIGEST);
      assertThrown(
          new ValidationException("Digest is invalid length for algorithm ECDSA_SHA_256."),
          () -> fixture.kms.call(wrong.build()));
      wrong.messageType(MessageType.RAW).message(SecretBytes.fromUtf8String(Fixture.PLAINTEXT));
      assertThrown(new KmsInvalidSignatureException(), () -> fixture.kms.call(wrong.build()));
      wrong.signature(fixture.blob);
      assertThrown(
          new DryRunOperationException(
              "The request would have succeeded, but the DryRun option is set."),
          () -> fixture.kms.call(wrong.build()));
      assertThat(fixture.kms.call(wrong.dryRun(false).build()).signatureValid()).isTrue();
    }
  }

  static List<Kind> asymmetric() {
    return Kind.all().stream().filter(kind -> !isSecret(kind)).toList();
  }

  private static boolean isSecret(Kind kind) {
    return kind.spec().toString().matches("HMAC.*|SYMMETRIC_DEFAULT");
  }

  @ParameterizedTest
  @MethodSource("asymmetric")
  void getPublicKey_anyUsage_returnsKeyAndItsAlgorithms(Kind kind) {
    KeyMetadata key = KEYS.key(kind);
    KmsClient client = KEYS.clientFor(kind.spec());
    GetPublicKey.Response response = client.getPublicKey(b -> b.keyId(key.keyId()));
    assertThat(response)
        .isEqualTo(
            new GetPublicKey.Response(
                key.arn(),
                response.publicKey(),
                key.customerMasterKeySpec(),
                key.keySpec(),
                key.keyUsage(),
                key.encryptionAlgorithms(),
                key.signingAlgorithms(),
                key.keyAgreementAlgorithms(),
                key.encapsulationAlgorithms()));
    assertThat(response.publicKey().length()).isEqualTo(spkiBytes(kind.spec()));
    client.disableKey(b -> b.keyId(key.keyId()));
    assertThat(client.getPublicKey(b -> b.keyId(key.keyId()))).isEqualTo(response);
    client.enableKey(b -> b.keyId(key.keyId()));
  }

  /** The lengths of X.509 SubjectPublicKeyInfo in DER. */
  private static int spkiBytes(KeySpec spec) {
    return switch (spec.toString()) {
      case "RSA_2048" -> 294;
      case "RSA_3072" -> 422;
      case "RSA_4096" -> 550;
      case "ECC_NIST_P256", "SM2" -> 91;
      case "ECC_SECG_P256K1" -> 88;
      case "ECC_NIST_P384" -> 120;
      case "ECC_NIST_P521" -> 158;
      case "ECC_NIST_EDWARDS25519" -> 44;
      case "ML_DSA_44" -> 1334;
      case "ML_DSA_65" -> 1974;
      case "ML_DSA_87" -> 2614;
      case "ML_KEM_512" -> 822;
      case "ML_KEM_768" -> 1206;
      case "ML_KEM_1024" -> 1590;
      default -> throw new AssertionError(spec);
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_512"})
  void getPublicKey_secretKey_isUnsupportedWithoutMessage(KeySpec spec) {
    Kind kind = Kind.all().stream().filter(each -> each.spec() == spec).findFirst().orElseThrow();
    assertThrown(
        new UnsupportedOperationException(null),
        () -> KEYS.kms.getPublicKey(b -> b.keyId(KEYS.key(kind).keyId())));
  }

  /** A key that was written to a store and read back signs, and its signatures stay valid. */
  @OverDatabases
  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"RSA_2048", "ECC_NIST_P384", "ECC_NIST_EDWARDS25519", "ML_DSA_44"})
  void sign_keyReadFromTheStore_signaturesOfBothAreValid(KeySpec spec) {
    try (Fixture fixture = new Fixture(spec, KeyUsageType.SIGN_VERIFY)) {
      // The fixture signed before it reopened the store.
      SigningAlgorithmSpec algorithm =
          fixture
              .kms
              .describeKey(b -> b.keyId(fixture.keyId))
              .keyMetadata()
              .signingAlgorithms()
              .get(0);
      SecretBytes message = SecretBytes.fromUtf8String(Fixture.PLAINTEXT);
      Bytes again =
          fixture
              .kms
              .sign(b -> b.keyId(fixture.keyId).message(message).signingAlgorithm(algorithm))
              .signature();
      for (Bytes signature : List.of(fixture.blob, again)) {
        fixture.kms.verify(
            b ->
                b.keyId(fixture.keyId)
                    .message(message)
                    .signature(signature)
                    .signingAlgorithm(algorithm));
      }
    }
  }

  private static void assertThrown(KmsException expected, Runnable call) {
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(expected.getClass())
        .hasMessage(expected.getMessage())
        .hasNoCause();
  }
}
