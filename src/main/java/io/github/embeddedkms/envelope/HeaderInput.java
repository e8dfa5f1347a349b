package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the bytes of a header and counts them. A length is checked against its bounds before it is
 * used, and memory is allocated as the bytes arrive: no length field can allocate more memory than
 * bytes were sent.
 */
final class HeaderInput {

  private final InputStream in;
  private int count;

  HeaderInput(InputStream in) {
    this.in = in;
  }

  /** Returns the number of bytes that have been read. */
  int count() {
    return count;
  }

  /** Returns the next byte as 0 to 255, or -1 at the end. */
  int readOrEnd() throws IOException {
    int next = in.read();
    if (next >= 0) {
      count++;
    }
    return next;
  }

  int u8() throws IOException {
    int next = readOrEnd();
    if (next < 0) {
      throw truncated();
    }
    return next;
  }

  byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    count += bytes.length;
    if (bytes.length < length) {
      throw truncated();
    }
    return bytes;
  }

  /** Reads bytes that are preceded by their length, a big-endian integer of the given size. */
  byte[] prefixed(int lengthBytes, int minimum, int maximum, String what) throws IOException {
    long length = 0;
    for (int i = 0; i < lengthBytes; i++) {
      length = length << Byte.SIZE | u8();
    }
    if (length < minimum || length > maximum) {
      throw new MalformedMessageException(
          "malformed message: " + what + " of " + length + " bytes; get the message again");
    }
    return bytes((int) length);
  }

  static TruncatedMessageException truncated() {
    return new TruncatedMessageException(
        "truncated message: its end is missing; get the whole message");
  }
}
