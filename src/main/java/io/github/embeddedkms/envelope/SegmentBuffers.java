package io.github.embeddedkms.envelope;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory for one segment of a stream, plaintext and sealed, and the work on it. Both arrays
 * start small and grow up to a full segment, so that a short message takes little memory.
 */
final class SegmentBuffers {

  private static final int SMALLEST = 4096;
  private static final byte[] EMPTY = new byte[0];

  byte[] plaintext = EMPTY;
  byte[] ciphertext = EMPTY;

  private Segments.@Nullable Run run;

  /** Ensures room for some bytes of plaintext, with what has been written there so far. */
  void reservePlaintext(int length) {
    byte[] before = plaintext;
    plaintext = grown(before, length, SegmentCipher.PLAINTEXT_BYTES);
    if (plaintext != before) {
      Arrays.fill(before, (byte) 0);
    }
  }

  /** Ensures room for some bytes of ciphertext, with what has been written there so far. */
  void reserveCiphertext(int length) {
    ciphertext = grown(ciphertext, length, SegmentCipher.SEALED_BYTES);
  }

  private static byte[] grown(byte[] array, int length, int full) {
    if (array.length >= length) {
      return array;
    }
    // Four times the length: a full segment is copied three times at most.
    int next = Math.max(Math.max(SMALLEST, 4 * array.length), length);
    return Arrays.copyOf(array, Math.min(next, full));
  }

  void begin(Segments.Run begun) {
    run = begun;
  }

  /** Finishes the work on the segment, see {@link Segments.Run#finish}. */
  int finish() {
    Segments.Run begun = Objects.requireNonNull(run, "a run, since it has been begun");
    run = null;
    return begun.finish();
  }

  /** Waits for other threads, and wipes the plaintext. */
  void discard() {
    Segments.Run begun = run;
    run = null;
    if (begun != null) {
      begun.abandon();
    }
    Arrays.fill(plaintext, (byte) 0);
  }
}
