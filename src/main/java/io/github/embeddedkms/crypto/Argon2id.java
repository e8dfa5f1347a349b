package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id, version 0x13, by Bouncy Castle: derives a key from a passphrase, and makes guessing
 * expensive.
 *
 * <p>The lanes are filled one after the other. Source: RFC 9106.
 */
public final class Argon2id {

  private static final int KEY_BYTES = 32;
  private static final int BLOCK_OVERHEAD = 64;

  private Argon2id() {}

  /**
   * Derives a key. It takes {@link #heapBytes} of the heap while it runs, and does not look whether
   * they are there.
   *
   * @param password what is known to the user alone
   * @param salt 8 bytes or more, no secret
   * @param memory in KiB, 8 for each lane or more
   * @param passes over the memory, 1 or more
   * @param lanes 1 or more
   * @return 32 bytes, to be closed
   */
  public static SecretBytes derive(
      SecretBytes password, byte[] salt, int memory, int passes, int lanes) {
    Argon2Parameters.Builder parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withSalt(salt)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes);
    return derive(password, parameters.build());
  }

  /**
   * How much heap {@link #derive} takes while it runs.
   *
   * @param memory in KiB
   * @return bytes, headers of arrays included
   */
  public static long heapBytes(int memory) {
    // Each KiB is a separate array, in a separate object.
    return memory * (long) (1024 + BLOCK_OVERHEAD);
  }

  /** With all other parameters: the RFC's vector has a secret and associated data. */
  static SecretBytes derive(SecretBytes password, Argon2Parameters parameters) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(parameters);
    return password.lend(
        bytes -> SecretBytes.filledBy(KEY_BYTES, key -> generator.generateBytes(bytes, key)));
  }
}
