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

  /**
   * The batch that is being read, and the batch that other threads may be opening; the same object
   * if there are no other threads.
   */
  private SegmentBuffers opened;

  private SegmentBuffers ahead;
  private Segments.@Nullable Run runAhead;
  private boolean aheadIsLast;
  private int position;
  private int limit;
  private long number;
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
    this.opened = new SegmentBuffers(segments);
    this.ahead = segments.isShared() ? new SegmentBuffers(segments) : opened;
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
          // Segments opened together with a bad one are wiped too.
          wipe();
        }
      }
    }
    return position < limit;
  }

  private IOException failedBefore() throws IOException {
    if (unread != null) {
      throw unread;
    }
    if (failure != null) {
      throw failure;
    }
    return new IOException(
        "embedded-kms: an earlier read from the stream has failed; open the message again");
  }

  private void next() throws IOException {
    position = 0;
    limit = 0;
    if (runAhead == null) {
      beginAhead();
    }
    if (unread != null) {
      throw unread;
    }
    try {
      limit = finishAhead();
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
    SegmentBuffers next = ahead;
    ahead = opened;
    opened = next;
    ended = aheadIsLast;
    if (!ended && segments.isShared()) {
      beginAhead();
    }
  }

  /**
   * Reads the next batch and lets other threads start opening it. Failures are thrown when that
   * batch is due.
   */
  private void beginAhead() {
    if (unread != null || failure != null) {
      return;
    }
    try {
      int length = sealed.readNBytes(ahead.ciphertext, 0, ahead.ciphertext.length);
      // Only the last segment is not full.
      aheadIsLast = length < ahead.ciphertext.length;
      runAhead =
          segments.beginOpening(
              number, ahead.ciphertext, 0, length, aheadIsLast, ahead.plaintext, 0);
      number += segments.batchSize();
    } catch (IOException e) {
      // The part of the segment that was read is lost: reading on would report the message as
      // altered.
      unread = e;
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private int finishAhead() {
    if (failure != null) {
      throw failure;
    }
    Segments.Run run = Objects.requireNonNull(runAhead, "runAhead, unless beginning it failed");
    runAhead = null;
    return run.finish();
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

  /** Wipes the remaining plaintext. */
  void discard() {
    closed = true;
    wipe();
  }

  private void wipe() {
    if (runAhead != null) {
      runAhead.abandon();
      runAhead = null;
    }
    opened.wipe();
    ahead.wipe();
  }
}
