package io.github.embeddedkms.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads values of ASN.1 in the Distinguished Encoding Rules, strictly: definite and minimal lengths
 * only, and nothing after the last value.
 *
 * <p>Every method throws IllegalArgumentException if the next value is not the expected one. Not
 * safe for use by several threads.
 */
final class DerReader {

  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private int position;
  private final int end;

  /** Reads an array, which is neither copied nor modified. */
  DerReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private DerReader(byte[] bytes, int position, int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** Returns whether the next value has a tag. */
  boolean nextIs(int tag) {
    return position < end && (bytes[position] & 0xFF) == tag;
  }

  /** Returns whether all values have been read. */
  boolean isAtEnd() {
    return position == end;
  }

  void requireEnd() {
    if (!isAtEnd()) {
      throw malformed();
    }
  }

  /** Reads the next value, and returns a reader of its content. */
  DerReader enter(int tag) {
    if (!nextIs(tag)) {
      throw malformed();
    }
    position++;
    int length = length();
    if (length > end - position) {
      throw malformed();
    }
    position += length;
    return new DerReader(bytes, position - length, position);
  }

  /** Reads the next value, and returns a copy of its content. */
  byte[] content(int tag) {
    return enter(tag).rest();
  }

  /** Reads an INTEGER that is not negative. */
  BigInteger unsigned() {
    DerReader value = enter(INTEGER);
    int length = value.end - value.position;
    if (length == 0 || bytes[value.position] < 0) {
      throw malformed();
    }
    if (length > 1 && bytes[value.position] == 0 && bytes[value.position + 1] >= 0) {
      throw malformed();
    }
    return new BigInteger(1, bytes, value.position, length);
  }

  /** Returns a copy of everything that has not been read. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, position, end);
    position = end;
    return rest;
  }

  private int length() {
    int first = next();
    if (first < 0x80) {
      return first;
    }
    int octets = first - 0x80;
    // Longer values do not fit into an array of a request.
    if (octets == 0 || octets > 3) {
      throw malformed();
    }
    int length = 0;
    for (int i = 0; i < octets; i++) {
      length = (length << 8) | next();
    }
    if (length < 0x80 || (octets > 1 && length >>> (8 * (octets - 1)) == 0)) {
      throw malformed();
    }
    return length;
  }

  private int next() {
    if (position == end) {
      throw malformed();
    }
    return bytes[position++] & 0xFF;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("it is not in the expected DER encoding");
  }
}
