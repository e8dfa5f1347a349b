package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.SecretBytes;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The kinds of types that members of requests and responses have. */
final class MemberTypes {

  private MemberTypes() {}

  /** Whether the member is an option without a value. */
  static boolean isFlag(RecordMember member) {
    return member.type() == Boolean.class;
  }

  static boolean isList(RecordMember member) {
    return elementOf(member.type()) != null;
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
