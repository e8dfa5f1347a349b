package io.github.embeddedkms.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes JSON on one line, in UTF-8, into one array. What it has written may be secret, so every
 * array that it gives up is wiped. Used by one thread.
 *
 * <p>Strings are escaped as Gson escapes them. Unpaired surrogates have no UTF-8 encoding and are
 * escaped too: a question mark instead would change the string, and could make two map keys equal.
 */
final class JsonOutput implements AutoCloseable {

  /** Long enough for most responses to be written without growing. */
  private static final int TYPICAL_LENGTH = 512;

  /** The maximum length of a character: an escape of the letter u and four digits. */
  private static final int LONGEST_CHARACTER = 6;

  private static final byte[] DIGITS = ascii("0123456789abcdef");

  private static final byte[] NULL = ascii("null");

  /** The escapes of ASCII characters; empty for those that are written as they are. */
  private static final byte[][] ESCAPES = escapes();

  private byte[] bytes = new byte[TYPICAL_LENGTH];
  private int length;

  /** Whether a comma precedes the next member or element. */
  private boolean comma;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[][] escapes() {
    byte[][] escapes = new byte[0x80][0];
    for (int c = 0; c < ' '; c++) {
      escapes[c] = ascii(String.format(Locale.ROOT, "\\u%04x", c));
    }
    escapes['\b'] = ascii("\\b");
    escapes['\t'] = ascii("\\t");
    escapes['\n'] = ascii("\\n");
    escapes['\f'] = ascii("\\f");
    escapes['\r'] = ascii("\\r");
    escapes['"'] = ascii("\\\"");
    escapes['\\'] = ascii("\\\\");
    return escapes;
  }

  /** Encodes the name of a member for {@link #encodedName}. */
  static byte[] encodeName(String name) {
    try (JsonOutput out = new JsonOutput()) {
      out.name(name);
      return out.toByteArray();
    }
  }

  void beginObject() {
    begin('{');
  }

  void endObject() {
    end('}');
  }

  void beginArray() {
    begin('[');
  }

  void endArray() {
    end(']');
  }

  private void begin(char bracket) {
    beforeValue(1);
    bytes[length++] = (byte) bracket;
    comma = false;
  }

  private void end(char bracket) {
    reserve(1);
    bytes[length++] = (byte) bracket;
    comma = true;
  }

  /** Writes the name of the next member. */
  void name(String name) {
    value(name);
    reserve(1);
    bytes[length++] = ':';
    comma = false;
  }

  /** Writes the name of the next member, which was encoded once. */
  void encodedName(byte[] encoded) {
    raw(encoded);
    comma = false;
  }

  void value(String text) {
    beforeValue(text.length() + 2);
    bytes[length++] = '"';
    writeCharacters(text);
    reserve(1);
    bytes[length++] = '"';
  }

  void value(boolean flag) {
    plain(Boolean.toString(flag));
  }

  void value(Number number) {
    plain(number.toString());
  }

  void nullValue() {
    raw(NULL);
  }

  /** Writes a string that is base64 already, and wipes it. */
  void base64(byte[] encoded) {
    try {
      beforeValue(encoded.length + 2);
      bytes[length++] = '"';
      System.arraycopy(encoded, 0, bytes, length, encoded.length);
      length += encoded.length;
      bytes[length++] = '"';
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** Writes ASCII characters that need neither quotes nor escapes. */
  private void plain(String text) {
    raw(ascii(text));
  }

  private void raw(byte[] encoded) {
    beforeValue(encoded.length);
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
  }

  private void beforeValue(int count) {
    reserve(count + 1);
    if (comma) {
      bytes[length++] = ',';
    }
    comma = true;
  }

  private void writeCharacters(String text) {
    for (int i = writePlainCharacters(text); i < text.length(); i++) {
      reserve(LONGEST_CHARACTER);
      char c = text.charAt(i);
      if (c < ESCAPES.length) {
        byte[] escape = ESCAPES[c];
        if (escape.length == 0) {
          bytes[length++] = (byte) c;
        } else {
          System.arraycopy(escape, 0, bytes, length, escape.length);
          length += escape.length;
        }
      } else if (!Character.isSurrogate(c)) {
        writeBeyondAscii(c);
      } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        writePair(Character.toCodePoint(c, text.charAt(i + 1)));
        i++;
      } else {
        writeEscape(c);
      }
    }
  }

  /** Writes the characters before the first that needs more than one byte, or an escape. */
  private int writePlainCharacters(String text) {
    byte[] target = bytes;
    int begin = length;
    int count = 0;
    for (; count < text.length(); count++) {
      char c = text.charAt(count);
      if (c >= ESCAPES.length || ESCAPES[c].length > 0) {
        break;
      }
      target[begin + count] = (byte) c;
    }
    length = begin + count;
    return count;
  }

  private void writeBeyondAscii(char c) {
    if (c < 0x800) {
      bytes[length++] = (byte) (0xC0 | (c >> 6));
      bytes[length++] = (byte) (0x80 | (c & 0x3F));
    } else if (c == '\u2028' || c == '\u2029') {
      // Line ends in older versions of JavaScript, which JSON was once read as.
      writeEscape(c);
    } else {
      bytes[length++] = (byte) (0xE0 | (c >> 12));
      bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
      bytes[length++] = (byte) (0x80 | (c & 0x3F));
    }
  }

  private void writePair(int codePoint) {
    bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
    bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
    bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
  }

  private void writeEscape(char c) {
    bytes[length++] = '\\';
    bytes[length++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = DIGITS[(c >> shift) & 0xF];
    }
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      grow(count);
    }
  }

  private void grow(int count) {
    // Twice as long, or as long as an array can be; the addition may exceed the range of an int.
    long needed = (long) length + count;
    long capacity = Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8));
    byte[] before = bytes;
    bytes = Arrays.copyOf(before, Math.toIntExact(capacity));
    Arrays.fill(before, 0, length, (byte) 0);
  }

  /** Returns what was written. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Wipes what was written. */
  @Override
  public void close() {
    Arrays.fill(bytes, 0, length, (byte) 0);
  }
}
