package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message of which any part can be read. Its last segment is opened first, so that its size is
 * authentic from the beginning; then only the segments that are asked for. Once it has failed, it
 * fails for ever. Safe for use by several threads, one at a time.
 */
final class OpeningChannel implements SeekableByteChannel {

  private static final long NONE = -1;

  private final SeekableByteChannel sealed;
  private final long bodyBegins;
  private final SegmentCipher cipher;
  private final long lastNumber;
  private final int lastLength;
  private final byte[] ciphertext = new byte[SegmentCipher.SEALED_BYTES];
  private final byte[] plaintext = new byte[SegmentCipher.PLAINTEXT_BYTES];

  /** The segment that is in {@link #plaintext}. */
  private long current = NONE;

  private long position;
  private boolean closed;
  private @Nullable EnvelopeException failure;

  OpeningChannel(SeekableByteChannel sealed, long bodyBegins, MessageKey key) throws IOException {
    this.sealed = sealed;
    this.bodyBegins = bodyBegins;
    this.cipher = key.cipher();
    long body = sealed.size() - bodyBegins;
    this.lastNumber = body / SegmentCipher.SEALED_BYTES;
    this.lastLength = (int) (body % SegmentCipher.SEALED_BYTES) - SegmentCipher.TAG_BYTES;
    if (lastNumber >= SegmentCipher.MAX_SEGMENTS) {
      throw new MalformedMessageException(
          "malformed message: longer than any; give the message and nothing else");
    }
    // A message cut at a segment ends with one that is full, and no last segment is.
    if (body < 0 || lastLength < 0) {
      throw HeaderInput.truncated();
    }
    load(lastNumber);
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    requireUsable();
    int count = 0;
    while (target.hasRemaining() && position < size()) {
      long number = position / SegmentCipher.PLAINTEXT_BYTES;
      if (number != current) {
        load(number);
      }
      int offset = (int) (position % SegmentCipher.PLAINTEXT_BYTES);
      int part = Math.min(target.remaining(), length(number) - offset);
      target.put(plaintext, offset, part);
      position += part;
      count += part;
    }
    return count > 0 || !target.hasRemaining() ? count : -1;
  }

  private int length(long number) {
    return number == lastNumber ? lastLength : SegmentCipher.PLAINTEXT_BYTES;
  }

  private void load(long number) throws IOException {
    current = NONE;
    int length = length(number) + SegmentCipher.TAG_BYTES;
    ByteBuffer target = ByteBuffer.wrap(ciphertext, 0, length);
    sealed.position(bodyBegins + number * SegmentCipher.SEALED_BYTES);
    try {
      while (target.hasRemaining()) {
        if (sealed.read(target) < 0) {
          throw HeaderInput.truncated();
        }
      }
      cipher.open(number, ciphertext, 0, length, plaintext, 0);
    } catch (EnvelopeException e) {
      failure = e;
      throw e;
    }
    current = number;
  }

  @Override
  public synchronized long position() throws IOException {
    requireUsable();
    return position;
  }

  @Override
  public synchronized SeekableByteChannel position(long newPosition) throws IOException {
    requireUsable();
    if (newPosition < 0) {
      throw new IllegalArgumentException("embedded-kms: a position is 0 or more");
    }
    position = newPosition;
    return this;
  }

  @Override
  public synchronized long size() throws IOException {
    requireUsable();
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
  public synchronized boolean isOpen() {
    return !closed;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    Arrays.fill(plaintext, (byte) 0);
    sealed.close();
  }

  private void requireUsable() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
