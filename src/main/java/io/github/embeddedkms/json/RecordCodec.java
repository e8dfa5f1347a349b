package io.github.embeddedkms.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.WireName;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One class of records as a JSON object: what its members are called and how each is written. */
final class RecordCodec implements ValueCodec {

  // Reading a class's components takes far longer than using them: once for each class.
  private static final ClassValue<RecordCodec> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected RecordCodec computeValue(Class<?> type) {
          return new RecordCodec(type);
        }
      };

  /** One component: its name in Java and on the wire, how to get it, how it is written. */
  private record Member(
      String name, String wireName, boolean required, MethodHandle accessor, ValueCodec codec) {}

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.publicLookup();
  private static final MethodType OBJECT_TO_OBJECT =
      MethodType.methodType(Object.class, Object.class);

  private final Constructor<?> constructor;
  private final Member[] members;
  private final Map<String, Integer> positions = new HashMap<>();

  static RecordCodec of(Class<?> type) {
    return OF_CLASS.get(type);
  }

  private RecordCodec(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    members = Arrays.stream(components).map(RecordCodec::member).toArray(Member[]::new);
    for (int i = 0; i < members.length; i++) {
      positions.put(members[i].wireName, i);
    }
    constructor = constructor(type, components);
  }

  boolean hasMembers() {
    return members.length > 0;
  }

  /** Not as a method handle: the JVM would spin a class for each number of components. */
  private static Constructor<?> constructor(Class<?> type, RecordComponent[] components) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getConstructor(types);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("records on the wire are public", e);
    }
  }

  private static Member member(RecordComponent component) {
    String name = component.getName();
    WireName wireName = component.getAnnotation(WireName.class);
    String onTheWire =
        wireName == null
            ? Character.toUpperCase(name.charAt(0)) + name.substring(1)
            : wireName.value();
    try {
      MethodHandle accessor = LOOKUP.unreflect(component.getAccessor()).asType(OBJECT_TO_OBJECT);
      return new Member(
          name,
          onTheWire,
          component.isAnnotationPresent(Required.class),
          accessor,
          ValueCodec.of(component.getGenericType()));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("records on the wire are public", e);
    }
  }

  @Override
  public Record read(JsonReader in, String path, Found found) throws IOException {
    ValueCodec.expect(in, JsonToken.BEGIN_OBJECT);
    @Nullable Object[] values = new Object[members.length];
    boolean[] seen = new boolean[members.length];
    String prefix = path.isEmpty() ? "" : path + ".";
    in.beginObject();
    while (in.hasNext()) {
      Integer position = positions.get(in.nextName());
      if (position == null) {
        if (found.isStrict()) {
          throw new JsonException("an unknown member at " + in.getPath());
        }
        in.skipValue();
        continue;
      }
      if (seen[position]) {
        throw new JsonException("a member twice at " + in.getPath());
      }
      seen[position] = true;
      Member member = members[position];
      values[position] = ValueCodec.readNullable(in, member.codec, prefix + member.name, found);
    }
    in.endObject();
    if (found.isStrict()) {
      requireMembers(values, prefix);
    }
    return create(values);
  }

  private void requireMembers(@Nullable Object[] values, String prefix) {
    for (int i = 0; i < members.length; i++) {
      if (members[i].required && values[i] == null) {
        throw new JsonException("a member is missing: " + prefix + members[i].name);
      }
    }
  }

  @Override
  public void write(JsonWriter out, Object value) throws IOException {
    out.beginObject();
    for (Member member : members) {
      Object content = get(member, value);
      if (content != null) {
        out.name(member.wireName);
        member.codec.write(out, content);
      }
    }
    out.endObject();
  }

  private Record create(@Nullable Object[] values) {
    try {
      return (Record) constructor.newInstance(values);
    } catch (Exception e) {
      // Constructors of ours copy collections and take whatever is missing.
      throw new AssertionError("a record cannot be made", e);
    }
  }

  private static @Nullable Object get(Member member, Object holder) {
    try {
      return (Object) member.accessor.invokeExact(holder);
    } catch (Throwable e) {
      // An accessor of ours returns a field.
      throw new AssertionError("accessor of " + member.name + " failed", e);
    }
  }
}
