package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations of symmetric encryption keys on keys of other kinds. */
class WrongKindOfKeyTest {

  private static final AsymmetricKeys KEYS = new AsymmetricKeys();
  private static final LocalKeyProvider KMS = KEYS.kms;
  private static final SecretBytes MESSAGE = SecretBytes.fromUtf8String("message");
  private static final String SYMMETRIC =
      KEYS.arn(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
  private static final Bytes BLOB =
      KMS.encrypt(b -> b.keyId(SYMMETRIC).plaintext(MESSAGE)).ciphertextBlob();

  @AfterAll
  static void close() {
    KEYS.close();
  }

  private static void assertThrown(Runnable call, Class<? extends Throwable> type, String message) {
    assertThat(catchThrowable(call::run)).isExactlyInstanceOf(type).hasMessage(message);
  }

  /** The operations that encrypt, by the name under which the service refuses them. */
  private static Map<String, Runnable> encrypting(String keyId) {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("Encrypt", () -> KMS.encrypt(b -> b.keyId(keyId).plaintext(MESSAGE)));
    calls.put(
        "GenerateDataKey",
        () -> KMS.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256)));
    calls.put(
        "GenerateDataKeyWithoutPlaintext",
        () -> KMS.generateDataKeyWithoutPlaintext(b -> b.keyId(keyId).numberOfBytes(16)));
    calls.put(
        "GenerateDataKeyPair",
        () ->
            KMS.generateDataKeyPair(
                b -> b.keyId(keyId).keyPairSpec(DataKeyPairSpec.ECC_NIST_P256)));
    calls.put(
        "GenerateDataKeyPairWithoutPlaintext",
        () ->
            KMS.generateDataKeyPairWithoutPlaintext(
                b -> b.keyId(keyId).keyPairSpec(DataKeyPairSpec.ECC_NIST_P256)));
    calls.put(
        "ReEncryptTo", () -> KMS.reEncrypt(b -> b.ciphertextBlob(BLOB).destinationKeyId(keyId)));
    return calls;
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, SIGN_VERIFY",
    "ECC_NIST_P256, SIGN_VERIFY",
    "ECC_NIST_P256, KEY_AGREEMENT",
    "HMAC_256, GENERATE_VERIFY_MAC",
    "ML_KEM_768, ENCAPSULATE_DECAPSULATE",
  })
  void keyOfAnotherUsage_encrypting_isRefused(KeySpec spec, KeyUsageType usage) {
    String arn = KEYS.arn(spec, usage);
    encrypting(arn)
        .forEach(
            (operation, call) ->
                assertThrown(
                    call,
                    InvalidKeyUsageException.class,
                    arn + " key usage is " + usage + " which is not valid for " + operation + "."));
  }

  @Test
  void rsaKey_encryptingWithoutAlgorithm_isRefused() {
    String arn = KEYS.arn(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT);
    String incompatible = "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.";
    String dataKey = "You cannot generate a data key with an asymmetric CMK";
    String pair = "embedded-kms: a data key pair cannot be encrypted under an asymmetric key";
    Map<String, String> messages =
        Map.of(
            "Encrypt", incompatible,
            "ReEncryptTo", incompatible,
            "GenerateDataKey", dataKey,
            "GenerateDataKeyWithoutPlaintext", dataKey,
            "GenerateDataKeyPair", pair,
            "GenerateDataKeyPairWithoutPlaintext", pair);
    encrypting(arn)
        .forEach(
            (operation, call) ->
                assertThrown(call, InvalidKeyUsageException.class, messages.get(operation)));
    KMS.disableKey(b -> b.keyId(arn));
    encrypting(arn)
        .values()
        .forEach(call -> assertThrown(call, DisabledException.class, arn + " is disabled."));
    KMS.enableKey(b -> b.keyId(arn));
  }

  /** The ciphertext is opened before the named key is compared, whatever that key is. */
  @ParameterizedTest
  @CsvSource({
    "RSA_2048, ENCRYPT_DECRYPT",
    "ECC_NIST_P256, SIGN_VERIFY",
    "HMAC_256, GENERATE_VERIFY_MAC",
  })
  void decrypt_keyOfAnotherKindNamed_isTheIncorrectKey(KeySpec spec, KeyUsageType usage) {
    String arn = KEYS.arn(spec, usage);
    String message =
        "The key ID in the request does not identify a CMK that can perform this operation.";
    assertThrown(
        () -> KMS.decrypt(b -> b.keyId(arn).ciphertextBlob(BLOB)),
        IncorrectKeyException.class,
        message);
    assertThrown(
        () ->
            KMS.reEncrypt(b -> b.sourceKeyId(arn).ciphertextBlob(BLOB).destinationKeyId(SYMMETRIC)),
        IncorrectKeyException.class,
        message);
  }

  /** 256 bytes, as from RSA_2048, are parsed as a symmetric ciphertext. */
  @Test
  void decrypt_rsaCiphertextWithoutAlgorithm_isAnInvalidCiphertext() {
    String arn = KEYS.arn(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT);
    assertThrown(
        () -> KMS.decrypt(b -> b.keyId(arn).ciphertextBlob(Bytes.fromByteArray(new byte[256]))),
        InvalidCiphertextException.class,
        null);
  }
}
