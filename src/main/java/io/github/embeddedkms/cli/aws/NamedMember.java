package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.WireName;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One member of a request, a response or a shared record, under all its names.
 *
 * @param name in Java: {@code keyId}
 * @param wireName on the wire: {@code KeyId}
 * @param type with its elements, if it is a list
 * @param annotatedType with its constraints
 * @param required whether a request without it is refused
 */
record NamedMember(
    String name, String wireName, Type type, AnnotatedType annotatedType, boolean required) {

  /** The members of a record in the order of the service's model. */
  static List<NamedMember> of(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(NamedMember::of).toList();
  }

  private static NamedMember of(RecordComponent component) {
    String name = component.getName();
    WireName wireName = component.getAnnotation(WireName.class);
    return new NamedMember(
        name,
        wireName == null
            ? Character.toUpperCase(name.charAt(0)) + name.substring(1)
            : wireName.value(),
        component.getGenericType(),
        component.getAnnotatedType(),
        component.isAnnotationPresent(Required.class));
  }

  /** The name of its option: {@code --key-id}. */
  String option() {
    return "--" + CommandNames.hyphenated(name);
  }

  boolean isFlag() {
    return type == Boolean.class;
  }

  boolean isList() {
    return elementOf(type) != null;
  }

  /** The type of the elements of a list; null for anything else. */
  static @Nullable Type elementOf(Type type) {
    return type instanceof ParameterizedType generic && generic.getRawType() == List.class
        ? generic.getActualTypeArguments()[0]
        : null;
  }

  static boolean isMap(Type type) {
    return type instanceof ParameterizedType generic && generic.getRawType() == Map.class;
  }

  static boolean isRecord(Type type) {
    return type instanceof Class<?> plain && plain.isRecord();
  }

  static boolean isBytes(Type type) {
    return type == Bytes.class || type == SecretBytes.class;
  }
}
