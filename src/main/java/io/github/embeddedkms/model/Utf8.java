package io.github.embeddedkms.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strict UTF-8. {@link String#getBytes(java.nio.charset.Charset)} replaces what it cannot encode by
 * a question mark, so that two different strings can have the same encoding. Here that is an error.
 */
final class Utf8 {

  private static final int MAX_BYTES_A_CHAR = 3;
  private static final int MAX_ASCII = 0x7F;

  private Utf8() {}

  static byte[] encode(CharSequence text) {
    return isAscii(text) ? encodeAscii(text) : encodeStrictly(text);
  }

  private static boolean isAscii(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > MAX_ASCII) {
        return false;
      }
    }
    return true;
  }

  /**
   * Encodes without an encoder: most strings are ASCII, and creating an encoder takes longer than
   * encoding them.
   */
  private static byte[] encodeAscii(CharSequence text) {
    byte[] encoded = new byte[text.length()];
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = (byte) text.charAt(i);
    }
    return encoded;
  }

  private static byte[] encodeStrictly(CharSequence text) {
    // The string may be a secret, so the buffer is wiped.
    ByteBuffer encoded = ByteBuffer.allocate(Math.multiplyExact(text.length(), MAX_BYTES_A_CHAR));
    try {
      // A new encoder reports malformed input; only the JDK's convenience methods replace it.
      CoderResult result =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), encoded, true);
      if (result.isError()) {
        throw new IllegalArgumentException("text has an unpaired surrogate");
      }
      return Arrays.copyOf(encoded.array(), encoded.position());
    } finally {
      Arrays.fill(encoded.array(), (byte) 0);
    }
  }

  static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("bytes are not valid UTF-8", e);
    }
  }
}
