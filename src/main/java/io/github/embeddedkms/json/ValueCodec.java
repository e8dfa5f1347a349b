package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the values of one type. */
interface ValueCodec {

  /**
   * Reads a value that is not null.
   *
   * @param position its position
   * @param state collects secrets, and values that are not in their enumeration
   * @return the value; null for one that is not in its enumeration
   */
  @Nullable Object read(JsonReader in, Position position, ReadState state) throws IOException;

  /** Writes a value that is not null. */
  void write(JsonOutput out, Object value);

  /** Returns the codec of a component's type. */
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
      return ScalarCodecs.STRING;
    }
    if (plain == Integer.class) {
      return ScalarCodecs.INTEGER;
    }
    if (plain == Boolean.class) {
      return ScalarCodecs.BOOLEAN;
    }
    if (plain == Instant.class) {
      return ScalarCodecs.TIMESTAMP;
    }
    if (plain == Bytes.class) {
      return ScalarCodecs.BYTES;
    }
    if (plain == SecretBytes.class) {
      return ScalarCodecs.SECRET_BYTES;
    }
    throw new AssertionError("no codec for " + type);
  }

  /** Reads a value that may be null, which means absent. */
  static @Nullable Object readNullable(
      JsonReader in, ValueCodec codec, Position position, ReadState state) throws IOException {
    if (in.peek() == JsonToken.NULL) {
      in.nextNull();
      return null;
    }
    return codec.read(in, position, state);
  }

  /** Writes an element of a collection, which may be null. */
  static void writeNullable(JsonOutput out, ValueCodec codec, @Nullable Object value) {
    if (value == null) {
      out.nullValue();
    } else {
      codec.write(out, value);
    }
  }

  /** Requires that the next token is of a kind. */
  static void expect(JsonReader in, JsonToken expected) throws IOException {
    JsonToken token = in.peek();
    if (token != expected) {
      throw new JsonException("Expected " + expected + " but was " + token + " at " + in.getPath());
    }
  }
}
