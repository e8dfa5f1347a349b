package io.github.embeddedkms.endpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection in pieces of 8 KiB. Bytes that have been read are wiped, because they
 * may be plaintexts. Used by one thread.
 */
final class InputBuffer {

  private static final int SIZE = 8 << 10;
  private static final byte[] EMPTY = {};

  private final InputStream in;
  private final byte[] bytes = new byte[SIZE];
  private int next;
  private int end;

  InputBuffer(InputStream in) {
    this.in = in;
  }

  /**
   * Waits for a byte.
   *
   * @return false at the end of the stream
   * @throws IOException if reading fails, or takes longer than the stream allows
   */
  boolean hasByte() throws IOException {
    return next < end || fill();
  }

  private boolean fill() throws IOException {
    wipe();
    end = Math.max(0, in.read(bytes, 0, SIZE));
    return end > 0;
  }

  /** Wipes everything, including bytes that were not read yet. */
  void wipe() {
    Arrays.fill(bytes, 0, end, (byte) 0);
    next = 0;
    end = 0;
  }

  /** Wipes the bytes that have been read. */
  void wipeRead() {
    Arrays.fill(bytes, 0, next, (byte) 0);
  }

  /** Returns the next byte. */
  int read() throws IOException {
    requireByte();
    return bytes[next++] & 0xFF;
  }

  /** Reads at least one byte and at most {@code length} bytes. */
  int read(byte[] target, int offset, int length) throws IOException {
    if (next == end && length >= SIZE) {
      // Long bodies are not copied.
      int count = in.read(target, offset, length);
      if (count < 0) {
        throw new EOFException();
      }
      return count;
    }
    requireByte();
    int count = Math.min(length, end - next);
    System.arraycopy(bytes, next, target, offset, count);
    next += count;
    return count;
  }

  /**
   * Skips at least one byte.
   *
   * @param most the maximum number of bytes, at least 1
   * @return how many bytes were skipped
   */
  int skip(long most) throws IOException {
    requireByte();
    int count = (int) Math.min(most, end - next);
    next += count;
    return count;
  }

  private void requireByte() throws IOException {
    if (!hasByte()) {
      throw new EOFException();
    }
  }

  /**
   * Reads a line that ends with CR LF. A line that ends with LF alone is refused: another server
   * could see the end of the line elsewhere.
   *
   * @param limit the maximum number of bytes, including CR LF
   * @return the line without CR LF, each byte as one character; null if the line is longer
   */
  @Nullable String line(int limit) throws IOException, RequestRefusedException {
    byte[] before = EMPTY;
    while (true) {
      requireByte();
      int lineFeed = indexOfLineFeed();
      int until = lineFeed < 0 ? end : lineFeed + 1;
      int count = until - next;
      if (before.length + count > limit) {
        return null;
      }
      byte[] line = before;
      int offset = next;
      if (before.length == 0 && lineFeed >= 0) {
        line = bytes;
      } else {
        line = Arrays.copyOf(before, before.length + count);
        System.arraycopy(bytes, next, line, before.length, count);
        offset = 0;
        count = line.length;
      }
      next = until;
      if (lineFeed >= 0) {
        if (count < 2 || line[offset + count - 2] != '\r') {
          throw new RequestRefusedException(400, "a line does not end with CR LF");
        }
        return new String(line, offset, count - 2, StandardCharsets.ISO_8859_1);
      }
      before = line;
    }
  }

  private int indexOfLineFeed() {
    for (int i = next; i < end; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
