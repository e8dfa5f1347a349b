package io.github.embeddedkms.constraint;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.UnknownValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a request against the constraints that are declared on its record. All violations of one
 * request are reported together, in the order of the record's components: their true number, and
 * the first 100 of them, so that the message cannot be many times as long as the request.
 *
 * <p>Source of the messages: recorded responses of the service, for example {@code 1 validation
 * error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null}.
 */
public final class Constraints {

  // Created once for each class: reading annotations takes thousands of times as long as checking.
  private static final ClassValue<RecordConstraints> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected RecordConstraints computeValue(Class<?> type) {
          return RecordConstraints.read(type);
        }
      };

  private Constraints() {}

  /**
   * Checks a record and everything nested in it.
   *
   * @param request the record
   * @throws ValidationException if it violates any constraint, listing all of them
   */
  public static void check(Record request) {
    of(request.getClass()).check(request);
  }

  /**
   * Checks a record that was read from a text with values that are not in their enumerations. The
   * record has nothing in their places; they are reported with its other violations.
   *
   * @param request the record
   * @param unknownValues the values, in the order of the text
   * @param furtherUnknownValues the number of such values that are not in the list
   * @throws ValidationException if there is such a value, or the record violates any constraint
   */
  public static void check(
      Record request, List<UnknownValue> unknownValues, int furtherUnknownValues) {
    of(request.getClass()).check(request, unknownValues, furtherUnknownValues);
  }

  /**
   * Returns the constraints of a class, for a caller that checks many of its records.
   *
   * @param type a class of records
   * @return its constraints
   */
  public static RecordConstraints of(Class<?> type) {
    return OF_CLASS.get(type);
  }

  /** The violations of one request. The list is created when the first is added. */
  static final class Violations {

    /** The maximum number of violations that are described. */
    private static final int MAX_DESCRIBED = 100;

    /** What follows the number of an element in its path. */
    private static final String ELEMENT = ".member";

    private final List<UnknownValue> unknownValues;
    private List<String> messages = List.of();
    private int notDescribed;

    Violations(List<UnknownValue> unknownValues, int furtherUnknownValues) {
      // Values that no member's own check removes are added at the end.
      this.unknownValues = unknownValues.isEmpty() ? List.of() : new ArrayList<>(unknownValues);
      this.notDescribed = furtherUnknownValues;
    }

    /** Returns whether there is an unknown value that was not added yet. */
    boolean hasUnknownValue() {
      return !unknownValues.isEmpty();
    }

    /** Returns the number of unknown elements of the list at a path: the list is without them. */
    int unknownElementsOf(String path) {
      String prefix = path + ".";
      int count = 0;
      for (UnknownValue unknown : unknownValues) {
        String position = unknown.path();
        // An element itself, not a member of one.
        if (position.startsWith(prefix)
            && position.indexOf(ELEMENT, prefix.length()) + ELEMENT.length() == position.length()) {
          count++;
        }
      }
      return count;
    }

    /** Adds the unknown value at a path, if there is one; returns whether there was. */
    boolean addUnknownValue(String path) {
      for (UnknownValue unknown : unknownValues) {
        if (unknown.path().equals(path)) {
          add(unknown);
          return unknownValues.remove(unknown);
        }
      }
      return false;
    }

    private void add(UnknownValue unknown) {
      add(
          " '" + unknown.value() + "'",
          unknown.path(),
          "Member must satisfy enum value set: "
              + EnumerationSets.printed(unknown.path(), unknown.known()));
    }

    void add(String shown, String path, String constraint) {
      if (messages.size() == MAX_DESCRIBED) {
        notDescribed++;
        return;
      }
      if (messages.isEmpty()) {
        messages = new ArrayList<>();
      }
      messages.add(
          "Value" + shown + " at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    void throwIfAny() {
      unknownValues.forEach(this::add);
      if (messages.isEmpty()) {
        return;
      }
      int count = messages.size() + notDescribed;
      if (notDescribed > 0) {
        messages.add("embedded-kms: " + notDescribed + " more are not shown");
      }
      throw new ValidationException(
          count
              + (count == 1 ? " validation error" : " validation errors")
              + " detected: "
              + String.join("; ", messages));
    }
  }
}
