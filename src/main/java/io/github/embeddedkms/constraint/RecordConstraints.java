package io.github.embeddedkms.constraint;

import io.github.embeddedkms.constraint.Constraints.Violations;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.ConditionallyRequired;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.UnknownValue;
import java.util.List;
import java.util.Set;

/**
 * The constraints of one class of records.
 *
 * <p>Safe for use by several threads.
 */
public final class RecordConstraints {

  /**
   * One member, and the constraints on its value.
   *
   * @param optional whether the member violates nothing, whatever it is, unless a particular
   *     request requires it or has an unknown value
   */
  private record Constrained(
      RecordMember member,
      String name,
      boolean required,
      boolean optional,
      ValueConstraints value) {}

  private final Constrained[] members;

  private RecordConstraints(Constrained[] members) {
    this.members = members;
  }

  static RecordConstraints read(Class<?> type) {
    return new RecordConstraints(
        RecordMember.of(type).stream()
            .map(
                member -> {
                  ValueConstraints value = ValueConstraints.read(member.annotatedType());
                  return new Constrained(
                      member,
                      member.name(),
                      member.isRequired(),
                      !member.isRequired() && value.isUnconstrained(),
                      value);
                })
            .toArray(Constrained[]::new));
  }

  /**
   * Checks a record of the class and everything nested in it, as {@link Constraints#check(Record)}
   * does.
   *
   * @param request the record
   * @throws ValidationException if it violates any constraint, listing all of them
   */
  public void check(Record request) {
    check(request, List.of(), 0);
  }

  void check(Record request, List<UnknownValue> unknownValues, int furtherUnknownValues) {
    Violations violations = new Violations(unknownValues, furtherUnknownValues);
    Set<String> alsoRequired =
        request instanceof ConditionallyRequired conditional
            ? conditional.conditionallyRequired()
            : Set.of();
    check(request, "", alsoRequired, violations);
    violations.throwIfAny();
  }

  void check(Record holder, String prefix, Set<String> alsoRequired, Violations violations) {
    boolean mayBeUnknown = violations.hasUnknownValue();
    for (Constrained member : members) {
      boolean required = member.required() || alsoRequired.contains(member.name());
      // Reading a member takes longer than most checks.
      if (member.optional() && !required && !mayBeUnknown) {
        continue;
      }
      Object value = member.member().valueIn(holder);
      if (value != null) {
        member.value().check(value, prefix, member.name(), violations);
      } else if (!(mayBeUnknown && violations.addUnknownValue(prefix + member.name()))
          && required) {
        violations.add(
            member.value().shownWhenMissing(),
            prefix + member.name(),
            ValueConstraints.MUST_NOT_BE_NULL);
      }
    }
  }
}
