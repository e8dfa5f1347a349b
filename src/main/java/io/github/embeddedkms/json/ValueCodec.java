package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the values of one type are read and written. */
interface ValueCodec {

  /**
   * Reads a value that is not null.
   *
   * @param path where it stands, in Java names
   * @param found takes secrets, and values that are none of their enumeration
   * @return the value; null for one of these
   */
  @Nullable Object read(JsonReader in, String path, Found found) throws IOException;

  /** Writes a value that is not null. */
  void write(JsonWriter out, Object value) throws IOException;

  /** The codec of a component's type. */
  static ValueCodec of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? new CollectionCodecs.OfMap()
          : new CollectionCodecs.OfList(of(arguments[0]));
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return RecordCodec.of(plain);
    }
    if (plain.isEnum()) {
      return new ScalarCodecs.OfEnumeration(plain);
    }
    if (plain == String.class) {
      return ScalarCodecs.TEXT;
    }
    if (plain == Integer.class) {
      return ScalarCodecs.INTEGER;
    }
    if (plain == Boolean.class) {
      return ScalarCodecs.BOOLEAN;
    }
    if (plain == Instant.class) {
      return ScalarCodecs.MOMENT;
    }
    if (plain == Bytes.class) {
      return ScalarCodecs.BYTES;
    }
    if (plain == SecretBytes.class) {
      return ScalarCodecs.SECRET_BYTES;
    }
    throw new AssertionError("no JSON is known for " + type);
  }

  /** Reads a value that may be null, which is the same as absent. */
  static @Nullable Object readNullable(JsonReader in, ValueCodec codec, String path, Found found)
      throws IOException {
    if (in.peek() == JsonToken.NULL) {
      in.nextNull();
      return null;
    }
    return codec.read(in, path, found);
  }

  /** Writes a value of a collection, which may be null. */
  static void writeNullable(JsonWriter out, ValueCodec codec, @Nullable Object value)
      throws IOException {
    if (value == null) {
      out.nullValue();
    } else {
      codec.write(out, value);
    }
  }

  /** The next token must be of a kind. */
  static void expect(JsonReader in, JsonToken expected) throws IOException {
    JsonToken token = in.peek();
    if (token != expected) {
      throw new JsonException("Expected " + expected + " but was " + token + " at " + in.getPath());
    }
  }
}
