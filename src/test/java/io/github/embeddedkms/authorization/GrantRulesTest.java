package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.GivenGrants.SOURCE;
import static io.github.embeddedkms.authorization.GivenGrants.constrained;
import static io.github.embeddedkms.authorization.GivenGrants.equal;
import static io.github.embeddedkms.authorization.GivenGrants.given;
import static io.github.embeddedkms.authorization.GivenGrants.grant;
import static io.github.embeddedkms.authorization.GivenGrants.pairs;
import static io.github.embeddedkms.authorization.GivenGrants.source;
import static io.github.embeddedkms.authorization.GivenGrants.subset;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.deny;
import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.identity;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.authorization.Subjects.mayNot;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a grant permits where no policy allows anything: the operations and their constraints. */
class GrantRulesTest {

  /** The key policy of these tests: it allows nothing that a grant could permit. */
  private static final Policy NOTHING = keyPolicy(allow(BOB, "kms:PutKeyPolicy"));

  /** Those whose encryption context a grant can constrain. */
  private static final Set<GrantOperation> WITH_CONTEXT =
      Set.of(
          GrantOperation.ENCRYPT,
          GrantOperation.DECRYPT,
          GrantOperation.GENERATE_DATA_KEY,
          GrantOperation.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
          GrantOperation.GENERATE_DATA_KEY_PAIR,
          GrantOperation.GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT,
          GrantOperation.RE_ENCRYPT_FROM,
          GrantOperation.RE_ENCRYPT_TO);

  private static boolean permits(GivenGrants grants, String action, Facts facts) {
    return Evaluator.decide(
            new Inquiry(
                action,
                Inquiry.Target.KEY,
                KEY,
                NOTHING,
                true,
                Principal.of(ALICE, Identity.none()),
                facts,
                grants))
        .isAllowed();
  }

  private static boolean permits(GivenGrants grants, GrantOperation operation) {
    return permits(grants, "kms:" + operation, Facts.none());
  }

  @Test
  void operation_granted_permitsThisActionOnly() {
    for (GrantOperation granted : GrantOperation.values()) {
      Grant grant = grant(ALICE, granted);
      for (GrantOperation asked : GrantOperation.values()) {
        // The grant that is created permits no more, and the one that is retired is itself.
        Grant subject =
            switch (asked) {
              case CREATE_GRANT -> grant(BOB, granted);
              case RETIRE_GRANT -> grant;
              default -> null;
            };
        assertThat(permits(given(grant).about(subject), asked))
            .as("%s by a grant for %s", asked, granted)
            .isEqualTo(asked == granted);
      }
    }
  }

  /** Other permissions cannot be granted, whatever their names have in common with operations. */
  @Test
  void action_thatIsNoOperation_isNeverPermitted() {
    GivenGrants all = given(grant(ALICE, GrantOperation.values()));
    for (String action :
        List.of(
            "RevokeGrant",
            "ListGrants",
            "PutKeyPolicy",
            "ReEncrypt",
            "Decrypt2",
            "DecryptX",
            "decrypt",
            "DisableKey",
            "*",
            "")) {
      assertThat(permits(all, "kms:" + action, Facts.none())).as(action).isFalse();
    }
  }

  @Test
  void contextConstraint_eachOperationAndContext_permitsWhatIsDocumented() {
    Map<Map<String, String>, String> contexts = new LinkedHashMap<>();
    // Whether Subset permits it, and whether Equals does.
    contexts.put(pairs("Dept", "IT"), "yy");
    contexts.put(pairs("dept", "IT"), "yy");
    contexts.put(pairs("DEPT", "IT"), "yy");
    contexts.put(pairs("DEPT", "IT", "x", "y"), "yn");
    contexts.put(pairs("Dept", "IT", "dept", "it"), "yn");
    contexts.put(pairs("Dept", "IT", "dept", "IT"), "yn");
    contexts.put(pairs("Dept", "it"), "nn");
    contexts.put(pairs("dept", "it"), "nn");
    contexts.put(pairs("Dept", "IT "), "nn");
    contexts.put(pairs("Dept", "", "x", "IT"), "nn");
    contexts.put(pairs("IT", "Dept"), "nn");
    contexts.put(pairs("D", "ept=IT"), "nn");
    contexts.put(pairs(), "nn");
    Grant all = grant(ALICE, GrantOperation.values());
    contexts.forEach(
        (context, permitted) -> {
          assertConstrained(
              constrained(all, subset("Dept", "IT")), context, permitted.charAt(0) == 'y');
          assertConstrained(
              constrained(all, equal("Dept", "IT")), context, permitted.charAt(1) == 'y');
        });
  }

  private static void assertConstrained(
      Grant grant, Map<String, String> context, boolean permitted) {
    for (GrantOperation operation : GrantOperation.values()) {
      Grant subject =
          operation == GrantOperation.CREATE_GRANT || operation == GrantOperation.RETIRE_GRANT
              ? grant
              : null;
      assertThat(permits(given(grant).in(context).about(subject), operation))
          .as("%s with %s by %s", operation, context, grant.constraints())
          .isEqualTo(permitted || !WITH_CONTEXT.contains(operation));
    }
  }

  @Test
  void contextConstraint_severalPairs_requiresAll() {
    Grant decrypt = grant(ALICE, GrantOperation.DECRYPT);
    Map<String, String> both = pairs("b", "2", "A", "1");
    Map<String, String> three = pairs("a", "1", "b", "2", "c", "3");
    Map<String, String> one = pairs("a", "1", "c", "2");
    GivenGrants subset = given(constrained(decrypt, subset("a", "1", "B", "2")));
    assertThat(permits(subset.in(both), GrantOperation.DECRYPT)).isTrue();
    assertThat(permits(subset.in(three), GrantOperation.DECRYPT)).isTrue();
    assertThat(permits(subset.in(one), GrantOperation.DECRYPT)).isFalse();
    GivenGrants equal = given(constrained(decrypt, equal("a", "1", "B", "2")));
    assertThat(permits(equal.in(both), GrantOperation.DECRYPT)).isTrue();
    assertThat(permits(equal.in(three), GrantOperation.DECRYPT)).isFalse();
    assertThat(permits(equal.in(one), GrantOperation.DECRYPT)).isFalse();
  }

  /** Some clients always send both kinds, one of them empty. */
  @Test
  void contextConstraint_withoutPairs_isNone() {
    Grant decrypt = grant(ALICE, GrantOperation.DECRYPT);
    for (GrantConstraints empty : List.of(subset(), equal())) {
      GivenGrants grants = given(constrained(decrypt, empty));
      assertThat(permits(grants, GrantOperation.DECRYPT)).isTrue();
      assertThat(permits(grants.in(pairs("a", "1")), GrantOperation.DECRYPT)).isTrue();
    }
  }

  @Test
  void sourceArn_eachOperation_comparesLiterallyExceptForRetireGrant() {
    Grant grant = constrained(grant(ALICE, GrantOperation.values()), source(SOURCE));
    for (GrantOperation operation : GrantOperation.values()) {
      GivenGrants grants =
          given(grant).about(operation == GrantOperation.RETIRE_GRANT ? grant : null);
      String action = "kms:" + operation;
      assertThat(permits(grants, action, facts("aws:SourceArn", SOURCE))).as(action).isTrue();
      for (Facts other :
          List.of(
              Facts.none(),
              facts("aws:SourceArn", SOURCE + "y"),
              facts("aws:SourceArn", SOURCE.replace("logs", "Logs")),
              facts("aws:SourceArn", SOURCE.replace("x", "*")),
              facts("aws:SourceArn", SOURCE, "aws:SourceArn", SOURCE),
              facts("kms:ViaService", SOURCE))) {
        assertThat(permits(grants, action, other))
            .as(action)
            .isEqualTo(operation == GrantOperation.RETIRE_GRANT);
      }
    }
    GivenGrants wildcard =
        given(constrained(grant(ALICE, GrantOperation.DECRYPT), source(SOURCE + "*")));
    assertThat(permits(wildcard, "kms:Decrypt", facts("aws:SourceArn", SOURCE))).isFalse();
  }

  @Test
  void sourceArn_besidesAContextConstraint_requiresBoth() {
    GrantConstraints both = new GrantConstraints(pairs("a", "1"), null, SOURCE);
    GivenGrants grants = given(constrained(grant(ALICE, GrantOperation.DECRYPT), both));
    GivenGrants met = grants.in(pairs("a", "1"));
    assertThat(permits(met, "kms:Decrypt", facts("aws:SourceArn", SOURCE))).isTrue();
    assertThat(permits(met, "kms:Decrypt", Facts.none())).isFalse();
    assertThat(permits(grants, "kms:Decrypt", facts("aws:SourceArn", SOURCE))).isFalse();
  }

  @Test
  void deny_ofEitherPolicy_beatsTheGrant() {
    GivenGrants grants = given(grant(ALICE, GrantOperation.DECRYPT));
    Policy denying = keyPolicy(allow(BOB, "kms:*"), deny(ALICE, "kms:Decrypt", ""));
    assertThat(decide(denying, Identity.none(), grants)).isEqualTo(Decision.DENIED_BY_KEY_POLICY);
    Identity denied = identity(may("kms:Encrypt", "*"), mayNot("kms:Decrypt", "*", ""));
    assertThat(decide(NOTHING, denied, grants)).isEqualTo(Decision.DENIED_BY_IDENTITY);
    assertThat(decide(NOTHING, Identity.none(), grants)).isEqualTo(Decision.ALLOWED);
  }

  private static Decision decide(Policy policy, Identity identity, GivenGrants grants) {
    return Evaluator.decide(
        new Inquiry(
            "kms:Decrypt",
            Inquiry.Target.KEY,
            KEY,
            policy,
            true,
            Principal.of(ALICE, identity),
            Facts.none(),
            grants));
  }

  /** Grants are found by this string, so it must not depend on the order of equal constraints. */
  @Test
  void constraintKey_sameConstraintInAnotherForm_isTheSame() {
    Grant decrypt = grant(ALICE, GrantOperation.DECRYPT);
    assertThat(decrypt.constraintKey()).isEqualTo(constrained(decrypt, subset()).constraintKey());
    assertThat(constrained(decrypt, subset("b", "1", "A", "Z")).constraintKey())
        .isEqualTo(constrained(decrypt, equal("a", "Z", "B", "1")).constraintKey());
    assertThat(constrained(decrypt, subset("a", "1", "A", "2")).constraintKey())
        .isEqualTo(constrained(decrypt, subset("A", "2", "a", "1")).constraintKey());
    List<GrantConstraints> different =
        List.of(
            subset(),
            source(SOURCE),
            source(SOURCE + "y"),
            subset("a", "1"),
            subset("a", "x"),
            subset("a", "X"),
            subset("a", "1", "b", "2"),
            subset("a", "1", "b", ""),
            subset("a", "1+3:b=2"),
            subset("a=1", "b"),
            subset("a", "1=b"),
            subset("1:a", "1"),
            new GrantConstraints(pairs("a", "1"), null, SOURCE));
    assertThat(different)
        .extracting(each -> constrained(decrypt, each).constraintKey())
        .doesNotHaveDuplicates();
  }
}
