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
 * <p>A stream uses 128 KiB of memory, or 2 MiB for each thread of {@link
 * EnvelopeBuilder#parallelism} if there are several threads, which seal while more data is being
 * written. {@link #flush} passes on the complete segments, but not the bytes after them. Not safe
 * for use by several threads.
 */
public final class SealingOutputStream extends OutputStream {

  private final OutputStream sealed;
  private final Segments segments;
  private final LongConsumer charge;

  /**
   * The batch that is being filled, and the batch that other threads may be sealing; the same
   * object if there are no other threads.
   */
  private SegmentBuffers filling;

  private SegmentBuffers sealing;
  private Segments.@Nullable Run currentRun;
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
    this.filling = new SegmentBuffers(segments);
    this.sealing = segments.isShared() ? new SegmentBuffers(segments) : filling;
    sealed.write(header);
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
      if (filled == 0 && end - next >= capacity()) {
        // Directly from the caller's array, without a copy.
        seal(bytes, next, capacity(), false);
        next += capacity();
      } else {
        int part = Math.min(end - next, capacity() - filled);
        System.arraycopy(bytes, next, filling.plaintext, filled, part);
        next += part;
        fill(part);
      }
    }
  }

  /** Seals a source to its end, without finishing the message. */
  void writeAll(InputStream source) throws IOException {
    int part = source.readNBytes(filling.plaintext, filled, capacity() - filled);
    while (part > 0) {
      fill(part);
      part = source.readNBytes(filling.plaintext, filled, capacity() - filled);
    }
  }

  private int capacity() {
    return filling.plaintext.length;
  }

  private void fill(int part) throws IOException {
    filled += part;
    if (filled == capacity()) {
      filled = 0;
      if (segments.isShared()) {
        handOver();
      } else {
        seal(filling.plaintext, 0, capacity(), false);
      }
    }
  }

  /** Starts sealing the full buffer. Meanwhile the other buffer is written out and then filled. */
  private void handOver() throws IOException {
    int size = finishRun();
    SegmentBuffers full = filling;
    currentRun =
        segments.beginSealing(number, full.plaintext, 0, capacity(), false, full.ciphertext, 0);
    number += segments.batchSize();
    filling = sealing;
    sealing = full;
    write(filling, size);
  }

  /**
   * Finishes the current run and returns the number of bytes that it has written; 0 if there is
   * none.
   */
  private int finishRun() {
    Segments.Run run = currentRun;
    currentRun = null;
    return run == null ? 0 : run.finish();
  }

  private void write(SegmentBuffers done, int size) throws IOException {
    if (size > 0) {
      sealed.write(done.ciphertext, 0, size);
      charge.accept(capacity());
    }
  }

  /**
   * Seals full segments, none of which is the last, or the rest including the last, shorter
   * segment.
   */
  private void seal(byte[] from, int offset, int length, boolean last) throws IOException {
    write(sealing, finishRun());
    int size = segments.seal(number, from, offset, length, last, filling.ciphertext, 0);
    number += segments.batchSize();
    sealed.write(filling.ciphertext, 0, size);
    charge.accept(length);
  }

  /** Passes on the complete segments. */
  @Override
  public void flush() throws IOException {
    boolean done = false;
    try {
      write(sealing, finishRun());
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
    seal(filling.plaintext, 0, filled, true);
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

  /** Wipes the remaining plaintext. */
  void discard() {
    closed = true;
    wipe();
  }

  private void wipe() {
    if (currentRun != null) {
      currentRun.abandon();
      currentRun = null;
    }
    filling.wipe();
    sealing.wipe();
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
