package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Unwraps key material that was wrapped for its import.
 *
 * <p>Every failure has the same result, whether a padding, an AES key or a checksum was wrong: a
 * caller who could distinguish between them could unwrap the material of others.
 *
 * <p>Source: RFC 8017, section 7.1 (RSAES-OAEP); RFC 5649 (AES key wrap with padding); GB/T 32918.4
 * (SM2).
 */
public final class MaterialUnwrapping {

  private static final String KEY_WRAP = "AES/KWP/NoPadding";

  /** By RFC 5649, section 4.2. */
  private static final int SHORTEST_WRAPPED = 16;

  private MaterialUnwrapping() {}

  /**
   * Unwraps material.
   *
   * @param wrappingKey the private key; the caller closes it
   * @param algorithm an algorithm that exists for keys of its type
   * @param wrapped any bytes
   * @return the material, which the caller closes; empty if it cannot be unwrapped, for any reason
   * @throws IllegalArgumentException if the algorithm does not exist for such keys
   */
  public static Optional<SecretBytes> unwrap(
      ImportedPrivateKey wrappingKey, AlgorithmSpec algorithm, Bytes wrapped) {
    KeyPairType type = wrappingKey.type();
    EncryptionAlgorithmSpec encryption = encryptionOf(algorithm);
    if (!type.algorithms().encryption().contains(encryption)) {
      throw new IllegalArgumentException(algorithm + " does not exist for keys of " + type);
    }
    byte[] bytes = wrapped.asByteArray();
    // The parsed key is used once, and wiped here; the encoded one belongs to the caller.
    OpenedPrivateKey opened = new OpenedPrivateKey(type, copy(wrappingKey.privateKey()));
    try {
      return opened.lend(
          lent -> {
            DecryptionKey key = lent.decryptionKey();
            return secret(
                isKeyWrap(algorithm)
                    ? unwrapByAes(key, type.size() / Byte.SIZE, encryption, bytes)
                    : key.decrypt(encryption, bytes));
          });
    } finally {
      opened.close();
    }
  }

  private static boolean isKeyWrap(AlgorithmSpec algorithm) {
    return algorithm == AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_1
        || algorithm == AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256;
  }

  private static EncryptionAlgorithmSpec encryptionOf(AlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSAES_OAEP_SHA_1, RSA_AES_KEY_WRAP_SHA_1 -> EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1;
      case RSAES_OAEP_SHA_256, RSA_AES_KEY_WRAP_SHA_256 ->
          EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
      case SM2_PKE -> EncryptionAlgorithmSpec.SM2_PKE;
      case RSAES_PKCS1_V1_5 ->
          throw new IllegalArgumentException("nothing is unwrapped by " + algorithm);
    };
  }

  /** Unwraps the AES key at the beginning, and under it the rest. */
  private static byte @Nullable [] unwrapByAes(
      DecryptionKey key, int modulusBytes, EncryptionAlgorithmSpec encryption, byte[] wrapped) {
    if (wrapped.length <= modulusBytes) {
      return null;
    }
    byte[] aesKey = key.decrypt(encryption, Arrays.copyOf(wrapped, modulusBytes));
    if (aesKey == null) {
      return null;
    }
    try {
      return isAesKey(aesKey)
          ? unwrapByAes(aesKey, Arrays.copyOfRange(wrapped, modulusBytes, wrapped.length))
          : null;
    } finally {
      Arrays.fill(aesKey, (byte) 0);
    }
  }

  private static boolean isAesKey(byte[] key) {
    return key.length == 16 || key.length == 24 || key.length == 32;
  }

  private static byte @Nullable [] unwrapByAes(byte[] aesKey, byte[] wrapped) {
    if (wrapped.length < SHORTEST_WRAPPED) {
      // The JDK throws another exception for less than 8 bytes.
      return null;
    }
    try {
      Cipher cipher = JdkCiphers.create(KEY_WRAP);
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(aesKey, "AES"));
      return cipher.doFinal(wrapped);
    } catch (GeneralSecurityException e) {
      // The length or the checksum is wrong.
      return null;
    }
  }

  private static SecretBytes copy(SecretBytes secret) {
    return secret.lend(SecretBytes::fromByteArray);
  }

  private static Optional<SecretBytes> secret(byte @Nullable [] bytes) {
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(SecretBytes.fromByteArray(bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
