package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects every statement and grant that an evaluator considers, and what keeps it from applying.
 */
final class Tracer {

  private final List<Considered> considered = new ArrayList<>();
  private final List<Mismatch> mismatches = new ArrayList<>();
  private Place place = new Place(Place.Source.KEY_POLICY, "", 0, null);

  /** Begins a statement. */
  void begin(Place statement) {
    place = statement;
  }

  /** Ends the statement. */
  void end(Statement statement, boolean applied) {
    considered.add(new Considered(place, statement.allows(), applied, mismatches));
    mismatches.clear();
  }

  /** Adds a grant. */
  void grant(Place grant, List<Mismatch> keepingFromIt) {
    considered.add(new Considered(grant, true, keepingFromIt.isEmpty(), keepingFromIt));
  }

  void otherPrincipal(Statement statement, Inquiry inquiry) {
    Principals principals = statement.principals();
    if (principals != null) {
      mismatches.add(
          new Mismatch.Principal(
              principals.listed(), Hints.ofPrincipal(principals, inquiry.principal())));
    }
  }

  void otherAction(Statement statement) {
    Actions actions = statement.actions();
    mismatches.add(
        actions == null ? new Mismatch.NoEffect("Action") : new Mismatch.Action(actions.listed()));
  }

  void otherResource(Statement statement, Inquiry inquiry) {
    Resources resources = statement.resources();
    if (resources == null) {
      mismatches.add(new Mismatch.NoEffect("Resource"));
      return;
    }
    String variable = resources.missingVariable(inquiry);
    mismatches.add(
        variable == null
            ? new Mismatch.Resource(resources.listed(), Hints.ofResource(statement, inquiry))
            : new Mismatch.Variable(variable));
  }

  void unmetCondition(Statement statement, Condition condition, Inquiry inquiry) {
    String variable = condition.missingVariable(inquiry);
    mismatches.add(
        variable == null
            ? new Mismatch.Condition(
                condition.test().text(),
                condition.name(),
                condition.wanted(),
                List.copyOf(inquiry.values(condition.key())),
                Hints.ofCondition(statement, condition, inquiry))
            : new Mismatch.Variable(variable));
  }

  /** Returns the statements and grants in the order in which they were considered. */
  List<Considered> considered() {
    return List.copyOf(considered);
  }
}
