package io.github.embeddedkms.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;

/**
 * Ciphers of the JDK's own provider, which is requested by name: an application may have registered
 * another provider first, whose AES may use lookup tables and thereby leak the key through the
 * cache.
 */
public final class JdkCiphers {

  private static final String PROVIDER = "SunJCE";

  private JdkCiphers() {}

  /**
   * Creates a cipher. If the JDK's own provider is absent, the first provider that supports the
   * transformation supplies it.
   *
   * @param transformation a transformation that every JDK supports, for example {@code
   *     "AES/GCM/NoPadding"}
   * @return a new cipher, not initialized; not safe for use by several threads
   */
  public static Cipher create(String transformation) {
    try {
      try {
        return Cipher.getInstance(transformation, PROVIDER);
      } catch (NoSuchProviderException e) {
        return Cipher.getInstance(transformation);
      }
    } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
      throw new AssertionError("this JVM does not support " + transformation, e);
    }
  }
}
