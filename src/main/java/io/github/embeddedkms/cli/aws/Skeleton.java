package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.model.RecordMember;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request or a response looks like, with a value of its type for each member, as {@code
 * --generate-cli-skeleton} prints it.
 *
 * @param named whether strings are the names of their members, as in a response, or empty
 */
record Skeleton(boolean named) {

  static Map<String, @Nullable Object> ofRequest(Class<?> request) {
    return new Skeleton(false).of(request);
  }

  static Map<String, @Nullable Object> ofResponse(Class<?> response) {
    return new Skeleton(true).of(response);
  }

  // Records of the service do not contain themselves.
  private Map<String, @Nullable Object> of(Class<?> type) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    RecordMember.of(type).forEach(m -> members.put(m.wireName(), value(m.type(), m.wireName())));
    return members;
  }

  private @Nullable Object value(Type type, String name) {
    Type element = MemberTypes.elementOf(type);
    if (element != null) {
      // Elements have no name except that of their type.
      String elementName = element instanceof Class<?> plain ? plain.getSimpleName() : name;
      return Arrays.asList(value(element, element == String.class ? name : elementName));
    }
    if (MemberTypes.isMap(type)) {
      return Map.of("KeyName", "");
    }
    if (MemberTypes.isBytes(type)) {
      return null;
    }
    if (type == Boolean.class) {
      return true;
    }
    if (type == Integer.class) {
      return 0;
    }
    if (type == Instant.class) {
      return "1970-01-01T00:00:00";
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return of(plain);
    }
    if (named) {
      return name;
    }
    return plain.isEnum() ? plain.getEnumConstants()[0].toString() : "";
  }
}
