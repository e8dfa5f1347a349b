package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Seals what is written to it. Only {@link #close} writes the last segment, without which no reader
 * accepts the message as complete.
 *
 * <p><b>Closing finishes the message.</b> A {@code try} block also closes its streams when the
 * source of the data fails, which would turn part of the data into a complete message. If the
 * source may fail, call {@link #abort} in that case, or preferably use {@link
 * Envelope#seal(InputStream, OutputStream, io.github.embeddedkms.model.EncryptionContext)}, which
 * does so. If writing itself fails, the message is aborted automatically.
 *
 * <p>A stream uses up to 128 KiB of memory, less for a short message, or up to 1 MiB for each
 * thread of {@link EnvelopeBuilder#parallelism} if there are several threads. They seal while more
 * data is being written; only the caller's thread uses the underlying stream. {@link #flush} passes
 * on the complete segments, but not the bytes after them. Not safe for use by several threads.
 */
public final class SealingOutputStream extends OutputStream {

  private final OutputStream sealed;
  private final Segments segments;
  private final LongConsumer charge;

  /** The buffers of the segments in memory, in turn; created when they are needed. */
  private final @Nullable SegmentBuffers[] buffers;

  /** How many segments have been begun, and how many of them have been written. */
  private long begun;

  private long written;

  /** The buffers of the next segment, and how many bytes of plaintext are in them. */
  private SegmentBuffers filling;

  private int filled;

  /** Whether data is missing from the message, so that it must not be finished. */
  private boolean aborted;

  /** Whether the segments in memory have been discarded. */
  private boolean discarded;

  private boolean closed;

  /** Begins a message by writing its header. */
  SealingOutputStream(OutputStream sealed, byte[] header, Segments segments, LongConsumer charge)
      throws IOException {
    this.sealed = sealed;
    this.segments = segments;
    this.charge = charge;
    this.buffers = new SegmentBuffers[segments.bufferCount()];
    this.filling = buffersOf(0);
    sealed.write(header);
  }

  private SegmentBuffers buffersOf(long number) {
    int index = (int) (number % buffers.length);
    SegmentBuffers found = buffers[index];
    if (found == null) {
      found = new SegmentBuffers();
      buffers[index] = found;
    }
    return found;
  }

  /**
   * Seals one byte.
   *
   * @throws IOException if the sealed bytes cannot be written now, or could not be written earlier
   */
  @Override
  public void write(int b) throws IOException {
    requireUsable();
    boolean done = false;
    try {
      filling.reservePlaintext(filled + 1);
      filling.plaintext[filled] = (byte) b;
      fill(1);
      done = true;
    } finally {
      aborted |= !done;
    }
  }

  /**
   * Seals bytes.
   *
   * @throws IOException if the sealed bytes cannot be written now, or could not be written earlier
   */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireUsable();
    boolean done = false;
    try {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      take(bytes, offset, offset + length);
      done = true;
    } finally {
      // After any failure, data is missing from the message, so it must not look complete.
      aborted |= !done;
    }
  }

  private void take(byte[] bytes, int offset, int end) throws IOException {
    int next = offset;
    while (next < end) {
      if (buffers.length == 1 && filled == 0 && end - next >= SegmentCipher.PLAINTEXT_BYTES) {
        // Directly from the caller's array, without a copy.
        begin(bytes, next, SegmentCipher.PLAINTEXT_BYTES, false);
        next += SegmentCipher.PLAINTEXT_BYTES;
      } else {
        int part = Math.min(end - next, SegmentCipher.PLAINTEXT_BYTES - filled);
        reserve(filled + part);
        System.arraycopy(bytes, next, filling.plaintext, filled, part);
        next += part;
        fill(part);
      }
    }
  }

  /** Seals a source to its end, without finishing the message. */
  void writeAll(InputStream source) throws IOException {
    int wanted;
    int part;
    do {
      // The first segment grows while it is being read.
      reserve(filled + 1);
      wanted = filling.plaintext.length - filled;
      part = source.readNBytes(filling.plaintext, filled, wanted);
      fill(part);
    } while (part == wanted);
  }

  private void reserve(int length) {
    // After a whole segment, another one is likely.
    filling.reservePlaintext(begun == 0 ? length : SegmentCipher.PLAINTEXT_BYTES);
  }

  private void fill(int part) throws IOException {
    filled += part;
    if (filled == SegmentCipher.PLAINTEXT_BYTES) {
      begin(filling.plaintext, 0, filled, false);
    }
  }

  /**
   * Begins to seal the next segment, in its buffers, which other threads may finish. Writes the
   * oldest segment if its buffers are the next to be filled.
   */
  private void begin(byte[] from, int offset, int length, boolean last) throws IOException {
    filling.reserveCiphertext(length + SegmentCipher.TAG_BYTES);
    filling.begin(segments.beginSealing(begun, from, offset, length, last, filling.ciphertext, 0));
    begun++;
    filled = 0;
    if (begun - written == buffers.length) {
      writeOldest();
    }
    filling = buffersOf(begun);
  }

  private void writeOldest() throws IOException {
    SegmentBuffers oldest = buffersOf(written);
    int size = oldest.finish();
    written++;
    sealed.write(oldest.ciphertext, 0, size);
    charge.accept(size - SegmentCipher.TAG_BYTES);
  }

  private void writeBegun() throws IOException {
    while (written < begun) {
      writeOldest();
    }
  }

  /**
   * Passes on the complete segments. Does nothing after {@link #abort} or {@link #close}, which
   * streams around this one may call first.
   *
   * @throws IOException if the sealed bytes cannot be written now, or could not be written earlier
   */
  @Override
  public void flush() throws IOException {
    if (discarded) {
      return;
    }
    requireUsable();
    boolean done = false;
    try {
      writeBegun();
      sealed.flush();
      done = true;
    } finally {
      aborted |= !done;
    }
  }

  /**
   * Aborts the message: the output so far is never accepted as a complete message. After that,
   * {@link #close} closes the underlying stream and writes nothing.
   */
  public void abort() {
    aborted = true;
    wipe();
  }

  /** Writes the last segment, and leaves the underlying stream open. */
  void finish() throws IOException {
    requireUsable();
    begin(filling.plaintext, 0, filled, true);
    writeBegun();
    sealed.flush();
  }

  /**
   * Finishes the message, unless it was aborted, and closes the underlying stream. Closing again
   * does nothing.
   *
   * @throws IOException if the last segment cannot be written; the message is then incomplete
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    // The underlying stream is closed in every case, and this stream counts as closed even on
    // failure.
    try (sealed) {
      if (!aborted) {
        finish();
      }
    } finally {
      discard();
    }
  }

  /** Waits for other threads, and wipes the remaining plaintext. */
  void discard() {
    closed = true;
    wipe();
  }

  private void wipe() {
    discarded = true;
    for (SegmentBuffers used : buffers) {
      if (used != null) {
        used.discard();
      }
    }
    segments.close();
  }

  private void requireUsable() throws IOException {
    if (closed) {
      throw new IOException("embedded-kms: the stream is closed");
    }
    if (aborted) {
      throw new IOException("embedded-kms: the message was aborted; seal the data again");
    }
  }
}
