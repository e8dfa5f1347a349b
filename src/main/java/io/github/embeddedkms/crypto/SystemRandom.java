package io.github.embeddedkms.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The operating system's randomness.
 *
 * <p>It is requested by name. On Windows, and elsewhere if the JVM runs with {@code
 * -Djava.security.egd=...}, as in many container images, {@code new SecureRandom()} is a generator
 * inside the process, whose state a cloned machine or container would repeat. {@link
 * SecureRandom#getInstanceStrong} may block and is no better.
 */
public final class SystemRandom {

  /** In order of preference. Each name exists on one kind of operating system only. */
  private static final String[] ALGORITHMS = {
    "NativePRNGNonBlocking", "NativePRNG", "Windows-PRNG"
  };

  private SystemRandom() {}

  /**
   * Creates a source of the operating system's randomness, or the JVM's default source if the JVM
   * has no such source.
   *
   * @return a new source, safe for use by several threads
   */
  public static SecureRandom create() {
    for (String algorithm : ALGORITHMS) {
      try {
        return SecureRandom.getInstance(algorithm);
      } catch (NoSuchAlgorithmException e) {
        // The algorithm belongs to another operating system, or the JVM is another vendor's.
      }
    }
    return new SecureRandom();
  }

  /**
   * Refuses stubs and sources that are stuck in one state, which would make all keys the same.
   *
   * @param random a source of the caller's choice
   * @throws IllegalArgumentException if it returns the same bytes twice
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
