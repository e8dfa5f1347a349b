package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.local.GrantModel.Ask;
import io.github.embeddedkms.local.GrantModel.Given;
import io.github.embeddedkms.local.GrantModel.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The random details of a step, over a small alphabet, so that grants often permit something. */
final class GrantChoices {

  static final List<Map<String, String>> CONTEXTS =
      List.of(
          Map.of(),
          Map.of("a", "1"),
          Map.of("A", "1"),
          Map.of("a", "x"),
          Map.of("a", "X"),
          Map.of("a", "1", "b", "2"),
          Map.of("a", "1", "A", "1"),
          Map.of("a", "1", "B", "2", "c", "3", "d", "4", "e", "5"),
          Map.of("a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "f", "6"));

  private static final List<Map<String, String>> CONSTRAINTS =
      List.of(
          Map.of(),
          Map.of("a", "1"),
          Map.of("A", "1"),
          Map.of("a", "x"),
          Map.of("B", "2"),
          Map.of("a", "1", "B", "2"),
          Map.of("c", "3", "b", "2", "A", "1"),
          Map.of("a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "F", "6"));

  private static final List<String> PRINCIPALS =
      List.of(
          Subjects.A,
          Subjects.ROOT_A,
          Subjects.ALICE,
          Subjects.ROLE,
          Subjects.DEV,
          Subjects.CAROL,
          Subjects.B,
          Subjects.ROOT_B,
          Subjects.LOGS);
  private static final List<String> OPERATIONS =
      List.of("Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "RetireGrant");
  private static final List<String> USES =
      List.of("Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey");
  private static final List<String> POLICY_ACTIONS =
      List.of(
          "Encrypt",
          "Decrypt",
          "GenerateDataKey",
          "CreateGrant",
          "CreateGrant",
          "RevokeGrant",
          "RetireGrant");
  private static final List<String> POLICY_PRINCIPALS =
      List.of(
          Subjects.ROOT_A,
          Subjects.ROOT_A,
          Subjects.ALICE,
          Subjects.ROLE,
          Subjects.CAROL,
          Subjects.ROOT_B,
          "*");
  private static final List<String> SOURCES =
      List.of(
          "arn:aws:logs:eu-central-1:111122223333:log-group:x",
          "arn:aws:logs:eu-central-1:111122223333:log-group:X");

  private final Random random;

  GrantChoices(int seed) {
    this.random = new Random(seed);
  }

  int number(int bound) {
    return random.nextInt(bound);
  }

  <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Prefers the last values: many of the first are gone. */
  <T> T pickLate(List<T> values) {
    return pick(values.subList(random.nextInt(values.size()), values.size()));
  }

  int limit() {
    return 1 + random.nextInt(3);
  }

  String source() {
    return random.nextInt(3) == 0 ? null : pick(SOURCES);
  }

  /** Often the source that a grant wants. */
  String sourceOr(Given grant) {
    return grant.source() == null || random.nextInt(3) == 0 ? source() : grant.source();
  }

  Given grant(int key, String issuer) {
    int kind = random.nextInt(3);
    return new Given(
        null,
        key,
        random.nextInt(3) == 0 ? pick(List.of("n", "N")) : null,
        issuer,
        pick(PRINCIPALS),
        random.nextBoolean() ? pick(PRINCIPALS) : null,
        some(OPERATIONS),
        kind == 1 ? pick(CONSTRAINTS) : null,
        kind == 2 ? pick(CONSTRAINTS) : null,
        random.nextInt(6) == 0 ? pick(SOURCES) : null);
  }

  /** Returns a grant of which its parent permits the creation, unless a change prevents it. */
  Given child(Given parent, String issuer) {
    Given other = grant(parent.key(), issuer);
    Map<String, String> subset = parent.subset();
    Map<String, String> equal = parent.equal();
    if (subset != null && random.nextBoolean()) {
      Map<String, String> more = new HashMap<>(subset);
      more.putIfAbsent("c", "3");
      subset = random.nextBoolean() ? more : null;
      equal = subset == null ? more : null;
    }
    boolean changed = random.nextInt(3) == 0;
    return new Given(
        null,
        parent.key(),
        other.name(),
        issuer,
        other.grantee(),
        other.retirer(),
        random.nextInt(3) == 0 ? other.operations() : some(List.copyOf(parent.operations())),
        changed ? other.subset() : subset,
        changed ? other.equal() : equal,
        random.nextInt(4) == 0 ? other.source() : parent.source());
  }

  Given ofIssuer(Given given, String issuer) {
    return new Given(
        given.id(),
        given.key(),
        given.name(),
        issuer,
        given.grantee(),
        given.retirer(),
        given.operations(),
        given.subset(),
        given.equal(),
        given.source());
  }

  private Set<String> some(List<String> values) {
    Set<String> some = new LinkedHashSet<>();
    do {
      some.add(pick(values));
    } while (random.nextInt(3) > 0);
    return some;
  }

  /** Returns a caller whom a grant may be for. */
  String callerOf(String grantee) {
    return switch (grantee) {
      case Subjects.A, Subjects.ROOT_A -> pick(List.of(Subjects.ROOT_A, Subjects.DEV));
      case Subjects.B, Subjects.ROOT_B -> Subjects.CAROL;
      case Subjects.ROLE -> Subjects.DEV;
      default -> grantee;
    };
  }

  /** Returns a form of the principal as which a caller lists what it may retire. */
  String retirerOf(String caller) {
    return switch (caller) {
      case Subjects.ROOT_A -> pick(List.of(Subjects.A, Subjects.ROOT_A));
      case Subjects.DEV -> Subjects.ROLE;
      default -> caller;
    };
  }

  Ask ask(String caller, int key) {
    return new Ask(caller, key, pick(USES), pick(CONTEXTS), source(), null);
  }

  /** Returns a question of each caller about each use. */
  List<Ask> asks(List<String> callers, int key) {
    List<Ask> asks = new ArrayList<>();
    for (String caller : callers) {
      for (String use : USES) {
        asks.add(new Ask(caller, key, use, pick(CONTEXTS), source(), null));
      }
    }
    return asks;
  }

  /** Returns up to four statements, of which few deny, and none everything. */
  List<Rule> policy() {
    List<Rule> rules = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      boolean allows = random.nextInt(6) > 0;
      String action = allows && random.nextInt(6) == 0 ? "*" : pick(POLICY_ACTIONS);
      rules.add(new Rule(allows, pick(POLICY_PRINCIPALS), action));
    }
    return rules;
  }
}
