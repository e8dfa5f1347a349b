package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.local.AsymmetricKeys.Kind;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decapsulate;
import io.github.embeddedkms.operation.DecapsulateBuilder;
import io.github.embeddedkms.operation.DeriveSharedSecret;
import io.github.embeddedkms.operation.DeriveSharedSecretBuilder;
import io.github.embeddedkms.operation.Encapsulate;
import io.github.embeddedkms.operation.EncapsulateBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DeriveSharedSecret, Encapsulate and Decapsulate, with every key spec and usage. */
class AgreementOperationsTest {

  private static final AsymmetricKeys KEYS = new AsymmetricKeys();

  @AfterAll
  static void close() {
    KEYS.close();
  }

  static List<Kind> kinds() {
    return Kind.all();
  }

  private static DeriveSharedSecretBuilder derive(String keyId, Bytes peer) {
    return DeriveSharedSecretBuilder.builder()
        .keyId(keyId)
        .publicKey(peer)
        .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH);
  }

  private static EncapsulateBuilder encapsulate(String keyId) {
    return EncapsulateBuilder.builder()
        .keyId(keyId)
        .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM);
  }

  private static DecapsulateBuilder decapsulate(String keyId, Bytes ciphertext) {
    return DecapsulateBuilder.builder()
        .keyId(keyId)
        .sharedSecretCiphertextBlob(ciphertext)
        .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void deriveSharedSecret_succeedsOrThrowsTheServicesError(Kind kind) {
    KeyMetadata key = KEYS.key(kind);
    KmsClient client = KEYS.clientFor(kind.spec());
    if (kind.usage() != KeyUsageType.KEY_AGREEMENT) {
      assertWrongUsage(client, key, derive(key.keyId(), bytes(1)).build(), "DeriveSharedSecret");
      return;
    }
    KeyMetadata other =
        client.createKey(b -> b.keySpec(kind.spec()).keyUsage(kind.usage())).keyMetadata();
    DeriveSharedSecret.Response ours =
        client.call(derive(key.keyId(), publicKey(client, other)).build());
    DeriveSharedSecret.Response theirs =
        client.call(derive(other.keyId(), publicKey(client, key)).build());
    SecretBytes secret = ours.sharedSecret();
    assertThat(ours)
        .isEqualTo(
            new DeriveSharedSecret.Response(
                key.arn(), secret, null, KeyAgreementAlgorithmSpec.ECDH, OriginType.AWS_KMS));
    assertThat(theirs.sharedSecret()).isEqualTo(secret);
    assertThat(secret.length())
        .isEqualTo(
            kind.spec() == KeySpec.ECC_NIST_P384
                ? 48
                : kind.spec() == KeySpec.ECC_NIST_P521 ? 66 : 32);
  }

  private static Bytes publicKey(KmsClient client, KeyMetadata key) {
    return client.getPublicKey(b -> b.keyId(key.keyId())).publicKey();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void encapsulateAndDecapsulate_succeedOrThrowTheServicesError(Kind kind) {
    KeyMetadata key = KEYS.key(kind);
    KmsClient client = KEYS.clientFor(kind.spec());
    if (kind.usage() != KeyUsageType.ENCAPSULATE_DECAPSULATE) {
      assertWrongUsage(client, key, encapsulate(key.keyId()).build(), "Encapsulate");
      assertWrongUsage(client, key, decapsulate(key.keyId(), bytes(1)).build(), "Decapsulate");
      return;
    }
    Encapsulate.Response first = client.call(encapsulate(key.keyId()).build());
    Encapsulate.Response second = client.call(encapsulate(key.keyId()).build());
    assertThat(first.keyId()).isEqualTo(key.arn());
    assertThat(first.encapsulationAlgorithm()).isEqualTo(EncapsulationAlgorithmSpec.ML_KEM);
    assertThat(first.sharedSecret().length()).isEqualTo(32);
    assertThat(first.sharedSecretCiphertextBlob().length()).isEqualTo(ciphertextBytes(kind.spec()));
    assertThat(second.sharedSecret()).isNotEqualTo(first.sharedSecret());
    assertThat(second.sharedSecretCiphertextBlob())
        .isNotEqualTo(first.sharedSecretCiphertextBlob());
    assertThat(client.call(decapsulate(key.keyId(), first.sharedSecretCiphertextBlob()).build()))
        .isEqualTo(
            new Decapsulate.Response(
                key.arn(), first.sharedSecret(), EncapsulationAlgorithmSpec.ML_KEM));
  }

  private static int ciphertextBytes(KeySpec spec) {
    return switch (spec) {
      case ML_KEM_512 -> 768;
      case ML_KEM_768 -> 1088;
      case ML_KEM_1024 -> 1568;
      default -> throw new AssertionError(spec);
    };
  }

  private static void assertWrongUsage(
      KmsClient client, KeyMetadata key, KmsRequest<?> request, String operation) {
    assertThrown(
        new InvalidKeyUsageException(
            key.arn()
                + " key usage is "
                + key.keyUsage()
                + " which is not valid for "
                + operation
                + "."),
        () -> client.call(request));
  }

  /** An altered ciphertext has another secret, always the same one, and is no error. */
  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"})
  void decapsulate_alteredCiphertext_isRejectedImplicitly(KeySpec spec) {
    String keyId = KEYS.arn(spec, KeyUsageType.ENCAPSULATE_DECAPSULATE);
    Encapsulate.Response valid = KEYS.kms.call(encapsulate(keyId).build());
    byte[] ciphertext = valid.sharedSecretCiphertextBlob().asByteArray();
    for (int bit : new int[] {0, 7, 1000, 8 * ciphertext.length - 1}) {
      byte[] flipped = ciphertext.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      SecretBytes first = secretOf(keyId, Bytes.fromByteArray(flipped));
      assertThat(first.length()).isEqualTo(32);
      assertThat(first).isNotEqualTo(valid.sharedSecret());
      assertThat(secretOf(keyId, Bytes.fromByteArray(flipped))).isEqualTo(first);
    }
    Bytes zeros = bytes(ciphertext.length);
    String other =
        KEYS.kms
            .createKey(b -> b.keySpec(spec).keyUsage(KeyUsageType.ENCAPSULATE_DECAPSULATE))
            .keyMetadata()
            .keyId();
    assertThat(secretOf(other, zeros)).isNotEqualTo(secretOf(keyId, zeros));
    assertThat(secretOf(other, valid.sharedSecretCiphertextBlob()))
        .isNotEqualTo(valid.sharedSecret());
  }

  private static SecretBytes secretOf(String keyId, Bytes ciphertext) {
    return KEYS.kms.call(decapsulate(keyId, ciphertext).build()).sharedSecret();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 767, 768, 1087, 1089, 1568, 6144})
  void decapsulate_ciphertextOfWrongLength_isInvalid(int length) {
    String keyId = KEYS.arn(KeySpec.ML_KEM_768, KeyUsageType.ENCAPSULATE_DECAPSULATE);
    assertThrown(
        new InvalidCiphertextException(),
        () -> KEYS.kms.call(decapsulate(keyId, bytes(length)).build()));
    // Also in a dry run.
    assertThrown(
        new InvalidCiphertextException(),
        () -> KEYS.kms.call(decapsulate(keyId, bytes(length)).dryRun(true).build()));
  }

  /** Where the valid key of P-256 has {@code 04} and its coordinates, or what replaces them. */
  @ParameterizedTest
  @CsvSource({
    "the point at infinity, 00",
    "infinity with coordinates, 00_",
    "compressed, 02x",
    "compressed with the other sign, 03x",
    "hybrid, 06_",
    "hybrid with the other sign, 07_",
    "too short, 04x",
    "one byte more, 04_00",
  })
  void deriveSharedSecret_otherFormOfPoint_isRefusedWithoutMessage(String name, String form) {
    String keyId = KEYS.arn(KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
    String spki = HexFormat.of().formatHex(publicKeyOf(keyId));
    String coordinates = spki.substring(spki.length() - 128);
    String point = form.replace("_", coordinates).replace("x", coordinates.substring(0, 64));
    assertUnusable(keyId, spkiOf("06082a8648ce3d030107", point));
  }

  @Test
  void deriveSharedSecret_pointOffTheCurve_isRefusedWithoutMessage() {
    for (KeySpec spec :
        List.of(KeySpec.ECC_NIST_P256, KeySpec.ECC_NIST_P384, KeySpec.ECC_NIST_P521)) {
      String keyId = KEYS.arn(spec, KeyUsageType.KEY_AGREEMENT);
      byte[] altered = publicKeyOf(keyId);
      altered[altered.length - 1] ^= 1;
      assertUnusable(keyId, altered);
      // A coordinate that is not reduced: all ones is more than the prime of each curve.
      byte[] large = publicKeyOf(keyId);
      Arrays.fill(large, large.length - 20, large.length, (byte) 0xFF);
      assertUnusable(keyId, large);
    }
  }

  @Test
  void deriveSharedSecret_otherEncodingOrKey_isRefusedWithoutMessage() {
    String keyId = KEYS.arn(KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
    byte[] valid = publicKeyOf(keyId);
    assertUnusable(keyId, new byte[1]);
    assertUnusable(keyId, new byte[8192]);
    assertUnusable(keyId, Arrays.copyOf(valid, valid.length + 1));
    assertUnusable(keyId, Arrays.copyOf(valid, valid.length - 1));
    assertUnusable(keyId, Arrays.copyOfRange(valid, valid.length - 65, valid.length));
    // The same point, said to be of secp256k1.
    String point = HexFormat.of().formatHex(valid).substring(2 * (valid.length - 65));
    assertUnusable(keyId, spkiOf("06052b8104000a", point));
    // Without the curve's name.
    assertUnusable(keyId, spkiOf("0500", point));
    for (Kind kind : Kind.all()) {
      boolean sameCurve = kind.spec() == KeySpec.ECC_NIST_P256;
      boolean isSecret = kind.spec().toString().matches("HMAC.*|SYMMETRIC_DEFAULT");
      if (!sameCurve && !isSecret) {
        KmsClient client = KEYS.clientFor(kind.spec());
        assertUnusable(keyId, publicKey(client, KEYS.key(kind)).asByteArray());
      }
    }
  }

  /** On the curve of SM2, which another library computes. */
  @Test
  void deriveSharedSecret_sm2PointOffTheCurve_isRefusedWithoutMessage() {
    KmsClient china = KEYS.clientFor(KeySpec.SM2);
    KeyMetadata key = KEYS.key(new Kind(KeySpec.SM2, KeyUsageType.KEY_AGREEMENT));
    byte[] altered = publicKey(china, key).asByteArray();
    altered[altered.length - 1] ^= 1;
    assertThrown(
        new ValidationException(null),
        () -> china.call(derive(key.keyId(), Bytes.fromByteArray(altered)).build()));
  }

  private static byte[] publicKeyOf(String keyId) {
    return KEYS.kms.getPublicKey(b -> b.keyId(keyId)).publicKey().asByteArray();
  }

  /** A public key with a parameter and a point in hexadecimal. */
  private static byte[] spkiOf(String parameter, String point) {
    String algorithm = value("30", "06072a8648ce3d0201" + parameter);
    return HexFormat.of().parseHex(value("30", algorithm + value("03", "00" + point)));
  }

  private static String value(String tag, String content) {
    return tag + HexFormat.of().toHexDigits((byte) (content.length() / 2)) + content;
  }

  private static void assertUnusable(String keyId, byte[] publicKey) {
    Bytes peer = Bytes.fromByteArray(publicKey);
    assertThrown(new ValidationException(null), () -> KEYS.kms.call(derive(keyId, peer).build()));
  }

  /** The order of the checks: usage, state, public key or length, dry run. */
  @Test
  void agreement_severalFaults_theFirstCheckDecides() {
    try (Fixture fixture = new Fixture(KeySpec.ECC_NIST_P384, KeyUsageType.KEY_AGREEMENT)) {
      DeriveSharedSecretBuilder derive = derive(fixture.keyId, bytes(1)).dryRun(true);
      fixture.usage(KeyUsageType.SIGN_VERIFY);
      fixture.state(KeyState.DISABLED);
      assertThrown(
          new InvalidKeyUsageException(
              fixture.keyArn
                  + " key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret."),
          () -> fixture.kms.call(derive.build()));
      fixture.usage(KeyUsageType.KEY_AGREEMENT);
      assertThrown(
          new DisabledException(fixture.keyArn + " is disabled."),
          () -> fixture.kms.call(derive.build()));
      fixture.state(KeyState.ENABLED);
      assertThrown(new ValidationException(null), () -> fixture.kms.call(derive.build()));
      derive.publicKey(fixture.blob);
      assertThrown(
          new DryRunOperationException(
              "The request would have succeeded, but the DryRun option is set."),
          () -> fixture.kms.call(derive.build()));
    }
  }

  /** Keys that were written to a store and read back derive the same secrets. */
  @OverDatabases
  @Test
  void keysReadFromTheStore_deriveTheSameSecrets() {
    try (Fixture fixture = new Fixture(KeySpec.ML_KEM_768, KeyUsageType.ENCAPSULATE_DECAPSULATE)) {
      SecretBytes before =
          fixture.kms.call(decapsulate(fixture.keyId, fixture.blob).build()).sharedSecret();
      fixture.reopen();
      assertThat(fixture.kms.call(decapsulate(fixture.keyId, fixture.blob).build()).sharedSecret())
          .isEqualTo(before);
    }
    try (Fixture fixture = new Fixture(KeySpec.ECC_NIST_P521, KeyUsageType.KEY_AGREEMENT)) {
      SecretBytes before =
          fixture.kms.call(derive(fixture.keyId, fixture.blob).build()).sharedSecret();
      fixture.reopen();
      assertThat(fixture.kms.call(derive(fixture.keyId, fixture.blob).build()).sharedSecret())
          .isEqualTo(before);
    }
  }

  private static Bytes bytes(int length) {
    return Bytes.fromByteArray(new byte[length]);
  }

  private static void assertThrown(KmsException expected, Runnable call) {
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(expected.getClass())
        .hasMessage(expected.getMessage())
        .hasNoCause();
  }
}
