package io.github.embeddedkms.json;

import java.io.Reader;

/** Reads ASCII from an array, without a string of it in between. Used by one thread. */
final class AsciiReader extends Reader {

  private final byte[] ascii;
  private int next;

  /**
   * Creates a reader.
   *
   * @param ascii bytes that are not negative; not changed while they are read
   */
  AsciiReader(byte[] ascii) {
    this.ascii = ascii;
  }

  @Override
  public int read(char[] target, int offset, int length) {
    int count = Math.min(length, ascii.length - next);
    if (count == 0 && length > 0) {
      return -1;
    }
    for (int i = 0; i < count; i++) {
      target[offset + i] = (char) ascii[next + i];
    }
    next += count;
    return count;
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
