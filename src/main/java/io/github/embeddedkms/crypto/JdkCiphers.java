package io.github.embeddedkms.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;

/**
 * Ciphers of the JDK's own provider. It is asked for by name: an application may have registered
 * another provider first, whose AES may use look-up tables and so leak the key through the cache.
 */
public final class JdkCiphers {

  private static final String PROVIDER = "SunJCE";

  private JdkCiphers() {}

  /**
   * Creates a cipher, from the first provider that has it if the JDK's own provider is absent.
   *
   * @param transformation a transformation that every JDK has, {@code "AES/GCM/NoPadding"} for
   *     example
   * @return a new cipher, to be initialized; not safe for use by several threads
   */
  public static Cipher create(String transformation) {
    try {
      try {
        return Cipher.getInstance(transformation, PROVIDER);
      } catch (NoSuchProviderException e) {
        return Cipher.getInstance(transformation);
      }
    } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
      throw new AssertionError("this JVM has no " + transformation, e);
    }
  }
}
