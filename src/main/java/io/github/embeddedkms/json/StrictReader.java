package io.github.embeddedkms.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Readers of strict JSON that accept escapes of unpaired surrogates with every version of Gson.
 *
 * <p>From 2.15.0 on, Gson refuses them in its strict mode. Strings of Java can have them, so a
 * store may contain them already, and RFC 8259 allows them.
 */
final class StrictReader {

  /** The length of an escape: a backslash, the letter u and four hexadecimal digits. */
  private static final int ESCAPE = 6;

  private StrictReader() {}

  /**
   * Returns a reader of a text in UTF-8. What is not strict JSON fails when it is read.
   *
   * @throws JsonException if this is not UTF-8
   */
  static JsonReader of(byte[] json) {
    return isPlain(json) ? reader(new AsciiReader(json), Strictness.STRICT) : of(decode(json));
  }

  /** Tells whether a text is ASCII without any escape that could be one of a surrogate. */
  private static boolean isPlain(byte[] json) {
    for (int i = 0; i < json.length; i++) {
      if (json[i] < 0 || (json[i] == 'u' && i > 0 && json[i - 1] == '\\')) {
        return false;
      }
    }
    return true;
  }

  private static String decode(byte[] json) {
    try {
      // A new decoder reports malformed input, which the convenience methods replace silently.
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonException("not UTF-8");
    }
  }

  /** Returns a reader of a text. What is not strict JSON fails when it is read. */
  static JsonReader of(String json) {
    String shielded = withoutUnpairedSurrogates(json);
    if (shielded.equals(json)) {
      return reader(json, Strictness.STRICT);
    }
    // The other mode is less strict in other respects too. They are checked first.
    return isStrict(shielded)
        ? reader(json, Strictness.LEGACY_STRICT)
        : reader(shielded, Strictness.STRICT);
  }

  private static JsonReader reader(String json, Strictness strictness) {
    return reader(new StringReader(json), strictness);
  }

  private static JsonReader reader(Reader json, Strictness strictness) {
    JsonReader reader = new JsonReader(json);
    reader.setStrictness(strictness);
    return reader;
  }

  @SuppressWarnings("CheckReturnValue") // values are read only to be checked
  private static boolean isStrict(String json) {
    JsonReader in = reader(json, Strictness.STRICT);
    try {
      for (JsonToken next = in.peek(); next != JsonToken.END_DOCUMENT; next = in.peek()) {
        switch (next) {
          case BEGIN_OBJECT -> in.beginObject();
          case END_OBJECT -> in.endObject();
          case BEGIN_ARRAY -> in.beginArray();
          case END_ARRAY -> in.endArray();
          case NAME -> in.nextName();
          case BOOLEAN -> in.nextBoolean();
          case NULL -> in.nextNull();
          default -> in.nextString();
        }
      }
      return true;
    } catch (IOException | IllegalStateException e) {
      return false;
    }
  }

  /** Replaces the escapes of unpaired surrogates by others of the same length. */
  private static String withoutUnpairedSurrogates(String json) {
    if (!json.contains("\\ud") && !json.contains("\\uD")) {
      return json;
    }
    StringBuilder replaced = new StringBuilder(json);
    int i = json.indexOf('\\');
    while (i >= 0) {
      int unit = escapedUnit(json, i);
      int length = unit < 0 ? 2 : ESCAPE;
      if (isIn(unit, Character.MIN_HIGH_SURROGATE, Character.MAX_HIGH_SURROGATE)
          && isIn(
              escapedUnit(json, i + ESCAPE),
              Character.MIN_LOW_SURROGATE,
              Character.MAX_LOW_SURROGATE)) {
        length = 2 * ESCAPE;
      } else if (isIn(unit, Character.MIN_SURROGATE, Character.MAX_SURROGATE)) {
        replaced.replace(i, i + ESCAPE, "\\ufffd");
      }
      i = json.indexOf('\\', i + length);
    }
    return replaced.toString();
  }

  /** Returns what an escape stands for, or -1 if there is none at this place. */
  private static int escapedUnit(String json, int start) {
    if (!json.startsWith("\\u", start) || start + ESCAPE > json.length()) {
      return -1;
    }
    int unit = 0;
    for (int i = start + 2; i < start + ESCAPE; i++) {
      int digit = Character.digit(json.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      unit = 16 * unit + digit;
    }
    return unit;
  }

  private static boolean isIn(int unit, char first, char last) {
    return unit >= first && unit <= last;
  }
}
