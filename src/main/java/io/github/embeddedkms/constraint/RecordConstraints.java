package io.github.embeddedkms.constraint;

import io.github.embeddedkms.constraint.Constraints.Violations;
import io.github.embeddedkms.model.Required;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The constraints of one class of records, read once. */
final class RecordConstraints {

  private static final MethodType OBJECT_TO_OBJECT =
      MethodType.methodType(Object.class, Object.class);

  /** One component: how to read it, whether it must be there, what its value must satisfy. */
  private record Member(
      String name, MethodHandle accessor, boolean required, ValueConstraints value) {

    @Nullable Object of(Record holder) {
      try {
        return (Object) accessor.invokeExact((Object) holder);
      } catch (Throwable e) {
        // An accessor of ours returns a field.
        throw new AssertionError("accessor of " + name + " failed", e);
      }
    }
  }

  private final List<Member> members;

  private RecordConstraints(List<Member> members) {
    this.members = members;
  }

  static RecordConstraints read(Class<?> type) {
    List<Member> members = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      boolean required = component.isAnnotationPresent(Required.class);
      ValueConstraints value = ValueConstraints.read(component.getAnnotatedType());
      members.add(new Member(component.getName(), accessor(component), required, value));
    }
    return new RecordConstraints(List.copyOf(members));
  }

  private static MethodHandle accessor(RecordComponent component) {
    try {
      return MethodHandles.lookup().unreflect(component.getAccessor()).asType(OBJECT_TO_OBJECT);
    } catch (IllegalAccessException e) {
      throw new AssertionError("records with constraints are public", e);
    }
  }

  void check(Record holder, String prefix, Set<String> alsoRequired, Violations violations) {
    for (Member member : members) {
      Object value = member.of(holder);
      if (value != null) {
        member.value().check(value, prefix, member.name(), violations);
      } else if (!violations.addUnknownValue(prefix + member.name())
          && (member.required() || alsoRequired.contains(member.name()))) {
        violations.add(
            member.value().shownWhenMissing(),
            prefix + member.name(),
            ValueConstraints.MUST_NOT_BE_NULL);
      }
    }
  }
}
