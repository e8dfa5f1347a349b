package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Seals what is written to it. Only {@link #close} writes the last segment, without which no reader
 * takes the message for whole.
 *
 * <p><b>Closing is finishing.</b> A {@code try} block closes its streams also when the source of
 * the data fails, and so would make half of the data a whole message. Whoever copies from a source
 * that may fail calls {@link #abort} then, or better uses {@link Envelope#seal(InputStream,
 * OutputStream, io.github.embeddedkms.model.EncryptionContext)}, which does. If writing itself
 * fails, the message is given up without that.
 *
 * <p>It holds 128 KiB of memory, or 1 MiB for each thread of {@link EnvelopeBuilder#parallelism}.
 * {@link #flush} passes on the segments that are complete, not the bytes after them. Not safe for
 * use by several threads.
 */
public final class SealingOutputStream extends OutputStream {

  private final OutputStream sealed;
  private final Segments segments;
  private final LongConsumer charge;
  private final byte[] plaintext;
  private final byte[] ciphertext;
  private int filled;
  private long number;
  private boolean aborted;
  private boolean closed;

  /** Begins a message by writing its header. */
  SealingOutputStream(OutputStream sealed, byte[] header, Segments segments, LongConsumer charge)
      throws IOException {
    this.sealed = sealed;
    this.segments = segments;
    this.charge = charge;
    this.plaintext = new byte[segments.atOnce() * SegmentCipher.PLAINTEXT_BYTES];
    this.ciphertext = new byte[segments.atOnce() * SegmentCipher.SEALED_BYTES];
    sealed.write(header);
  }

  /**
   * Seals one byte.
   *
   * @throws IOException if the sealed bytes cannot be written, or could not be before
   */
  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Seals bytes.
   *
   * @throws IOException if the sealed bytes cannot be written, or could not be before
   */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireUsable();
    orGiveUp(
        () -> {
          Objects.checkFromIndexSize(offset, length, bytes.length);
          take(bytes, offset, offset + length);
        });
  }

  private void take(byte[] bytes, int offset, int end) throws IOException {
    int next = offset;
    while (next < end) {
      if (filled == 0 && end - next >= plaintext.length) {
        // From where it is, without a copy.
        sealFull(bytes, next);
        next += plaintext.length;
      } else {
        int part = Math.min(end - next, plaintext.length - filled);
        System.arraycopy(bytes, next, plaintext, filled, part);
        next += part;
        fill(part);
      }
    }
  }

  /** Seals a source to its end, without finishing the message. */
  void writeAll(InputStream source) throws IOException {
    int part = source.readNBytes(plaintext, filled, plaintext.length - filled);
    while (part > 0) {
      fill(part);
      part = source.readNBytes(plaintext, filled, plaintext.length - filled);
    }
  }

  private void fill(int part) throws IOException {
    filled += part;
    if (filled == plaintext.length) {
      sealFull(plaintext, 0);
      filled = 0;
    }
  }

  /** Whole segments: never the last, which is shorter. */
  private void sealFull(byte[] from, int offset) throws IOException {
    seal(from, offset, plaintext.length, false);
    number += segments.atOnce();
  }

  private void seal(byte[] from, int offset, int length, boolean last) throws IOException {
    int size = segments.seal(number, from, offset, length, last, ciphertext, 0);
    sealed.write(ciphertext, 0, size);
    charge.accept(length);
  }

  private interface Step {
    void run() throws IOException;
  }

  /** What did not succeed, whatever the reason, is missing in the message: it must not end well. */
  private void orGiveUp(Step step) throws IOException {
    boolean done = false;
    try {
      step.run();
      done = true;
    } finally {
      aborted |= !done;
    }
  }

  /** Passes on the segments that are complete. */
  @Override
  public void flush() throws IOException {
    orGiveUp(sealed::flush);
  }

  /**
   * Gives the message up: what was written so far never looks complete. {@link #close} then closes
   * the stream underneath and writes nothing.
   */
  public void abort() {
    aborted = true;
    Arrays.fill(plaintext, (byte) 0);
  }

  /** Writes the last segment, and leaves the stream underneath open. */
  void finish() throws IOException {
    requireUsable();
    seal(plaintext, 0, filled, true);
    sealed.flush();
  }

  /**
   * Finishes the message, unless it was given up, and closes the stream underneath. Closing again
   * does nothing.
   *
   * @throws IOException if the last segment cannot be written; the message is then incomplete
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    // Closed also if the rest fails, and the stream underneath in any case.
    try (sealed) {
      if (!aborted) {
        finish();
      }
    } finally {
      discard();
    }
  }

  /** Wipes what is left of the plaintext. */
  void discard() {
    closed = true;
    Arrays.fill(plaintext, (byte) 0);
  }

  private void requireUsable() throws IOException {
    if (closed) {
      throw new IOException("embedded-kms: the stream is closed");
    }
    if (aborted) {
      throw new IOException("embedded-kms: the message was given up; seal it anew");
    }
  }
}
