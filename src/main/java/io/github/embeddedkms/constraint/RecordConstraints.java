package io.github.embeddedkms.constraint;

import io.github.embeddedkms.constraint.Constraints.Violations;
import io.github.embeddedkms.model.RecordMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The constraints of one class of records. */
final class RecordConstraints {

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

  private final List<Constrained> members;

  private RecordConstraints(List<Constrained> members) {
    this.members = members;
  }

  static RecordConstraints read(Class<?> type) {
    List<Constrained> members = new ArrayList<>();
    for (RecordMember member : RecordMember.of(type)) {
      members.add(
          new Constrained(
              member,
              member.name(),
              member.isRequired(),
              !member.isRequired() && ValueConstraints.isUnconstrained(member.annotatedType()),
              ValueConstraints.read(member.annotatedType())));
    }
    return new RecordConstraints(members);
  }

  void check(Record holder, String prefix, Set<String> alsoRequired, Violations violations) {
    // Reading a member takes longer than most checks.
    boolean mayBeUnknown = violations.hasUnknownValue();
    for (Constrained member : members) {
      if (member.optional() && !mayBeUnknown && !alsoRequired.contains(member.name())) {
        continue;
      }
      Object value = member.member().valueIn(holder);
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
