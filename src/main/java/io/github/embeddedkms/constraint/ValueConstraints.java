package io.github.embeddedkms.constraint;

import io.github.embeddedkms.constraint.Constraints.Violations;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.SecretBytes;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The constraints on the value of one member, or on one element of a list.
 *
 * @param length the bounds of its length, or null
 * @param range the bounds of its number, or null
 * @param matches its pattern as the service prints it, or null
 * @param pattern the same pattern, compiled
 * @param element the constraints on its elements if it is a list, or null
 * @param isRecord whether it is a record, which has constraints of its own
 * @param shownWhenMissing how the service shows a missing value
 */
record ValueConstraints(
    @Nullable Bounds length,
    @Nullable Bounds range,
    @Nullable String matches,
    @Nullable TextPattern pattern,
    @Nullable ValueConstraints element,
    boolean isRecord,
    String shownWhenMissing) {

  /** The least and the greatest value. Reading them from an annotation takes far longer. */
  record Bounds(int min, int max) {}

  static final String MUST_NOT_BE_NULL = "Member must not be null";

  private static final String NOT_SHOWN = "";

  static ValueConstraints read(AnnotatedType type) {
    Length length = DeclaredConstraint.find(Length.class, type);
    Range range = DeclaredConstraint.find(Range.class, type);
    Matches matches = DeclaredConstraint.find(Matches.class, type);
    return new ValueConstraints(
        length == null ? null : new Bounds(length.min(), length.max()),
        range == null ? null : new Bounds(range.min(), range.max()),
        matches == null ? null : matches.value(),
        matches == null ? null : TextPattern.of(matches.value()),
        elementOf(type),
        type.getType() instanceof Class<?> shape && shape.isRecord(),
        // The service never shows a secret, not even as null.
        type.getType() == SecretBytes.class ? NOT_SHOWN : " null");
  }

  private static @Nullable ValueConstraints elementOf(AnnotatedType type) {
    if (type instanceof AnnotatedParameterizedType generic
        && generic.getAnnotatedActualTypeArguments().length == 1) {
      return read(generic.getAnnotatedActualTypeArguments()[0]);
    }
    return null;
  }

  /** Returns whether no value can violate a constraint. */
  boolean isUnconstrained() {
    return length == null && range == null && matches == null && element == null && !isRecord;
  }

  void check(Object value, String prefix, String name, Violations violations) {
    if (length != null) {
      checkLength(length, value, prefix, name, violations);
    }
    if (range != null) {
      checkRange(range, (Integer) value, prefix, name, violations);
    }
    if (matches != null && pattern != null && !pattern.matches((String) value)) {
      violations.add(
          shown(value),
          prefix + name,
          "Member must satisfy regular expression pattern: " + matches);
    }
    if (element != null) {
      checkElements(element, (List<?>) value, prefix, name, violations);
    } else if (isRecord) {
      Record nested = (Record) value;
      Constraints.of(nested.getClass()).check(nested, prefix + name + ".", Set.of(), violations);
    }
  }

  private static void checkElements(
      ValueConstraints element, List<?> list, String prefix, String name, Violations violations) {
    for (int i = 0; i < list.size(); i++) {
      Object value = list.get(i);
      // Elements are counted from 1: tags.1.member.tagKey
      String position = name + "." + (i + 1) + ".member";
      if (value == null) {
        violations.add(element.shownWhenMissing(), prefix + position, MUST_NOT_BE_NULL);
      } else {
        element.check(value, prefix, position, violations);
      }
    }
  }

  private static void checkLength(
      Bounds bounds, Object value, String prefix, String name, Violations violations) {
    int length = lengthOf(value);
    if (violations.hasUnknownValue() && value instanceof List<?>) {
      length += violations.unknownElementsOf(prefix + name);
    }
    if (length < bounds.min()) {
      violations.add(
          shown(value),
          prefix + name,
          "Member must have length greater than or equal to " + bounds.min());
    }
    if (length > bounds.max()) {
      violations.add(
          shown(value),
          prefix + name,
          "Member must have length less than or equal to " + bounds.max());
    }
  }

  private static void checkRange(
      Bounds bounds, int value, String prefix, String name, Violations violations) {
    if (value < bounds.min()) {
      violations.add(
          shown(value),
          prefix + name,
          "Member must have value greater than or equal to " + bounds.min());
    }
    if (value > bounds.max()) {
      violations.add(
          shown(value),
          prefix + name,
          "Member must have value less than or equal to " + bounds.max());
    }
  }

  private static int lengthOf(Object value) {
    if (value instanceof String text) {
      return text.length();
    }
    if (value instanceof Bytes bytes) {
      return bytes.length();
    }
    if (value instanceof SecretBytes secret) {
      return secret.length();
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    throw new AssertionError("no length of a " + value.getClass());
  }

  /**
   * Shows a value as the service does: strings and numbers in quotes, bytes and lists not at all.
   */
  private static String shown(Object value) {
    return value instanceof String || value instanceof Integer ? " '" + value + "'" : NOT_SHOWN;
  }
}
