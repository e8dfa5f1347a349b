package io.github.embeddedkms.constraint;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.ConditionallyRequired;
import io.github.embeddedkms.model.UnknownValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The check of a request against the constraints declared on its record. All violations of one
 * request are answered together, in the order of the record's components.
 *
 * <p>Source of the texts: recorded answers of the service, for example {@code 1 validation error
 * detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null}.
 */
public final class Constraints {

  // Reading annotations takes thousands of times as long as checking: once for each class.
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
    check(request, List.of());
  }

  /**
   * Checks a record that was read from a text with values that are none of their enumerations. The
   * record has nothing in their places; they join what else it violates.
   *
   * @param request the record
   * @param unknownValues the values, in the order of the text
   * @throws ValidationException if there is such a value, or the record violates any constraint
   */
  public static void check(Record request, List<UnknownValue> unknownValues) {
    Violations violations = new Violations(unknownValues);
    Set<String> alsoRequired =
        request instanceof ConditionallyRequired conditional
            ? conditional.conditionallyRequired()
            : Set.of();
    of(request.getClass()).check(request, "", alsoRequired, violations);
    violations.throwIfAny();
  }

  static RecordConstraints of(Class<?> type) {
    return OF_CLASS.get(type);
  }

  /** What one request violates; makes its list only when there is something to put there. */
  static final class Violations {

    private final List<UnknownValue> unknownValues;
    private List<String> texts = List.of();

    Violations(List<UnknownValue> unknownValues) {
      // What a member's own check does not take from here is added at the end.
      this.unknownValues = unknownValues.isEmpty() ? List.of() : new ArrayList<>(unknownValues);
    }

    /** Whether a member that is absent was there, with a value that is none of its enumeration. */
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
      if (texts.isEmpty()) {
        texts = new ArrayList<>();
      }
      texts.add("Value" + shown + " at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    void throwIfAny() {
      unknownValues.forEach(this::add);
      if (!texts.isEmpty()) {
        throw new ValidationException(
            texts.size()
                + (texts.size() == 1 ? " validation error" : " validation errors")
                + " detected: "
                + String.join("; ", texts));
      }
    }
  }
}
