package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Codecs of lists and maps. Null elements are kept, so that the service reports them. */
final class CollectionCodecs {

  private CollectionCodecs() {}

  /** A list of values of one type. */
  record OfList(ValueCodec element) implements ValueCodec {

    @Override
    public List<@Nullable Object> read(JsonReader in, Position position, ReadState state)
        throws IOException {
      ValueCodec.expect(in, JsonToken.BEGIN_ARRAY);
      List<@Nullable Object> list = new ArrayList<>();
      in.beginArray();
      while (in.hasNext()) {
        int before = state.unknownValueCount();
        Position each = position.element(list.size() + 1);
        Object value = ValueCodec.readNullable(in, element, each, state);
        // A value that is not in its enumeration is reported already; do not report it as missing.
        if (value != null || state.unknownValueCount() == before) {
          list.add(value);
        }
      }
      in.endArray();
      return list;
    }

    @Override
    public void write(JsonOutput out, Object value) {
      out.beginArray();
      for (@Nullable Object each : (List<?>) value) {
        ValueCodec.writeNullable(out, element, each);
      }
      out.endArray();
    }
  }

  /** A map of strings to strings. */
  record OfMap() implements ValueCodec {

    @Override
    public Map<String, @Nullable Object> read(JsonReader in, Position position, ReadState state)
        throws IOException {
      ValueCodec.expect(in, JsonToken.BEGIN_OBJECT);
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      in.beginObject();
      while (in.hasNext()) {
        String key = in.nextName();
        if (map.containsKey(key)) {
          throw new JsonException("a key twice at " + in.getPath());
        }
        map.put(key, ValueCodec.readNullable(in, ScalarCodecs.STRING, position, state));
      }
      in.endObject();
      return map;
    }

    @Override
    public void write(JsonOutput out, Object value) {
      out.beginObject();
      for (Map.Entry<?, ?> pair : ((Map<?, ?>) value).entrySet()) {
        out.name((String) pair.getKey());
        ValueCodec.writeNullable(out, ScalarCodecs.STRING, pair.getValue());
      }
      out.endObject();
    }
  }
}
