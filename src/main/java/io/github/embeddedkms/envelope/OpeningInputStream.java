package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens a message while it is read. Each byte that it returns is authentic and in its place, but
 * only the end of the stream proves that nothing is missing. After a failure every further read
 * fails.
 *
 * <p>Not safe for use by several threads.
 */
final class OpeningInputStream extends InputStream {

  private final InputStream sealed;
  private final Segments segments;

  /** The buffers of the segments in memory, in turn; created when they are needed. */
  private final @Nullable SegmentBuffers[] buffers;

  /**
   * How many segments may be ahead of the reader. It grows, so that the first bytes do not have to
   * wait until much more has been read.
   */
  private int allowedAhead = 1;

  /** How many segments have been read, and how many of them have been opened for the reader. */
  private long begun;

  private long finished;
  private boolean lastBegun;

  /** The segment that is being returned. */
  private SegmentBuffers opened = new SegmentBuffers();

  private int position;
  private int limit;
  private boolean ended;
  private boolean closed;

  /** Thrown when everything before it has been returned, and at every further read. */
  private @Nullable IOException unread;

  private @Nullable RuntimeException failure;

  /**
   * Set during each step, and cleared only if the step succeeds. An Error can end a step anywhere,
   * and the next segment must not follow one that was never returned.
   */
  private boolean failed;

  OpeningInputStream(InputStream sealed, Segments segments) {
    this.sealed = sealed;
    this.segments = segments;
    this.buffers = new SegmentBuffers[segments.bufferCount()];
  }

  @Override
  public int read() throws IOException {
    return prepare() ? opened.plaintext[position++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!prepare()) {
      return -1;
    }
    int part = Math.min(length, limit - position);
    System.arraycopy(opened.plaintext, position, bytes, offset, part);
    position += part;
    return part;
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    long count = 0;
    while (prepare()) {
      int part = limit - position;
      position = limit;
      out.write(opened.plaintext, limit - part, part);
      count += part;
    }
    return count;
  }

  /** Returns whether there is a byte to return; false only at the verified end. */
  private boolean prepare() throws IOException {
    if (closed) {
      throw new IOException("embedded-kms: the stream is closed");
    }
    if (failed) {
      throw failedBefore();
    }
    while (position == limit && !ended) {
      failed = true;
      try {
        next();
        failed = false;
      } finally {
        if (failed) {
          // The segments after a bad one, which other threads may have opened, are wiped too.
          wipe();
        }
      }
    }
    return position < limit;
  }

  private IOException failedBefore() throws IOException {
    throwDeferred();
    return new IOException(
        "embedded-kms: an earlier read from the stream has failed; open the message again");
  }

  private void next() throws IOException {
    position = 0;
    limit = 0;
    allowedAhead = Math.min(allowedAhead + 1, buffers.length);
    while (begun - finished < allowedAhead && !lastBegun && unread == null && failure == null) {
      begin();
    }
    if (begun == finished) {
      throwDeferred();
    }
    opened = buffersOf(finished);
    try {
      limit = opened.finish();
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
    finished++;
    ended = lastBegun && begun == finished;
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
   * Reads the next segment and begins to open it, which other threads may finish. A failure is
   * thrown when that segment is due.
   */
  private void begin() {
    try {
      SegmentBuffers next = buffersOf(begun);
      int length = read(next);
      // Only the last segment is not full.
      boolean last = length < SegmentCipher.SEALED_BYTES;
      next.reservePlaintext(Math.max(length - SegmentCipher.TAG_BYTES, 0));
      next.begin(segments.beginOpening(begun, next.ciphertext, 0, length, last, next.plaintext, 0));
      begun++;
      lastBegun = last;
    } catch (IOException e) {
      // The part of the segment that was read is lost: reading on would report the message as
      // altered.
      unread = e;
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Reads up to a full segment. The first one grows while it is being read. */
  private int read(SegmentBuffers next) throws IOException {
    int length = 0;
    int wanted;
    int part;
    do {
      next.reserveCiphertext(begun == 0 ? length + 1 : SegmentCipher.SEALED_BYTES);
      wanted = next.ciphertext.length - length;
      part = sealed.readNBytes(next.ciphertext, length, wanted);
      length += part;
    } while (part == wanted && length < SegmentCipher.SEALED_BYTES);
    return length;
  }

  private void throwDeferred() throws IOException {
    if (unread != null) {
      throw unread;
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public int available() throws IOException {
    if (closed) {
      throw new IOException("embedded-kms: the stream is closed");
    }
    return failed ? 0 : limit - position;
  }

  /** Closes the underlying stream. The part that was not read is not verified. */
  @Override
  public void close() throws IOException {
    discard();
    sealed.close();
  }

  /** Waits for other threads, and wipes the remaining plaintext. */
  void discard() {
    closed = true;
    wipe();
  }

  private void wipe() {
    for (SegmentBuffers used : buffers) {
      if (used != null) {
        used.discard();
      }
    }
    segments.close();
  }
}
