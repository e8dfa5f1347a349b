package io.github.embeddedkms.crypto;

import com.google.crypto.tink.subtle.Hkdf;
import io.github.embeddedkms.library.Library;
import java.security.GeneralSecurityException;

/** HKDF with SHA-256, from Tink. Source: RFC 5869. */
public final class HkdfSha256 {

  private static final String MAC = "HMACSHA256";

  private HkdfSha256() {}

  /**
   * Derives keys from a key.
   *
   * @param key the input keying material, which is not changed
   * @param salt the salt, empty for none
   * @param info binds the result to its purpose
   * @param length how many bytes to derive, 1 to 8160
   * @return the bytes, which the caller wipes if they are secret
   * @throws IllegalStateException if Tink is missing
   */
  public static byte[] derive(byte[] key, byte[] salt, byte[] info, int length) {
    try {
      return Hkdf.computeHkdf(MAC, key, salt, info, length);
    } catch (GeneralSecurityException e) {
      // Every JDK has HmacSHA256, and no caller requests more than HKDF can derive.
      throw new AssertionError("HKDF with SHA-256 is missing", e);
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw Library.TINK.missing("deriving keys", e);
    }
  }
}
