package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.embeddedkms.model.RecordMember;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the records of one class as JSON objects. */
final class RecordCodec implements ValueCodec {

  // Created once for each class: reading its components takes far longer than using them.
  private static final ClassValue<RecordCodec> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected RecordCodec computeValue(Class<?> type) {
          return new RecordCodec(type.asSubclass(Record.class));
        }
      };

  private final Class<? extends Record> type;
  private final List<RecordMember> members;

  /**
   * The codecs of the members that have been read or written; null for the others. A record of the
   * service has members of many types, most of which a process never sees. Several threads may
   * create the same codec.
   */
  private final @Nullable ValueCodec[] codecs;

  private final byte[][] encodedNames;
  private final Map<String, Integer> indexes = new HashMap<>();

  static RecordCodec of(Class<?> type) {
    return OF_CLASS.get(type);
  }

  private RecordCodec(Class<? extends Record> type) {
    this.type = type;
    members = RecordMember.of(type);
    codecs = new ValueCodec[members.size()];
    encodedNames =
        members.stream().map(m -> JsonOutput.encodeName(m.wireName())).toArray(byte[][]::new);
    for (int i = 0; i < codecs.length; i++) {
      indexes.put(members.get(i).wireName(), i);
    }
  }

  private ValueCodec codec(int index) {
    ValueCodec codec = codecs[index];
    if (codec == null) {
      codec = ValueCodec.of(members.get(index).type());
      codecs[index] = codec;
    }
    return codec;
  }

  boolean hasMembers() {
    return codecs.length > 0;
  }

  @Override
  public Record read(JsonReader in, Position position, ReadState state) throws IOException {
    ValueCodec.expect(in, JsonToken.BEGIN_OBJECT);
    @Nullable Object[] values = new Object[codecs.length];
    boolean[] seen = new boolean[codecs.length];
    in.beginObject();
    while (in.hasNext()) {
      Integer index = indexes.get(in.nextName());
      if (index == null) {
        if (state.isStrict()) {
          throw new JsonException("an unknown member at " + in.getPath());
        }
        in.skipValue();
        continue;
      }
      if (seen[index]) {
        throw new JsonException("a member twice at " + in.getPath());
      }
      seen[index] = true;
      Position member = position.member(members.get(index).name());
      values[index] = ValueCodec.readNullable(in, codec(index), member, state);
    }
    in.endObject();
    if (state.isStrict()) {
      requireMembers(values, position);
    }
    return RecordMember.newRecord(type, values);
  }

  private void requireMembers(@Nullable Object[] values, Position position) {
    for (int i = 0; i < codecs.length; i++) {
      if (values[i] == null && members.get(i).isRequired()) {
        throw new JsonException("a member is missing: " + position.member(members.get(i).name()));
      }
    }
  }

  @Override
  public void write(JsonOutput out, Object value) {
    out.beginObject();
    for (int i = 0; i < codecs.length; i++) {
      Object content = members.get(i).valueIn((Record) value);
      if (content != null) {
        out.encodedName(encodedNames[i]);
        codec(i).write(out, content);
      }
    }
    out.endObject();
  }
}
