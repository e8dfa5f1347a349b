package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
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
  private final ValueCodec[] codecs;
  private final Map<String, Integer> positions = new HashMap<>();

  static RecordCodec of(Class<?> type) {
    return OF_CLASS.get(type);
  }

  private RecordCodec(Class<? extends Record> type) {
    this.type = type;
    members = RecordMember.of(type);
    codecs = members.stream().map(m -> ValueCodec.of(m.type())).toArray(ValueCodec[]::new);
    for (int i = 0; i < codecs.length; i++) {
      positions.put(members.get(i).wireName(), i);
    }
  }

  boolean hasMembers() {
    return codecs.length > 0;
  }

  @Override
  public Record read(JsonReader in, String path, ReadState state) throws IOException {
    ValueCodec.expect(in, JsonToken.BEGIN_OBJECT);
    @Nullable Object[] values = new Object[codecs.length];
    boolean[] seen = new boolean[codecs.length];
    String prefix = path.isEmpty() ? "" : path + ".";
    in.beginObject();
    while (in.hasNext()) {
      Integer position = positions.get(in.nextName());
      if (position == null) {
        if (state.isStrict()) {
          throw new JsonException("an unknown member at " + in.getPath());
        }
        in.skipValue();
        continue;
      }
      if (seen[position]) {
        throw new JsonException("a member twice at " + in.getPath());
      }
      seen[position] = true;
      String memberPath = prefix + members.get(position).name();
      values[position] = ValueCodec.readNullable(in, codecs[position], memberPath, state);
    }
    in.endObject();
    if (state.isStrict()) {
      requireMembers(values, prefix);
    }
    return RecordMember.newRecord(type, values);
  }

  private void requireMembers(@Nullable Object[] values, String prefix) {
    for (int i = 0; i < codecs.length; i++) {
      if (values[i] == null && members.get(i).isRequired()) {
        throw new JsonException("a member is missing: " + prefix + members.get(i).name());
      }
    }
  }

  @Override
  public void write(JsonWriter out, Object value) throws IOException {
    out.beginObject();
    for (int i = 0; i < codecs.length; i++) {
      RecordMember member = members.get(i);
      Object content = member.valueIn((Record) value);
      if (content != null) {
        out.name(member.wireName());
        codecs[i].write(out, content);
      }
    }
    out.endObject();
  }
}
