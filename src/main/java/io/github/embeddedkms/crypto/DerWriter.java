package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Writes values of ASN.1 in the Distinguished Encoding Rules, from the last one to the first: the
 * length of a content is known when its header is written. Copies of the content are wiped.
 *
 * <p>Not safe for use by several threads.
 */
final class DerWriter {

  /** More than a private key of 4096-bit RSA or a public key of ML-DSA-87 needs. */
  private static final int CAPACITY = 4096;

  private final byte[] bytes = new byte[CAPACITY];
  private int start = CAPACITY;

  /** Returns the present position, where a content ends. */
  int mark() {
    return start;
  }

  /** Writes bytes in front of the others. */
  DerWriter put(byte... content) {
    start -= content.length;
    System.arraycopy(content, 0, bytes, start, content.length);
    return this;
  }

  /** Writes a tag and a length in front of the content that ends at a mark. */
  DerWriter header(int tag, int mark) {
    int length = mark - start;
    if (length < 0x80) {
      return put((byte) tag, (byte) length);
    }
    if (length < 0x100) {
      return put((byte) tag, (byte) 0x81, (byte) length);
    }
    return put((byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length);
  }

  /** Writes a complete value. */
  DerWriter value(int tag, byte[] content) {
    int mark = mark();
    return put(content).header(tag, mark);
  }

  /** Writes an INTEGER. */
  DerWriter integer(BigInteger value) {
    byte[] content = value.toByteArray();
    try {
      return value(DerReader.INTEGER, content);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** Returns a copy of everything that was written. */
  byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, start, CAPACITY);
  }

  /** Returns everything that was written, and wipes this writer. */
  SecretBytes toSecretBytes() {
    SecretBytes secret =
        SecretBytes.filledBy(
            CAPACITY - start, copy -> System.arraycopy(bytes, start, copy, 0, copy.length));
    Arrays.fill(bytes, (byte) 0);
    return secret;
  }
}
