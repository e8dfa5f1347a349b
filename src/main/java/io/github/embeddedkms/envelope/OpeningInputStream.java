package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens a message while it is read. Each byte that it gives is authentic and in its place; that
 * nothing is missing behind it is certain only at the end. Once it has failed, it fails for ever.
 *
 * <p>Not safe for use by several threads.
 */
final class OpeningInputStream extends InputStream {

  private final InputStream sealed;
  private final Segments segments;
  private final byte[] ciphertext;
  private final byte[] plaintext;
  private int position;
  private int limit;
  private long number;
  private boolean ended;
  private boolean closed;
  private @Nullable IOException unread;
  private @Nullable RuntimeException failure;

  OpeningInputStream(InputStream sealed, Segments segments) {
    this.sealed = sealed;
    this.segments = segments;
    this.ciphertext = new byte[segments.atOnce() * SegmentCipher.SEALED_BYTES];
    this.plaintext = new byte[segments.atOnce() * SegmentCipher.PLAINTEXT_BYTES];
  }

  @Override
  public int read() throws IOException {
    return prepare() ? plaintext[position++] & 0xFF : -1;
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
    System.arraycopy(plaintext, position, bytes, offset, part);
    position += part;
    return part;
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    long count = 0;
    while (prepare()) {
      int part = limit - position;
      position = limit;
      out.write(plaintext, limit - part, part);
      count += part;
    }
    return count;
  }

  /** Whether there is a byte to give; false only at the verified end. */
  private boolean prepare() throws IOException {
    if (closed) {
      throw new IOException("embedded-kms: the stream is closed");
    }
    if (unread != null) {
      throw unread;
    }
    if (failure != null) {
      throw failure;
    }
    while (position == limit && !ended) {
      next();
    }
    return position < limit;
  }

  private void next() throws IOException {
    position = 0;
    limit = 0;
    boolean last;
    try {
      int length = sealed.readNBytes(ciphertext, 0, ciphertext.length);
      // The last segment is the one that is not full.
      last = length < ciphertext.length;
      limit = segments.open(number, ciphertext, 0, length, last, plaintext, 0);
    } catch (IOException e) {
      // What was read of the segment is lost: reading on would call the message altered.
      unread = e;
      throw e;
    } catch (RuntimeException e) {
      // What was opened beside the bad segment is wiped too.
      Arrays.fill(plaintext, (byte) 0);
      failure = e;
      throw e;
    }
    number += segments.atOnce();
    ended = last;
  }

  @Override
  public int available() throws IOException {
    if (closed) {
      throw new IOException("embedded-kms: the stream is closed");
    }
    return limit - position;
  }

  /** Closes the stream underneath. Nothing is verified that was not read. */
  @Override
  public void close() throws IOException {
    discard();
    sealed.close();
  }

  /** Wipes what is left of the plaintext. */
  void discard() {
    closed = true;
    Arrays.fill(plaintext, (byte) 0);
  }
}
