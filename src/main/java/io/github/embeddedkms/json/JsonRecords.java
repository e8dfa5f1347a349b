package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.embeddedkms.library.Library;
import io.github.embeddedkms.model.UnknownValue;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Records as JSON objects: members have the names of the components with a capital first letter (or
 * their {@link io.github.embeddedkms.model.WireName}), absent members are omitted, bytes are
 * base64, timestamps are seconds since 1970 with a fraction. Members that a record does not have
 * are ignored, or refused by {@link #readStrictly}.
 */
public final class JsonRecords {

  private JsonRecords() {}

  /**
   * A record that was read.
   *
   * @param <R> its type
   * @param record the record
   * @param unknownValues the values that are not in their enumerations, in the order of the text;
   *     of elements of lists at most 100
   * @param furtherUnknownValues the number of unknown elements of lists that are left out
   */
  public record Read<R>(R record, List<UnknownValue> unknownValues, int furtherUnknownValues) {}

  /**
   * Reads one record.
   *
   * @param type a record whose components are strings, integers, booleans, timestamps, bytes,
   *     enumerations, lists of these, maps of strings, or records of these
   * @param json a JSON object in UTF-8
   * @param <R> the record's type
   * @return the record, whose secrets the caller must close
   * @throws JsonException if this is not one JSON object, or a member is not of its type; the
   *     secrets that were read before are wiped
   */
  public static <R extends Record> Read<R> read(Class<R> type, byte[] json) {
    return read(type, json, new ReadState());
  }

  /**
   * Reads one record and refuses everything that it does not have.
   *
   * @param type a record, as in {@link #read}
   * @param json a JSON object in UTF-8
   * @param <R> the record's type
   * @return the record
   * @throws JsonException as {@link #read}, and if a member is not known, a component that is
   *     {@link io.github.embeddedkms.model.Required} is missing, or a value is not in its
   *     enumeration
   */
  public static <R extends Record> R readStrictly(Class<R> type, byte[] json) {
    ReadState state = ReadState.strict();
    R record = read(type, json, state).record();
    if (!state.unknownValues().isEmpty()) {
      state.closeSecrets();
      throw new JsonException("an unknown value at " + state.unknownValues().get(0).path());
    }
    return record;
  }

  /** With a view of what is state, for the tests. */
  static <R extends Record> Read<R> read(Class<R> type, byte[] json, ReadState state) {
    JsonReader in = strictReader(json);
    boolean done = false;
    try {
      Record record = RecordCodec.of(type).read(in, Position.ROOT, state);
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonException("more than one value");
      }
      Read<R> read =
          new Read<>(
              type.cast(record), List.copyOf(state.unknownValues()), state.furtherUnknownValues());
      done = true;
      return read;
    } catch (IOException | IllegalStateException e) {
      // The reader's own message addresses its users, not ours.
      throw new JsonException("Malformed JSON at " + in.getPath());
    } finally {
      if (!done) {
        state.closeSecrets();
      }
    }
  }

  private static JsonReader strictReader(byte[] json) {
    try {
      return StrictReader.of(json);
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw Library.GSON.missing("reading JSON", e);
    }
  }

  /**
   * Requires that the library for JSON is present and new enough. Called when something is created
   * that will need it: an error in the middle of a request would be reported as an internal one.
   *
   * @throws IllegalStateException if it is missing or too old; the message names it
   */
  public static void requireLibrary() {
    strictReader(new byte[0]);
  }

  /**
   * Tells whether records of a class have members.
   *
   * @param type a record
   * @return false if it has no components
   */
  public static boolean hasMembers(Class<? extends Record> type) {
    return RecordCodec.of(type).hasMembers();
  }

  /**
   * Writes one record.
   *
   * @param record the record
   * @return a JSON object in UTF-8
   */
  public static byte[] write(Record record) {
    return write(RecordCodec.of(record.getClass()), record);
  }

  /**
   * Writes an object whose members are strings.
   *
   * @param members the members and their values
   * @return a JSON object in UTF-8, its members in the order of the map
   */
  public static byte[] write(Map<String, String> members) {
    return write(new CollectionCodecs.OfMap(), members);
  }

  private static byte[] write(ValueCodec codec, Object value) {
    try (JsonOutput out = new JsonOutput()) {
      codec.write(out, value);
      return out.toByteArray();
    }
  }
}
