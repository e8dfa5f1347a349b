package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Argon2id;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;

/**
 * The Argon2id parameters that derive a root key from a passphrase, encoded as {@code u32 memory ||
 * u32 passes || u32 lanes || salt}. They are read from a row that an attacker may have written to
 * make this JVM allocate memory or compute without limit. The constructor therefore refuses values
 * outside the bounds. Values within the bounds may still exceed the free heap, which is checked
 * before anything is allocated.
 *
 * @param memory in KiB, 8 MiB to 1 GiB
 * @param passes 1 to 16
 * @param lanes 1 to 16
 * @param salt 16 bytes
 */
record PassphraseParameters(int memory, int passes, int lanes, Bytes salt) {

  private static final int SALT_BYTES = 16;
  private static final int LENGTH = 3 * Integer.BYTES + SALT_BYTES;
  private static final int MIN_MEMORY = 8 << 10;
  private static final int MAX_MEMORY = 1 << 20;
  private static final int MAX_PASSES = 16;
  private static final int MAX_LANES = 16;

  PassphraseParameters {
    boolean inBounds =
        isBetween(memory, MIN_MEMORY, MAX_MEMORY)
            && isBetween(passes, 1, MAX_PASSES)
            && isBetween(lanes, 1, MAX_LANES);
    if (!inBounds) {
      throw new AlteredStoreException(
          "the parameters of the store's passphrase are out of bounds: "
              + Integer.toUnsignedString(memory)
              + " KiB, "
              + Integer.toUnsignedString(passes)
              + " passes, "
              + Integer.toUnsignedString(lanes)
              + " lanes");
    }
  }

  /** Creates parameters with a new salt from the operating system. */
  static PassphraseParameters generate(int memory, int passes, int lanes) {
    byte[] salt = new byte[SALT_BYTES];
    SystemRandom.create().nextBytes(salt);
    return new PassphraseParameters(memory, passes, lanes, Bytes.fromByteArray(salt));
  }

  /** Decodes the format of {@link #encoded}, and refuses anything that it cannot have written. */
  static PassphraseParameters read(Bytes encoded) {
    if (encoded.length() != LENGTH) {
      throw new AlteredStoreException(
          "the parameters of the store's passphrase have "
              + encoded.length()
              + " bytes, not "
              + LENGTH);
    }
    ByteBuffer in = encoded.asByteBuffer();
    int memory = in.getInt();
    int passes = in.getInt();
    int lanes = in.getInt();
    byte[] salt = new byte[SALT_BYTES];
    in.get(salt);
    return new PassphraseParameters(memory, passes, lanes, Bytes.fromByteArray(salt));
  }

  /** Returns the 28 bytes that are stored in the row. */
  Bytes encoded() {
    ByteBuffer out = ByteBuffer.allocate(LENGTH);
    out.putInt(memory).putInt(passes).putInt(lanes).put(salt.asByteBuffer());
    return Bytes.fromByteArray(out.array());
  }

  /**
   * Derives the root key, 32 bytes, which the caller closes. This is deliberately slow: it takes a
   * quarter of a second or more.
   *
   * @throws KeyStorageException if the heap has not enough free space for the memory parameter
   */
  SecretBytes rootKey(SecretBytes passphrase) {
    if (!hasEnoughHeap()) {
      // How much heap is free is known only after garbage collection. This happens once for each
      // opening of a store.
      System.gc();
      if (!hasEnoughHeap()) {
        throw needsHeap();
      }
    }
    try {
      return Argon2id.derive(passphrase, salt.asByteArray(), memory, passes, lanes);
    } catch (OutOfMemoryError e) {
      // Other threads have used up the heap meanwhile. What was allocated here can now be
      // collected.
      throw needsHeap();
    }
  }

  private boolean hasEnoughHeap() {
    return Argon2id.heapBytes(memory) <= freeHeap();
  }

  private static long freeHeap() {
    Runtime heap = Runtime.getRuntime();
    return heap.maxMemory() - (heap.totalMemory() - heap.freeMemory());
  }

  private KeyStorageException needsHeap() {
    return new KeyStorageException(
        "deriving the root key from the passphrase needs "
            + toMebibytes(Argon2id.heapBytes(memory))
            + " MiB of heap, and the JVM has "
            + toMebibytes(freeHeap())
            + " MiB left of "
            + toMebibytes(Runtime.getRuntime().maxMemory())
            + " MiB; start it with a larger -Xmx");
  }

  private static long toMebibytes(long bytes) {
    return bytes >> 20;
  }

  /**
   * Returns whether a value is in a range. An unsigned value above the largest int is negative
   * here, and thus below any minimum.
   */
  private static boolean isBetween(int value, int min, int max) {
    return min <= value && value <= max;
  }
}
