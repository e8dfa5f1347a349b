package io.github.embeddedkms.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The operating system's randomness.
 *
 * <p>It is asked for by name. {@code new SecureRandom()} is a generator inside the process, whose
 * state a cloned machine or container would repeat, on Windows, and everywhere else when the JVM
 * runs with {@code -Djava.security.egd=...}, as in many container images. {@link
 * SecureRandom#getInstanceStrong} may block and is no better.
 */
public final class SystemRandom {

  /** In the order of preference. No operating system has the names of another. */
  private static final String[] ALGORITHMS = {
    "NativePRNGNonBlocking", "NativePRNG", "Windows-PRNG"
  };

  private SystemRandom() {}

  /**
   * Creates a source of the operating system's randomness; the JVM's default only if the JVM has no
   * such source.
   *
   * @return a new source, safe for use by several threads
   */
  public static SecureRandom create() {
    for (String algorithm : ALGORITHMS) {
      try {
        return SecureRandom.getInstance(algorithm);
      } catch (NoSuchAlgorithmException e) {
        // Of another operating system, or of another vendor's JVM.
      }
    }
    return new SecureRandom();
  }

  /**
   * Finds stubs and sources stuck in one state, which would make every key the same.
   *
   * @param random a source that the caller chose
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
