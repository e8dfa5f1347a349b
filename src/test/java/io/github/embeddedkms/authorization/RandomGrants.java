package io.github.embeddedkms.authorization;

import io.github.embeddedkms.authorization.NaiveEvaluator.Question;
import io.github.embeddedkms.authorization.NaiveEvaluator.Who;
import io.github.embeddedkms.authorization.NaiveGrants.Permit;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Random grants over a small alphabet, so that they often permit something. */
final class RandomGrants {

  private static final List<String> PRINCIPALS =
      List.of(
          Subjects.ROOT_A,
          Subjects.A,
          Subjects.ALICE,
          Subjects.BOB,
          Subjects.DEV,
          Subjects.ROLE,
          Subjects.CAROL,
          Subjects.ROOT_B,
          Subjects.B);
  private static final List<String> OPERATIONS =
      List.of("Decrypt", "Encrypt", "CreateGrant", "RetireGrant", "DescribeKey", "Sign");
  private static final List<String> SOURCES =
      List.of(GivenGrants.SOURCE, GivenGrants.SOURCE.replace("logs", "rds"));
  private static final String ID_OF_SUBJECT = "f".repeat(64);

  private final Random random;

  RandomGrants(Random random) {
    this.random = random;
  }

  /** Returns up to a number of grants. */
  List<Permit> some(int max, Who who) {
    List<Permit> permits = new ArrayList<>();
    for (int i = random.nextInt(max + 1); i > 0; i--) {
      permits.add(one(who));
    }
    return permits;
  }

  /** Returns a grant that is often for a caller. */
  Permit one(Who who) {
    String itself = who.role() == null || random.nextBoolean() ? who.arn() : who.role();
    Set<String> operations = new LinkedHashSet<>();
    do {
      operations.add(pick(OPERATIONS));
    } while (random.nextInt(3) > 0);
    // A grant has one constraint of the encryption context at most.
    int kind = random.nextInt(3);
    return new Permit(
        pick(List.of(Subjects.A, Subjects.B)),
        random.nextBoolean() ? itself : pick(PRINCIPALS),
        random.nextBoolean() ? pick(PRINCIPALS) : null,
        List.copyOf(operations),
        kind == 1 ? constraint() : null,
        kind == 2 ? constraint() : null,
        random.nextInt(4) == 0 ? pick(SOURCES) : null);
  }

  /** Returns a context in which no two keys differ only in case. */
  Map<String, String> pairs() {
    Map<String, String> pairs = new TreeMap<>();
    for (String key : List.of("a", "b")) {
      if (random.nextInt(3) == 0) {
        pairs.put(
            random.nextBoolean() ? key : key.toUpperCase(Locale.ROOT),
            pick(List.of("x", "x", "X")));
      }
    }
    return pairs;
  }

  /** A constraint without pairs is none. */
  private Map<String, String> constraint() {
    Map<String, String> pairs = pairs();
    return pairs.isEmpty() ? null : pairs;
  }

  List<String> source() {
    return random.nextInt(3) == 0 ? List.of() : List.of(pick(SOURCES));
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Returns the grants of a question for the real evaluator. */
  static GivenGrants given(Question question) {
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < question.grants().size(); i++) {
      grants.add(grant(id(i), question.grants().get(i)));
    }
    return new GivenGrants(
        grants,
        EncryptionContext.of(question.context()),
        question.subject() == null ? null : grant(ID_OF_SUBJECT, question.subject()));
  }

  /** Returns the grant of a question that has an id in the real evaluator. */
  static Permit byId(Question question, String id) {
    return id.equals(ID_OF_SUBJECT)
        ? question.subject()
        : question.grants().get(Integer.parseInt(id, 16));
  }

  private static String id(int index) {
    return String.format("%064x", index);
  }

  private static Grant grant(String id, Permit permit) {
    return new Grant(
        id,
        null,
        Instant.EPOCH,
        permit.issuer(),
        permit.grantee(),
        null,
        permit.retirer(),
        null,
        permit.operations().stream().map(RandomGrants::operation).toList(),
        permit.subset() == null && permit.equal() == null && permit.source() == null
            ? null
            : new GrantConstraints(permit.subset(), permit.equal(), permit.source()));
  }

  private static GrantOperation operation(String name) {
    return Arrays.stream(GrantOperation.values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
