package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.local.AsymmetricKeys.Kind;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Encrypt, Decrypt and ReEncrypt, with every key spec, usage and algorithm. */
class AsymmetricEncryptionTest {

  private static final AsymmetricKeys KEYS = new AsymmetricKeys();

  /** The algorithms of the specs that can encrypt, from the service's documentation. */
  private static final Map<String, String> DOCUMENTED =
      Map.of(
          "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT",
          "RSA_2048", "RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256",
          "RSA_3072", "RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256",
          "RSA_4096", "RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256",
          "SM2", "SM2PKE");

  @AfterAll
  static void close() {
    KEYS.close();
  }

  /** A key and an algorithm. */
  private record Case(Kind kind, EncryptionAlgorithmSpec algorithm) {

    KeyMetadata key() {
      return KEYS.key(kind);
    }

    KmsClient client() {
      return KEYS.clientFor(kind.spec());
    }

    Encrypt encrypt(int length) {
      return EncryptBuilder.builder()
          .keyId(key().keyId())
          .plaintext(plaintext(length))
          .encryptionAlgorithm(algorithm)
          .build();
    }

    Decrypt decrypt(Bytes ciphertext) {
      return DecryptBuilder.builder()
          .keyId(key().keyId())
          .ciphertextBlob(ciphertext)
          .encryptionAlgorithm(algorithm)
          .build();
    }

    /** The length of the longest plaintext. */
    int max() {
      String name = kind.spec() + " " + algorithm;
      return switch (name) {
        case "RSA_2048 RSAES_OAEP_SHA_1" -> 214;
        case "RSA_2048 RSAES_OAEP_SHA_256" -> 190;
        case "RSA_3072 RSAES_OAEP_SHA_1" -> 342;
        case "RSA_3072 RSAES_OAEP_SHA_256" -> 318;
        case "RSA_4096 RSAES_OAEP_SHA_1" -> 470;
        case "RSA_4096 RSAES_OAEP_SHA_256" -> 446;
        case "SM2 SM2PKE" -> 1024;
        default -> 4096;
      };
    }

    @Override
    public String toString() {
      return kind + " " + algorithm;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Kind kind : Kind.all()) {
      for (EncryptionAlgorithmSpec algorithm : EncryptionAlgorithmSpec.values()) {
        cases.add(new Case(kind, algorithm));
      }
    }
    return cases;
  }

  static List<Case> asymmetric() {
    return cases().stream()
        .filter(each -> refusal(each, "Encrypt").isEmpty())
        .filter(each -> each.kind.spec() != KeySpec.SYMMETRIC_DEFAULT)
        .toList();
  }

  private static SecretBytes plaintext(int length) {
    byte[] plaintext = new byte[length];
    Arrays.fill(plaintext, (byte) 'p');
    return SecretBytes.fromByteArray(plaintext);
  }

  /** Returns the service's error; empty if the request must succeed. */
  private static Optional<KmsException> refusal(Case each, String operation) {
    if (each.kind.usage() != KeyUsageType.ENCRYPT_DECRYPT) {
      return Optional.of(
          new InvalidKeyUsageException(
              each.key().arn()
                  + " key usage is "
                  + each.kind.usage()
                  + " which is not valid for "
                  + operation
                  + "."));
    }
    String spec = each.kind.spec().toString();
    List<String> offered = List.of(DOCUMENTED.get(spec).split(" ", -1));
    return offered.contains(each.algorithm.toString())
        ? Optional.empty()
        : Optional.of(
            new InvalidKeyUsageException(
                "Algorithm " + each.algorithm + " is incompatible with key spec " + spec + "."));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void encryptAndDecrypt_succeedOrThrowTheServicesError(Case each) {
    Optional<KmsException> refusal = refusal(each, "Encrypt");
    if (refusal.isPresent()) {
      assertThrown(refusal.get(), () -> each.client().call(each.encrypt(1)));
      // A symmetric ciphertext is parsed before anything is said of the key.
      assertThrown(
          each.algorithm == EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT
              ? new InvalidCiphertextException()
              : refusal(each, "Decrypt").orElseThrow(),
          () -> each.client().call(each.decrypt(Bytes.fromUtf8String("garbage"))));
      return;
    }
    Encrypt.Response encrypted = each.client().call(each.encrypt(32));
    assertThat(encrypted.keyId()).isEqualTo(each.key().arn());
    assertThat(encrypted.encryptionAlgorithm()).isEqualTo(each.algorithm);
    Decrypt.Response decrypted = each.client().call(each.decrypt(encrypted.ciphertextBlob()));
    assertThat(decrypted.keyId()).isEqualTo(each.key().arn());
    assertThat(decrypted.encryptionAlgorithm()).isEqualTo(each.algorithm);
    assertThat(decrypted.plaintext()).isEqualTo(plaintext(32));
    assertThat(decrypted.keyMaterialId() != null)
        .isEqualTo(each.kind.spec() == KeySpec.SYMMETRIC_DEFAULT);
    assertThat(each.client().call(each.encrypt(32)).ciphertextBlob())
        .isNotEqualTo(encrypted.ciphertextBlob());
  }

  @ParameterizedTest
  @MethodSource("asymmetric")
  void encrypt_longestPlaintext_succeeds_andOneByteMoreIsRefused(Case each) {
    for (int length : new int[] {1, each.max()}) {
      Bytes ciphertext = each.client().call(each.encrypt(length)).ciphertextBlob();
      if (each.kind.spec() != KeySpec.SM2) {
        assertThat(8 * ciphertext.length())
            .isEqualTo(Integer.parseInt(each.kind.spec().toString().substring("RSA_".length())));
      }
      assertThat(each.client().call(each.decrypt(ciphertext)).plaintext())
          .isEqualTo(plaintext(length));
    }
    ValidationException tooLong =
        new ValidationException(
            "Algorithm "
                + each.algorithm
                + " and key spec "
                + each.kind.spec()
                + " cannot encrypt data larger than "
                + each.max()
                + " bytes.");
    for (int length : new int[] {each.max() + 1, 4096}) {
      assertThrown(tooLong, () -> each.client().call(each.encrypt(length)));
    }
  }

  /** One error for all of them, which says nothing of the reason. */
  @ParameterizedTest
  @MethodSource("asymmetric")
  void decrypt_alteredCiphertext_isInvalid(Case each) {
    byte[] valid = each.client().call(each.encrypt(20)).ciphertextBlob().asByteArray();
    List<byte[]> altered = new ArrayList<>();
    altered.add(new byte[1]);
    altered.add(Arrays.copyOf(valid, valid.length - 1));
    altered.add(Arrays.copyOfRange(valid, 1, valid.length));
    altered.add(Arrays.copyOf(valid, valid.length + 1));
    altered.add(new byte[valid.length]);
    byte[] ones = new byte[valid.length];
    Arrays.fill(ones, (byte) 0xFF);
    altered.add(ones);
    for (int bit = 0; bit < 8 * valid.length; bit += 8 * valid.length / 23) {
      byte[] flipped = valid.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      altered.add(flipped);
    }
    for (byte[] bytes : altered) {
      assertThrown(
          new InvalidCiphertextException(),
          () -> each.client().call(each.decrypt(Bytes.fromByteArray(bytes))));
    }
  }

  @Test
  void decrypt_otherKeyOrHash_isInvalid() {
    Case sha256 =
        new Case(
            new Kind(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT),
            EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256);
    Bytes ciphertext = KEYS.kms.call(sha256.encrypt(5)).ciphertextBlob();
    Case sha1 = new Case(sha256.kind, EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1);
    assertThrown(new InvalidCiphertextException(), () -> KEYS.kms.call(sha1.decrypt(ciphertext)));
    String other =
        KEYS.kms
            .createKey(b -> b.keySpec(KeySpec.RSA_2048).keyUsage(KeyUsageType.ENCRYPT_DECRYPT))
            .keyMetadata()
            .keyId();
    assertThrown(
        new InvalidCiphertextException(),
        () ->
            KEYS.kms.decrypt(
                b ->
                    b.keyId(other)
                        .ciphertextBlob(ciphertext)
                        .encryptionAlgorithm(sha256.algorithm)));
  }

  @Test
  void decrypt_keyNotNamed_isRefused() {
    assertThrown(
        new ValidationException("embedded-kms: the key must be named for RSAES_OAEP_SHA_1"),
        () ->
            KEYS.kms.decrypt(
                b ->
                    b.ciphertextBlob(Bytes.fromByteArray(new byte[256]))
                        .encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1)));
  }

  /** The order of the checks: usage, state, algorithm, context, length, dry run. */
  @Test
  void encryptAndDecrypt_severalFaults_theFirstCheckDecides() {
    String noContext =
        "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.";
    DryRunOperationException dryRun =
        new DryRunOperationException(
            "The request would have succeeded, but the DryRun option is set.");
    try (Fixture fixture = new Fixture(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT)) {
      EncryptBuilder encrypt =
          EncryptBuilder.builder()
              .keyId(fixture.keyId)
              .plaintext(plaintext(191))
              .encryptionContext(Map.of("a", "b"))
              .encryptionAlgorithm(EncryptionAlgorithmSpec.SM2_PKE)
              .dryRun(true);
      DecryptBuilder decrypt =
          DecryptBuilder.builder()
              .keyId(fixture.keyId)
              .ciphertextBlob(Bytes.fromUtf8String("garbage"))
              .encryptionContext(Map.of("a", "b"))
              .encryptionAlgorithm(EncryptionAlgorithmSpec.SM2_PKE)
              .dryRun(true);
      fixture.usage(KeyUsageType.SIGN_VERIFY);
      fixture.state(KeyState.DISABLED);
      String usage = fixture.keyArn + " key usage is SIGN_VERIFY which is not valid for ";
      assertBoth(
          fixture,
          encrypt,
          new InvalidKeyUsageException(usage + "Encrypt."),
          decrypt,
          new InvalidKeyUsageException(usage + "Decrypt."));
      fixture.usage(KeyUsageType.ENCRYPT_DECRYPT);
      KmsException disabled = new DisabledException(fixture.keyArn + " is disabled.");
      assertBoth(fixture, encrypt, disabled, decrypt, disabled);
      fixture.state(KeyState.ENABLED);
      KmsException algorithm =
          new InvalidKeyUsageException("Algorithm SM2PKE is incompatible with key spec RSA_2048.");
      assertBoth(fixture, encrypt, algorithm, decrypt, algorithm);
      encrypt.encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256);
      decrypt.encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1);
      KmsException context = new ValidationException(noContext);
      assertBoth(fixture, encrypt, context, decrypt, context);
      encrypt.encryptionContext(Map.of());
      decrypt.encryptionContext(null);
      assertBoth(
          fixture,
          encrypt,
          new ValidationException(
              "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than"
                  + " 190 bytes."),
          decrypt,
          new InvalidCiphertextException());
      encrypt.plaintext(plaintext(190));
      decrypt.ciphertextBlob(fixture.blob);
      assertBoth(fixture, encrypt, dryRun, decrypt, dryRun);
      assertThat(fixture.kms.call(decrypt.dryRun(false).build()).plaintext())
          .isEqualTo(SecretBytes.fromUtf8String(Fixture.PLAINTEXT));
    }
  }

  private static void assertBoth(
      Fixture fixture,
      EncryptBuilder encrypt,
      KmsException ofEncrypt,
      DecryptBuilder decrypt,
      KmsException ofDecrypt) {
    assertThrown(ofEncrypt, () -> fixture.kms.call(encrypt.build()));
    assertThrown(ofDecrypt, () -> fixture.kms.call(decrypt.build()));
  }

  /** As with symmetric keys: the states of the contract tests, for the other kind of key. */
  @Test
  void rsaKey_anyState_worksOrThrowsTheErrorOfTheState() {
    try (Fixture fixture = new Fixture(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT)) {
      EncryptionAlgorithmSpec oaep = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1;
      List<Runnable> calls =
          List.of(
              () ->
                  fixture.kms.encrypt(
                      b ->
                          b.keyId(fixture.keyId).plaintext(plaintext(1)).encryptionAlgorithm(oaep)),
              () ->
                  fixture.kms.decrypt(
                      b ->
                          b.keyId(fixture.keyId)
                              .ciphertextBlob(fixture.blob)
                              .encryptionAlgorithm(oaep)),
              () ->
                  fixture.kms.reEncrypt(
                      b ->
                          b.sourceKeyId(fixture.keyId)
                              .ciphertextBlob(fixture.blob)
                              .sourceEncryptionAlgorithm(oaep)
                              .destinationKeyId(fixture.otherKeyId)),
              () ->
                  fixture.kms.reEncrypt(
                      b ->
                          b.ciphertextBlob(fixture.otherBlob)
                              .destinationKeyId(fixture.keyId)
                              .destinationEncryptionAlgorithm(oaep)));
      for (KeyState state : KeyState.values()) {
        fixture.state(state);
        for (Runnable call : calls) {
          refusalIn(state, fixture.keyArn)
              .ifPresentOrElse(expected -> assertThrown(expected, call), call);
        }
      }
    }
  }

  private static Optional<KmsException> refusalIn(KeyState state, String keyArn) {
    return switch (state) {
      case ENABLED, UPDATING -> Optional.empty();
      case DISABLED -> Optional.of(new DisabledException(keyArn + " is disabled."));
      case PENDING_DELETION -> Optional.of(invalidState(keyArn + " is pending deletion."));
      case PENDING_REPLICA_DELETION ->
          Optional.of(invalidState(keyArn + " is pending replica deletion."));
      case PENDING_IMPORT -> Optional.of(invalidState(keyArn + " is pending import."));
      case UNAVAILABLE -> Optional.of(invalidState(keyArn + " is unavailable."));
      case CREATING -> Optional.of(invalidState(keyArn + " is creating."));
    };
  }

  private static KmsException invalidState(String message) {
    return new KmsInvalidStateException(message);
  }

  /** Between symmetric and asymmetric keys in both directions, and between asymmetric ones. */
  @ParameterizedTest
  @CsvSource({
    "SYMMETRIC_DEFAULT, SYMMETRIC_DEFAULT, RSA_2048, RSAES_OAEP_SHA_256",
    "RSA_2048, RSAES_OAEP_SHA_1, SYMMETRIC_DEFAULT, SYMMETRIC_DEFAULT",
    "RSA_3072, RSAES_OAEP_SHA_256, RSA_2048, RSAES_OAEP_SHA_1",
    "RSA_2048, RSAES_OAEP_SHA_256, RSA_2048, RSAES_OAEP_SHA_256",
  })
  void reEncrypt_betweenKinds_keepsThePlaintext(
      KeySpec from,
      EncryptionAlgorithmSpec fromAlgorithm,
      KeySpec to,
      EncryptionAlgorithmSpec toAlgorithm) {
    Case source = new Case(new Kind(from, KeyUsageType.ENCRYPT_DECRYPT), fromAlgorithm);
    Case destination = new Case(new Kind(to, KeyUsageType.ENCRYPT_DECRYPT), toAlgorithm);
    ReEncrypt.Response response =
        KEYS.kms.reEncrypt(
            b ->
                b.ciphertextBlob(KEYS.kms.call(source.encrypt(100)).ciphertextBlob())
                    .sourceKeyId(source.key().keyId())
                    .sourceEncryptionAlgorithm(fromAlgorithm)
                    .destinationKeyId(destination.key().keyId())
                    .destinationEncryptionAlgorithm(toAlgorithm));
    assertThat(response.sourceKeyId()).isEqualTo(source.key().arn());
    assertThat(response.keyId()).isEqualTo(destination.key().arn());
    assertThat(response.sourceEncryptionAlgorithm()).isEqualTo(fromAlgorithm);
    assertThat(response.destinationEncryptionAlgorithm()).isEqualTo(toAlgorithm);
    assertThat(response.sourceKeyMaterialId() != null).isEqualTo(from == KeySpec.SYMMETRIC_DEFAULT);
    assertThat(response.destinationKeyMaterialId() != null)
        .isEqualTo(to == KeySpec.SYMMETRIC_DEFAULT);
    assertThat(KEYS.kms.call(destination.decrypt(response.ciphertextBlob())).plaintext())
        .isEqualTo(plaintext(100));
  }

  @Test
  void reEncrypt_toRsa_refusesWhatEncryptRefuses() {
    Case rsa =
        new Case(
            new Kind(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT),
            EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256);
    Case symmetric =
        new Case(
            new Kind(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT),
            EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    Bytes tooLong = KEYS.kms.call(symmetric.encrypt(191)).ciphertextBlob();
    assertThrown(
        new ValidationException(
            "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190"
                + " bytes."),
        () ->
            KEYS.kms.reEncrypt(
                b ->
                    b.ciphertextBlob(tooLong)
                        .destinationKeyId(rsa.key().keyId())
                        .destinationEncryptionAlgorithm(rsa.algorithm)));
    String noContext =
        "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.";
    assertThrown(
        new ValidationException(noContext),
        () ->
            KEYS.kms.reEncrypt(
                b ->
                    b.ciphertextBlob(tooLong)
                        .destinationKeyId(rsa.key().keyId())
                        .destinationEncryptionContext(Map.of("a", "b"))
                        .destinationEncryptionAlgorithm(rsa.algorithm)));
    Bytes ciphertext = KEYS.kms.call(rsa.encrypt(1)).ciphertextBlob();
    assertThrown(
        new ValidationException(noContext),
        () ->
            KEYS.kms.reEncrypt(
                b ->
                    b.ciphertextBlob(ciphertext)
                        .sourceKeyId(rsa.key().keyId())
                        .sourceEncryptionContext(Map.of("a", "b"))
                        .sourceEncryptionAlgorithm(rsa.algorithm)
                        .destinationKeyId(symmetric.key().keyId())));
    assertThrown(
        new ValidationException("embedded-kms: the key must be named for RSAES_OAEP_SHA_256"),
        () ->
            KEYS.kms.reEncrypt(
                b ->
                    b.ciphertextBlob(ciphertext)
                        .sourceEncryptionAlgorithm(rsa.algorithm)
                        .destinationKeyId(symmetric.key().keyId())));
  }

  /**
   * Other programs can encrypt an empty plaintext by RSAES-OAEP. This library never encrypts one: a
   * blob of it would be malformed, and SM2 has no such ciphertext.
   */
  @Test
  @Timeout(60)
  void emptyPlaintext_isDecrypted_butNotReEncrypted() throws Exception {
    KmsClient china = KEYS.clientFor(KeySpec.SM2);
    EncryptionAlgorithmSpec oaep = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1;
    String rsa = newKey(china, KeySpec.RSA_2048);
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        KeyFactory.getInstance("RSA")
            .generatePublic(
                new X509EncodedKeySpec(
                    china.getPublicKey(b -> b.keyId(rsa)).publicKey().asByteArray())));
    Bytes empty = Bytes.fromByteArray(cipher.doFinal());
    assertThat(
            china
                .decrypt(b -> b.keyId(rsa).ciphertextBlob(empty).encryptionAlgorithm(oaep))
                .plaintext()
                .length())
        .isZero();
    for (EncryptionAlgorithmSpec to :
        List.of(
            EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT,
            EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1,
            EncryptionAlgorithmSpec.SM2_PKE)) {
      KeySpec spec =
          switch (to) {
            case SYMMETRIC_DEFAULT -> KeySpec.SYMMETRIC_DEFAULT;
            case SM2_PKE -> KeySpec.SM2;
            default -> KeySpec.RSA_2048;
          };
      String destination = newKey(china, spec);
      assertThrown(
          new ValidationException("embedded-kms: an empty plaintext cannot be encrypted"),
          () ->
              china.reEncrypt(
                  b ->
                      b.ciphertextBlob(empty)
                          .sourceKeyId(rsa)
                          .sourceEncryptionAlgorithm(oaep)
                          .destinationKeyId(destination)
                          .destinationEncryptionAlgorithm(to)));
    }
  }

  private static String newKey(KmsClient client, KeySpec spec) {
    return client
        .createKey(b -> b.keySpec(spec).keyUsage(KeyUsageType.ENCRYPT_DECRYPT))
        .keyMetadata()
        .keyId();
  }

  /** A key that was written to a store and read back decrypts. */
  @OverDatabases
  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"RSA_2048", "RSA_3072"})
  void decrypt_keyReadFromTheStore_opensOlderCiphertexts(KeySpec spec) {
    try (Fixture fixture = new Fixture(spec, KeyUsageType.ENCRYPT_DECRYPT)) {
      // The fixture encrypted before it reopened the store.
      assertThat(
              fixture
                  .kms
                  .decrypt(
                      b ->
                          b.keyId(fixture.keyId)
                              .ciphertextBlob(fixture.blob)
                              .encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1))
                  .plaintext())
          .isEqualTo(SecretBytes.fromUtf8String(Fixture.PLAINTEXT));
    }
  }

  private static void assertThrown(KmsException expected, Runnable call) {
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(expected.getClass())
        .hasMessage(expected.getMessage())
        .hasNoCause();
  }
}
