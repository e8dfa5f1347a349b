package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON without a record: objects are maps in the order of the text, arrays are lists, numbers are
 * {@link Integer} where they fit and {@link BigDecimal} where not.
 */
public final class JsonTree {

  /** As deep as newer versions of the reader allow. */
  private static final int MAX_DEPTH = 255;

  private JsonTree() {}

  /**
   * Reads a JSON text that consists of one value.
   *
   * @param json JSON
   * @return the value, null for {@code null}
   * @throws JsonException if this is not JSON, an object has a member twice, or values are nested
   *     more than 255 deep
   */
  public static @Nullable Object read(String json) {
    JsonReader in = StrictReader.of(json);
    try {
      Object value = read(in, MAX_DEPTH);
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonException("more than one value");
      }
      return value;
    } catch (IOException | IllegalStateException e) {
      // The reader's own message addresses its users, not ours.
      throw new JsonException("Malformed JSON at " + in.getPath());
    }
  }

  // Older versions of the reader have no limit of their own.
  private static @Nullable Object read(JsonReader in, int depth) throws IOException {
    if (depth < 0) {
      throw new JsonException("nested too deeply at " + in.getPath());
    }
    return switch (in.peek()) {
      case BEGIN_OBJECT -> readObject(in, depth - 1);
      case BEGIN_ARRAY -> readArray(in, depth - 1);
      case NUMBER -> number(in.nextString());
      case BOOLEAN -> in.nextBoolean();
      case NULL -> {
        in.nextNull();
        yield null;
      }
      default -> in.nextString();
    };
  }

  private static List<@Nullable Object> readArray(JsonReader in, int depth) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    in.beginArray();
    while (in.hasNext()) {
      list.add(read(in, depth));
    }
    in.endArray();
    return list;
  }

  private static Map<String, @Nullable Object> readObject(JsonReader in, int depth)
      throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    in.beginObject();
    while (in.hasNext()) {
      String name = in.nextName();
      if (object.containsKey(name)) {
        throw new JsonException("a member twice at " + in.getPath());
      }
      object.put(name, read(in, depth));
    }
    in.endObject();
    return object;
  }

  private static Number number(String digits) {
    try {
      return Integer.valueOf(digits);
    } catch (NumberFormatException e) {
      return decimal(digits);
    }
  }

  private static BigDecimal decimal(String digits) {
    try {
      return new BigDecimal(digits);
    } catch (NumberFormatException e) {
      throw new JsonException("a number with too large an exponent");
    }
  }

  /**
   * Writes a value on one line.
   *
   * @param value a value as {@link #read} returns it
   * @return JSON in UTF-8
   */
  public static byte[] write(@Nullable Object value) {
    try (JsonOutput out = new JsonOutput()) {
      write(out, value);
      return out.toByteArray();
    }
  }

  private static void write(JsonOutput out, @Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      out.beginObject();
      for (Map.Entry<?, ?> member : object.entrySet()) {
        out.name((String) member.getKey());
        write(out, member.getValue());
      }
      out.endObject();
    } else if (value instanceof List<?> list) {
      out.beginArray();
      for (Object element : list) {
        write(out, element);
      }
      out.endArray();
    } else if (value instanceof Number number) {
      out.value(number);
    } else if (value instanceof Boolean flag) {
      out.value(flag);
    } else if (value == null) {
      out.nullValue();
    } else {
      out.value((String) value);
    }
  }

  /**
   * Writes a value with one member or element on each line.
   *
   * @param value a value as {@link #read} returns it
   * @param indentation the indentation of each level; empty for a single line
   * @return JSON, without a final line end
   */
  public static String write(@Nullable Object value, String indentation) {
    StringWriter text = new StringWriter();
    JsonWriter out = new JsonWriter(text);
    out.setIndent(indentation);
    try {
      write(out, value);
    } catch (IOException e) {
      throw new AssertionError("writing to memory does no input or output", e);
    }
    return text.toString();
  }

  private static void write(JsonWriter out, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> object) {
      out.beginObject();
      for (Map.Entry<?, ?> member : object.entrySet()) {
        out.name((String) member.getKey());
        write(out, member.getValue());
      }
      out.endObject();
    } else if (value instanceof List<?> list) {
      out.beginArray();
      for (Object element : list) {
        write(out, element);
      }
      out.endArray();
    } else if (value instanceof Number number) {
      out.value(number);
    } else if (value instanceof Boolean flag) {
      out.value(flag);
    } else if (value == null) {
      out.nullValue();
    } else {
      out.value((String) value);
    }
  }
}
