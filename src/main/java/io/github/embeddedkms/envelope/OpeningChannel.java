package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Opens a message for random access. The last segment is opened first, so that the size is
 * authentic from the beginning; after that, only the requested segments are opened. Once a read has
 * found the message damaged, every call fails. Safe for use by several threads, one at a time: the
 * others wait, for a bounded time. Closing does not wait.
 */
final class OpeningChannel implements SeekableByteChannel {

  private static final long NONE = -1;

  private final SeekableByteChannel sealed;
  private final long bodyStart;

  /** Dropped at the end, together with the plaintext. */
  private @Nullable SegmentCipher cipher;

  private final long lastNumber;
  private final int lastLength;
  private final byte[] ciphertext = new byte[SegmentCipher.SEALED_BYTES];
  private final byte[] plaintext = new byte[SegmentCipher.PLAINTEXT_BYTES];

  /** The segment that is in {@link #plaintext}. */
  private long current = NONE;

  private final Duration waitTimeout;
  private final ReentrantLock lock = new ReentrantLock(true);
  private long position;
  private volatile boolean closed;
  private volatile @Nullable EnvelopeException failure;

  OpeningChannel(SeekableByteChannel sealed, long bodyStart, MessageKey key, Duration waitTimeout)
      throws IOException {
    this.sealed = sealed;
    this.waitTimeout = waitTimeout;
    this.bodyStart = bodyStart;
    this.cipher = key.cipher();
    long body = sealed.size() - bodyStart;
    this.lastNumber = body / SegmentCipher.SEALED_BYTES;
    this.lastLength = (int) (body % SegmentCipher.SEALED_BYTES) - SegmentCipher.TAG_BYTES;
    if (lastNumber >= SegmentCipher.MAX_SEGMENTS) {
      throw new MalformedMessageException(
          "malformed message: longer than any message can be; pass the message and nothing else");
    }
    // A message truncated between segments ends with a full one, and the last segment is never
    // full.
    if (body < 0 || lastLength < 0) {
      throw HeaderInput.truncated();
    }
    load(lastNumber);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return exclusively(() -> readNext(target));
  }

  /** Reads without moving the channel or the buffer on failure, so that a read can be repeated. */
  private int readNext(ByteBuffer target) throws IOException {
    int begin = target.position();
    boolean done = false;
    try {
      long next = copyFrom(position, target);
      int count = target.position() - begin;
      position = next;
      done = true;
      return count > 0 || !target.hasRemaining() ? count : -1;
    } finally {
      if (!done) {
        target.position(begin);
      }
    }
  }

  private long copyFrom(long first, ByteBuffer target) throws IOException {
    long next = first;
    while (target.hasRemaining() && next < wholeLength()) {
      long number = next / SegmentCipher.PLAINTEXT_BYTES;
      if (number != current) {
        load(number);
      }
      int offset = (int) (next % SegmentCipher.PLAINTEXT_BYTES);
      int part = Math.min(target.remaining(), length(number) - offset);
      target.put(plaintext, offset, part);
      next += part;
    }
    return next;
  }

  private int length(long number) {
    return number == lastNumber ? lastLength : SegmentCipher.PLAINTEXT_BYTES;
  }

  private void load(long number) throws IOException {
    current = NONE;
    int length = length(number) + SegmentCipher.TAG_BYTES;
    ByteBuffer target = ByteBuffer.wrap(ciphertext, 0, length);
    sealed.position(bodyStart + number * SegmentCipher.SEALED_BYTES);
    try {
      while (target.hasRemaining()) {
        if (sealed.read(target) < 0) {
          throw HeaderInput.truncated();
        }
      }
      Objects.requireNonNull(cipher, "a cipher, since this is not closed")
          .open(number, ciphertext, 0, length, plaintext, 0);
    } catch (EnvelopeException e) {
      failure = e;
      throw e;
    }
    current = number;
  }

  @Override
  public long position() throws IOException {
    return exclusively(() -> position);
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    return exclusively(
        () -> {
          if (newPosition < 0) {
            throw new IllegalArgumentException("embedded-kms: a position must be 0 or more");
          }
          position = newPosition;
          return this;
        });
  }

  @Override
  public long size() throws IOException {
    return exclusively(this::wholeLength);
  }

  private long wholeLength() {
    return lastNumber * SegmentCipher.PLAINTEXT_BYTES + lastLength;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  /** Does not wait for a thread that is reading: closing the underlying channel ends its read. */
  @Override
  public void close() throws IOException {
    closed = true;
    try {
      sealed.close();
    } finally {
      wipeUnlessInUse();
    }
  }

  private interface ChannelAction<T> {
    T run() throws IOException;
  }

  /**
   * Runs work for one thread at a time. A thread that was working when the channel was closed wipes
   * the buffer and drops the key when it is done.
   */
  private <T> T exclusively(ChannelAction<T> work) throws IOException {
    requireUsable();
    awaitTurn();
    try {
      requireUsable();
      return work.run();
    } finally {
      lock.unlock();
      if (closed) {
        wipeUnlessInUse();
      }
    }
  }

  private void awaitTurn() throws IOException {
    // A free lock is acquired without checking whether the thread is interrupted.
    if (!lock.hasQueuedThreads() && lock.tryLock()) {
      return;
    }
    try {
      if (!lock.tryLock(waitTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(
            "embedded-kms: another thread has been reading from the channel for "
                + waitTimeout.toMillis()
                + " ms; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "embedded-kms: interrupted while another thread was reading from the channel");
    }
  }

  private void wipeUnlessInUse() {
    if (lock.tryLock()) {
      try {
        cipher = null;
        Arrays.fill(plaintext, (byte) 0);
      } finally {
        lock.unlock();
      }
    }
  }

  private void requireUsable() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    EnvelopeException earlier = failure;
    if (earlier != null) {
      throw earlier;
    }
  }
}
