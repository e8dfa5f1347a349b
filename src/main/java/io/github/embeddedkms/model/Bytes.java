package io.github.embeddedkms.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes that are no secret: a ciphertext blob, a signature, a public key.
 * Secrets are {@link SecretBytes}.
 *
 * <p>Bytes are copied on the way in and on the way out. Safe for use by several threads.
 */
public final class Bytes {

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /**
   * Takes a copy of an array.
   *
   * @param bytes any number of bytes
   * @return the same bytes
   */
  public static Bytes fromByteArray(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /**
   * Encodes a text in UTF-8.
   *
   * @param text a text without unpaired surrogates
   * @return its bytes
   * @throws IllegalArgumentException if the text has an unpaired surrogate
   */
  public static Bytes fromUtf8String(String text) {
    return new Bytes(Utf8.encode(text));
  }

  /**
   * A copy of the bytes.
   *
   * @return a new array
   */
  public byte[] asByteArray() {
    return content.clone();
  }

  /**
   * A view of the bytes that cannot be written to; nothing is copied.
   *
   * @return a new read-only buffer, its position at the first byte
   */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /**
   * The bytes read as UTF-8.
   *
   * @return the text
   * @throws IllegalArgumentException if the bytes are not valid UTF-8
   */
  public String asUtf8String() {
    return Utf8.decode(content);
  }

  /**
   * How many bytes these are.
   *
   * @return the length in bytes, 0 or more
   */
  public int length() {
    return content.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** The length only: blobs are long and say nothing to a reader. */
  @Override
  public String toString() {
    return "Bytes[" + content.length + " bytes]";
  }
}
