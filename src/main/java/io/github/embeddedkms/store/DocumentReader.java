package io.github.embeddedkms.store;

import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.RecordMember;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents of one class. A document in exactly the form in which this library writes it is
 * read straight from its bytes: members in the order of the record, no spaces, ASCII without
 * escapes. This is nearly every document, and opening a store reads all of them. Any other document
 * is left to {@link JsonRecords#readStrictly}, which reads or refuses it. A member that is unknown,
 * twice or missing, or an unknown value, is never in that form.
 *
 * <p>The members are those of the record, so a new member needs no change here. If its type is not
 * supported, documents that have it are left to {@link JsonRecords} too.
 *
 * <p>Safe for use by several threads.
 *
 * @param <D> the class of the documents
 */
final class DocumentReader<D extends Record> {

  /** Reads one value; returns null if it is not in the form in which it is written. */
  private interface Form {
    @Nullable Object read(Input in);
  }

  // Reading the components of a class takes far longer than using them.
  private static final ClassValue<OfRecord> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected OfRecord computeValue(Class<?> type) {
          return new OfRecord(type.asSubclass(Record.class));
        }
      };

  private final Class<D> type;
  private final OfRecord form;

  private DocumentReader(Class<D> type, OfRecord form) {
    this.type = type;
    this.form = form;
  }

  static <D extends Record> DocumentReader<D> of(Class<D> type) {
    return new DocumentReader<>(type, OF_CLASS.get(type));
  }

  /**
   * Reads a document.
   *
   * @throws JsonException if a member is unknown, is of another type or is missing, or this is not
   *     JSON
   */
  D read(byte[] json) {
    D asWritten = readAsWritten(json);
    return asWritten == null ? JsonRecords.readStrictly(type, json) : asWritten;
  }

  /** Reads a document that is in the form in which it is written; returns null if it is not. */
  @Nullable D readAsWritten(byte[] json) {
    Input in = new Input(json);
    Record record = form.read(in);
    return record == null || in.at != json.length ? null : type.cast(record);
  }

  /** The bytes of a document, and how far they are read. */
  private static final class Input {

    private final byte[] json;
    private int at;

    Input(byte[] json) {
      this.json = json;
    }

    /** Returns the next byte; -1 at the end. All others that are negative are not ASCII. */
    int peek() {
      return at < json.length ? json[at] : -1;
    }

    /** Skips a byte, if it is the next one. */
    boolean skip(char expected) {
      boolean found = peek() == expected;
      at += found ? 1 : 0;
      return found;
    }

    /** Skips bytes, if they are the next ones. */
    boolean skip(byte[] expected) {
      int end = at + expected.length;
      boolean found =
          end <= json.length && Arrays.equals(json, at, end, expected, 0, expected.length);
      at = found ? end : at;
      return found;
    }

    /**
     * Reads digits.
     *
     * @return their value; -1 if there are none, more than 10, or a leading zero
     */
    long number() {
      int start = at;
      long number = 0;
      for (int next = peek(); next >= '0' && next <= '9' && at - start <= 10; next = peek()) {
        number = 10 * number + next - '0';
        at++;
      }
      int digits = at - start;
      boolean leadingZero = digits > 1 && json[start] == '0';
      return digits == 0 || digits > 10 || leadingZero ? -1 : number;
    }

    /**
     * Skips a string.
     *
     * @return the position of its first character; -1 if it has an escape or is not ASCII
     */
    int string() {
      if (!skip('"')) {
        return -1;
      }
      int start = at;
      for (int next = peek(); next != '"'; next = peek()) {
        if (next < ' ' || next == '\\' || next == 0x7F) {
          return -1;
        }
        at++;
      }
      at++;
      return start;
    }
  }

  /** A record: its members in order, without those that are null. */
  private static final class OfRecord implements Form {

    private final Class<? extends Record> type;
    private final byte[][] names;
    private final Form[] forms;
    private final boolean[] required;

    OfRecord(Class<? extends Record> type) {
      this.type = type;
      List<RecordMember> members = RecordMember.of(type);
      names = new byte[members.size()][];
      forms = new Form[members.size()];
      required = new boolean[members.size()];
      for (int i = 0; i < forms.length; i++) {
        RecordMember member = members.get(i);
        names[i] = ascii("\"" + member.wireName() + "\":");
        forms[i] = form(member.type());
        required[i] = member.isRequired();
      }
    }

    @Override
    public @Nullable Record read(Input in) {
      @Nullable Object[] values = new Object[forms.length];
      if (!in.skip('{')) {
        return null;
      }
      boolean first = true;
      for (int i = 0; i < forms.length; i++) {
        int before = in.at;
        if ((first || in.skip(',')) && in.skip(names[i])) {
          values[i] = forms[i].read(in);
          if (values[i] == null) {
            return null;
          }
          first = false;
        } else if (required[i]) {
          return null;
        } else {
          in.at = before;
        }
      }
      return in.skip('}') ? RecordMember.newRecord(type, values) : null;
    }
  }

  private static Form form(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? list(form(generic.getActualTypeArguments()[0]))
          : DocumentReader::strings;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return OF_CLASS.get(plain);
    }
    if (plain.isEnum()) {
      return enumeration(plain);
    }
    if (plain == String.class) {
      return DocumentReader::string;
    }
    if (plain == Integer.class) {
      return DocumentReader::integer;
    }
    if (plain == Instant.class) {
      return DocumentReader::timestamp;
    }
    return plain == Bytes.class ? DocumentReader::bytes : unsupported -> null;
  }

  private static Form list(Form element) {
    return in -> {
      if (!in.skip('[')) {
        return null;
      }
      if (in.skip(']')) {
        return List.of();
      }
      List<Object> list = new ArrayList<>();
      do {
        Object next = element.read(in);
        if (next == null) {
          return null;
        }
        list.add(next);
      } while (in.skip(','));
      return in.skip(']') ? list : null;
    };
  }

  /** The only maps in records are those of strings to strings. */
  private static @Nullable Map<String, String> strings(Input in) {
    if (!in.skip('{')) {
      return null;
    }
    if (in.skip('}')) {
      return Map.of();
    }
    Map<String, String> map = new LinkedHashMap<>();
    do {
      String key = string(in);
      String value = key != null && in.skip(':') ? string(in) : null;
      // A key that occurs twice is reported by the other reader.
      if (value == null || map.put(key, value) != null) {
        return null;
      }
    } while (in.skip(','));
    return in.skip('}') ? map : null;
  }

  private static Form enumeration(Class<?> type) {
    Object[] constants = type.getEnumConstants();
    byte[][] written = new byte[constants.length][];
    for (int i = 0; i < constants.length; i++) {
      written[i] = ascii("\"" + constants[i] + "\"");
    }
    return in -> {
      for (int i = 0; i < written.length; i++) {
        if (in.skip(written[i])) {
          return constants[i];
        }
      }
      return null;
    };
  }

  private static @Nullable String string(Input in) {
    int start = in.string();
    if (start < 0) {
      return null;
    }
    int length = in.at - 1 - start;
    // Most descriptions are empty; they share one object.
    return length == 0 ? "" : new String(in.json, start, length, StandardCharsets.US_ASCII);
  }

  private static @Nullable Integer integer(Input in) {
    long number = in.number();
    return number < 0 || number > Integer.MAX_VALUE || !isEndOfNumber(in) ? null : (int) number;
  }

  /** Seconds and three decimals. */
  private static @Nullable Instant timestamp(Input in) {
    long seconds = in.number();
    if (seconds < 0 || !in.skip('.')) {
      return null;
    }
    int millis = 0;
    for (int i = 0; i < 3; i++) {
      int digit = in.peek() - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      millis = 10 * millis + digit;
      in.at++;
    }
    return isEndOfNumber(in) ? Instant.ofEpochMilli(1000 * seconds + millis) : null;
  }

  private static boolean isEndOfNumber(Input in) {
    int next = in.peek();
    return next == ',' || next == '}' || next == ']';
  }

  private static @Nullable Bytes bytes(Input in) {
    int start = in.string();
    if (start < 0) {
      return null;
    }
    try {
      byte[] base64 = Arrays.copyOfRange(in.json, start, in.at - 1);
      return Bytes.fromByteArray(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      // Reported by the other reader.
      return null;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
