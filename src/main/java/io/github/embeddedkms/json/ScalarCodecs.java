package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Codecs of the values that are not collections. */
final class ScalarCodecs {

  /** Timestamps beyond this many seconds are refused; it is about three millennia. */
  private static final double MOST_SECONDS = 1e11;

  private ScalarCodecs() {}

  /** Reads one token, and records what else it finds. */
  private interface Reading {
    Object read(JsonReader in, ReadState state) throws IOException;
  }

  /** Writes one value. */
  private interface Writing<T> {
    void write(JsonOutput out, T value);
  }

  /** A value that consists of one token of one kind. */
  private record OfToken<T>(JsonToken token, Class<T> type, Reading reading, Writing<T> writing)
      implements ValueCodec {

    @Override
    public Object read(JsonReader in, Position position, ReadState state) throws IOException {
      ValueCodec.expect(in, token);
      return reading.read(in, state);
    }

    @Override
    public void write(JsonOutput out, Object value) {
      writing.write(out, type.cast(value));
    }
  }

  static final ValueCodec STRING =
      new OfToken<>(
          JsonToken.STRING,
          String.class,
          (in, state) -> in.nextString(),
          (out, string) -> out.value(string));

  static final ValueCodec BOOLEAN =
      new OfToken<>(
          JsonToken.BOOLEAN,
          Boolean.class,
          (in, state) -> in.nextBoolean(),
          (out, flag) -> out.value(flag));

  static final ValueCodec INTEGER =
      new OfToken<>(
          JsonToken.NUMBER,
          Integer.class,
          (in, state) -> readInteger(in),
          (out, number) -> out.value(number));

  /** Seconds since 1970 with milliseconds as a fraction. */
  static final ValueCodec TIMESTAMP =
      new OfToken<>(
          JsonToken.NUMBER,
          Instant.class,
          (in, state) -> readTimestamp(in),
          (out, timestamp) -> out.value(BigDecimal.valueOf(timestamp.toEpochMilli(), 3)));

  static final ValueCodec BYTES =
      new OfToken<>(
          JsonToken.STRING,
          Bytes.class,
          (in, state) -> Bytes.fromByteArray(readBase64(in)),
          (out, bytes) -> out.base64(Base64.getEncoder().encode(bytes.asByteArray())));

  /** Read through a string that cannot be wiped, because the reader has no other form for it. */
  static final ValueCodec SECRET_BYTES =
      new OfToken<>(
          JsonToken.STRING,
          SecretBytes.class,
          ScalarCodecs::readSecret,
          (out, secret) -> out.base64(secret.lend(Base64.getEncoder()::encode)));

  private static Integer readInteger(JsonReader in) throws IOException {
    try {
      return in.nextInt();
    } catch (NumberFormatException e) {
      throw new JsonException("not an integer of 32 bits at " + in.getPath());
    }
  }

  private static Instant readTimestamp(JsonReader in) throws IOException {
    double seconds;
    try {
      seconds = in.nextDouble();
    } catch (NumberFormatException e) {
      throw new JsonException("not a number of seconds at " + in.getPath());
    }
    // The negation also catches NaN.
    if (!(Math.abs(seconds) <= MOST_SECONDS)) {
      throw new JsonException("no date at " + in.getPath());
    }
    return Instant.ofEpochMilli(Math.round(seconds * 1000));
  }

  private static SecretBytes readSecret(JsonReader in, ReadState state) throws IOException {
    byte[] bytes = readBase64(in);
    try {
      SecretBytes secret = SecretBytes.fromByteArray(bytes);
      state.secrets().add(secret);
      return secret;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] readBase64(JsonReader in) throws IOException {
    try {
      return Base64.getDecoder().decode(in.nextString());
    } catch (IllegalArgumentException e) {
      // The decoder's message is left out because it may quote from a secret.
      throw new NotBase64Exception("not base64 at " + in.getPath());
    }
  }

  /** A constant of an enumeration, by its string on the wire. */
  static final class OfEnumeration implements ValueCodec {

    private final Map<String, Object> constants = new LinkedHashMap<>();

    OfEnumeration(Class<?> type) {
      for (Object constant : type.getEnumConstants()) {
        constants.put(constant.toString(), constant);
      }
    }

    @Override
    public @Nullable Object read(JsonReader in, Position position, ReadState state)
        throws IOException {
      ValueCodec.expect(in, JsonToken.STRING);
      String value = in.nextString();
      Object constant = constants.get(value);
      if (constant == null) {
        state.addUnknownValue(position, value, constants.keySet());
      }
      return constant;
    }

    @Override
    public void write(JsonOutput out, Object value) {
      out.value(value.toString());
    }
  }
}
