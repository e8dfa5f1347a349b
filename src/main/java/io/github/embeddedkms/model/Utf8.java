package io.github.embeddedkms.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strict UTF-8. {@link String#getBytes(java.nio.charset.Charset)} replaces what it cannot encode by
 * a question mark, so that two texts get one encoding; here that is an error.
 */
final class Utf8 {

  private static final int MAX_BYTES_A_CHAR = 3;

  private Utf8() {}

  static byte[] encode(CharSequence text) {
    // The caller's secret if the text is one; hence wiped.
    ByteBuffer encoded = ByteBuffer.allocate(Math.multiplyExact(text.length(), MAX_BYTES_A_CHAR));
    try {
      // A new encoder reports what is malformed; only the convenience methods replace it.
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
