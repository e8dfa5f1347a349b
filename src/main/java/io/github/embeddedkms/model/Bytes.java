package io.github.embeddedkms.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes that are not secret, for example a ciphertext blob, a signature or
 * a public key. For secrets, see {@link SecretBytes}.
 *
 * <p>Arrays are copied when they are passed in and when they are returned. Safe for use by several
 * threads.
 */
public final class Bytes {

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /**
   * Copies an array.
   *
   * @param bytes an array of any length
   * @return the same bytes
   */
  public static Bytes fromByteArray(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /**
   * Encodes a string in UTF-8.
   *
   * @param text a string without unpaired surrogates
   * @return its bytes
   * @throws IllegalArgumentException if the string has an unpaired surrogate
   */
  public static Bytes fromUtf8String(String text) {
    return new Bytes(Utf8.encode(text));
  }

  /**
   * Returns a copy of the bytes.
   *
   * @return a new array
   */
  public byte[] asByteArray() {
    return content.clone();
  }

  /**
   * Copies the bytes into an array.
   *
   * @param target receives the bytes
   * @param position where the first byte goes
   * @throws IndexOutOfBoundsException if the bytes do not fit
   */
  public void copyTo(byte[] target, int position) {
    System.arraycopy(content, 0, target, position, content.length);
  }

  /**
   * Returns a read-only view of the bytes, without copying them.
   *
   * @return a new read-only buffer, positioned at the first byte
   */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /**
   * Decodes the bytes as UTF-8.
   *
   * @return the string
   * @throws IllegalArgumentException if the bytes are not valid UTF-8
   */
  public String asUtf8String() {
    return Utf8.decode(content);
  }

  /**
   * Returns the number of bytes.
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

  /** Returns the length only: blobs are long, and their bytes mean nothing to a reader. */
  @Override
  public String toString() {
    return "Bytes[" + content.length + " bytes]";
  }
}
