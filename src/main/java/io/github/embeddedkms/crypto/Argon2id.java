package io.github.embeddedkms.crypto;

import io.github.embeddedkms.library.Library;
import io.github.embeddedkms.model.SecretBytes;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id, version 0x13, from Bouncy Castle: derives a key from a passphrase in a way that makes
 * guessing the passphrase expensive.
 *
 * <p>The lanes are filled one after the other. Source: RFC 9106.
 */
public final class Argon2id {

  private static final int KEY_BYTES = 32;
  private static final int BLOCK_OVERHEAD = 64;

  private Argon2id() {}

  /**
   * Derives a key. This method needs {@link #heapBytes} of heap while it runs, and does not check
   * whether they are available.
   *
   * @param password known only to the user
   * @param salt 8 bytes or more, not secret
   * @param memory the memory in KiB, at least 8 for each lane
   * @param passes the number of passes over the memory, 1 or more
   * @param lanes the number of lanes, 1 or more
   * @return 32 bytes, which the caller closes
   */
  public static SecretBytes derive(
      SecretBytes password, byte[] salt, int memory, int passes, int lanes) {
    try {
      Argon2Parameters.Builder parameters =
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withSalt(salt)
              .withMemoryAsKB(memory)
              .withIterations(passes)
              .withParallelism(lanes);
      return derive(password, parameters.build());
    } catch (NoClassDefFoundError e) {
      throw Library.BOUNCY_CASTLE.missing("a passphrase", e);
    }
  }

  /**
   * Returns how much heap {@link #derive} needs while it runs.
   *
   * @param memory the memory in KiB
   * @return the number of bytes, including the headers of arrays
   */
  public static long heapBytes(int memory) {
    // Each KiB is a separate array, in a separate object.
    return memory * (long) (1024 + BLOCK_OVERHEAD);
  }

  /**
   * Derives a key with arbitrary parameters: the RFC's test vector has a secret and associated
   * data.
   */
  static SecretBytes derive(SecretBytes password, Argon2Parameters parameters) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(parameters);
    return password.lend(
        bytes -> SecretBytes.filledBy(KEY_BYTES, key -> generator.generateBytes(bytes, key)));
  }
}
