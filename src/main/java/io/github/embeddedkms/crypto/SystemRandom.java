package io.github.embeddedkms.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;

/**
 * The operating system's randomness. On Linux and macOS that is the JDK's default; on Windows the
 * default is a generator inside the process, whose state a cloned machine would repeat, so the
 * system's is named. {@link SecureRandom#getInstanceStrong} may block and is no better.
 */
public final class SystemRandom {

  private SystemRandom() {}

  /**
   * The source to use where none is given.
   *
   * @return a new source, safe for use by several threads
   */
  public static SecureRandom create() {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
      try {
        return SecureRandom.getInstance("Windows-PRNG");
      } catch (NoSuchAlgorithmException e) {
        // Not a JDK with Microsoft's provider: its default is what there is.
        return new SecureRandom();
      }
    }
    return new SecureRandom();
  }

  /**
   * Finds stubs and sources stuck in one state, which would make every key the same.
   *
   * @param random a source that somebody chose
   * @throws IllegalArgumentException if it gives the same bytes twice
   */
  public static void requireRandomness(SecureRandom random) {
    byte[] first = new byte[32];
    byte[] second = new byte[32];
    random.nextBytes(first);
    random.nextBytes(second);
    if (Arrays.equals(first, second)) {
      throw new IllegalArgumentException(
          "embedded-kms: the source of randomness gives the same bytes twice");
    }
  }
}
