package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import javax.crypto.Cipher;

/** Encrypts by RSAES-OAEP (RFC 8017, section 7.1), by the JDK. */
final class RsaEncryptionKey implements EncryptionKey {

  private final RSAPublicKey key;
  private final SecureRandom random = SystemRandom.create();

  RsaEncryptionKey(RSAPublicKey key) {
    this.key = key;
  }

  @Override
  public byte[] encrypt(EncryptionAlgorithmSpec algorithm, byte[] plaintext) {
    try {
      Cipher cipher = JdkCiphers.create(RsaEncoding.OAEP_TRANSFORMATION);
      cipher.init(Cipher.ENCRYPT_MODE, key, RsaEncoding.oaep(algorithm), random);
      return cipher.doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK encrypts by RSAES-OAEP", e);
    }
  }

  @Override
  public int maxPlaintext(EncryptionAlgorithmSpec algorithm) {
    return key.getModulus().bitLength() / 8 - 2 * RsaEncoding.oaepHashBytes(algorithm) - 2;
  }
}
