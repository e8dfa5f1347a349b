package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts by RSAES-OAEP (RFC 8017, section 7.1), by the JDK. It blinds the ciphertext, with
 * randomness of the JVM's default source, and checks the padding without a branch for each of its
 * parts; its modular arithmetic itself does not take constant time.
 *
 * <p>Every invalid ciphertext has the same result. A caller who could distinguish between kinds of
 * invalid padding could decrypt without the key (Manger).
 */
final class RsaDecryptionKey implements DecryptionKey {

  private final RSAPrivateCrtKey key;
  private final SecureRandom random = SystemRandom.create();

  RsaDecryptionKey(RSAPrivateCrtKey key) {
    this.key = key;
  }

  @Override
  public byte @Nullable [] decrypt(EncryptionAlgorithmSpec algorithm, byte[] ciphertext) {
    // The JDK would read a shorter one as a number too.
    if (ciphertext.length != key.getModulus().bitLength() / 8) {
      return null;
    }
    try {
      Cipher cipher = JdkCiphers.create(RsaEncoding.OAEP_TRANSFORMATION);
      cipher.init(Cipher.DECRYPT_MODE, key, RsaEncoding.oaep(algorithm), random);
      return cipher.doFinal(ciphertext);
    } catch (BadPaddingException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK decrypts by RSAES-OAEP");
    }
  }
}
