package io.github.embeddedkms.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.NaiveEvaluator.Question;
import io.github.embeddedkms.authorization.NaiveEvaluator.Rule;
import io.github.embeddedkms.authorization.NaiveGrants.Permit;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;

/** Random policies, identities, grants, callers and facts. */
class EvaluatorProperties {

  @Property
  void decide_isWhatTheNaiveEvaluatorDecides(@ForAll long seed) {
    assertDecidedAsNaively(seed);
  }

  @Tag("thorough")
  @Property(tries = 10_000)
  void decide_manyPolicies_isWhatTheNaiveEvaluatorDecides(@ForAll long seed) {
    assertDecidedAsNaively(seed);
  }

  private static void assertDecidedAsNaively(long seed) {
    Question question = new RandomPolicies(seed).question();
    boolean allowed = NaiveEvaluator.allows(question);
    assertThat(isAllowed(question)).as(question.toString()).isEqualTo(allowed);
    // The alphabet is of no use if one answer is rare.
    Statistics.collect(allowed);
    Statistics.coverage(
        checker -> {
          checker.check(true).percentage(share -> share > 5);
          checker.check(false).percentage(share -> share > 5);
        });
  }

  private static boolean isAllowed(Question question) {
    return Evaluator.decide(RandomPolicies.inquiry(question)).isAllowed();
  }

  @Property
  void explain_agreesWithDecide(@ForAll long seed) {
    assertExplainedAsDecided(seed);
  }

  @Tag("thorough")
  @Property(tries = 10_000)
  void explain_manyPolicies_agreesWithDecide(@ForAll long seed) {
    assertExplainedAsDecided(seed);
  }

  private static void assertExplainedAsDecided(long seed) {
    Question question = new RandomPolicies(seed).question();
    Inquiry inquiry = RandomPolicies.inquiry(question);
    Decision decision = Evaluator.decide(inquiry);
    Explanation explanation = Evaluator.explain(inquiry);
    assertThat(explanation.allowed()).isEqualTo(decision.isAllowed());
    assertThat(explanation.answer()).isEqualTo(decision.message(inquiry));
    assertThat(explanation.reason().getClass().getSimpleName().startsWith("Allowed"))
        .isEqualTo(decision.isAllowed());
    assertThat(explanation.considered())
        .allMatch(each -> each.applied() == each.mismatches().isEmpty());
    if (explanation.reason() instanceof Reason.Denied denied) {
      assertThat(explanation.considered())
          .anyMatch(
              each -> each.place().equals(denied.statement()) && each.applied() && !each.allows());
    }
    if (explanation.reason() instanceof Reason.AllowedByGrant allowed) {
      Permit permit = RandomGrants.byId(question, allowed.grantId());
      if (!permit.equals(question.subject())) {
        boolean identityAllows = NaiveEvaluator.identityAllows(question);
        assertThat(NaiveGrants.permits(permit, question, identityAllows)).isTrue();
        assertThat(explanation.considered())
            .anyMatch(each -> each.place().of().equals(allowed.grantId()) && each.applied());
      }
    }
  }

  @Property
  void decide_oneMoreDeny_neverAllows(@ForAll long seed, @ForAll boolean ofKey) {
    RandomPolicies policies = new RandomPolicies(seed);
    Question question = policies.question();
    Question more = with(question, policies.rule(false, ofKey), ofKey);
    if (!isAllowed(question)) {
      assertThat(isAllowed(more)).as(more.toString()).isFalse();
    }
  }

  @Property
  void decide_oneMoreAllow_neverDenies(@ForAll long seed, @ForAll boolean ofKey) {
    RandomPolicies policies = new RandomPolicies(seed);
    Question question = policies.question();
    Question more = with(question, policies.rule(true, ofKey), ofKey);
    if (isAllowed(question)) {
      assertThat(isAllowed(more)).as(more.toString()).isTrue();
    }
  }

  private static Question with(Question q, Rule rule, boolean ofKey) {
    List<Rule> key = ofKey ? NaiveEvaluator.with(q.keyPolicy(), rule) : q.keyPolicy();
    List<Rule> identity =
        ofKey ? q.identityPolicy() : NaiveEvaluator.with(q.identityPolicy(), rule);
    return new Question(
        q.action(),
        q.keyArn(),
        q.who(),
        key,
        identity,
        q.facts(),
        q.grants(),
        q.context(),
        q.subject());
  }

  @Property
  void decide_oneMoreGrant_neverDenies(@ForAll long seed) {
    RandomPolicies policies = new RandomPolicies(seed);
    Question question = policies.question();
    Question more = with(question, policies.permit(question.who()));
    boolean allowed = isAllowed(question);
    if (allowed) {
      assertThat(isAllowed(more)).as(more.toString()).isTrue();
    }
    Statistics.collect(!allowed && isAllowed(more));
    // Without any grant that is decisive, the test would prove nothing.
    Statistics.coverage(checker -> checker.check(true).percentage(share -> share > 0));
  }

  private static Question with(Question q, Permit permit) {
    return new Question(
        q.action(),
        q.keyArn(),
        q.who(),
        q.keyPolicy(),
        q.identityPolicy(),
        q.facts(),
        NaiveEvaluator.with(q.grants(), permit),
        q.context(),
        q.subject());
  }

  @Property
  void decide_otherOrderOfStatementsMembersAndValues_isTheSame(@ForAll long seed) {
    RandomPolicies policies = new RandomPolicies(seed);
    Question question = policies.question();
    assertThat(Evaluator.decide(policies.shuffled(question)))
        .as(question.toString())
        .isEqualTo(Evaluator.decide(RandomPolicies.inquiry(question)));
  }

  /** A foreign key that refuses looks the same as one that does not exist. */
  @Property
  void message_ofAForeignKeyThatRefuses_isThatOfNoKey(@ForAll long seed) {
    Inquiry inquiry = RandomPolicies.inquiry(new RandomPolicies(seed).question());
    if (!inquiry.isAcrossAccounts()) {
      return;
    }
    for (Inquiry.Target target : Inquiry.Target.values()) {
      if (target.isKey()) {
        Inquiry of = of(inquiry, target, inquiry.keyPolicy());
        Inquiry none = of(inquiry, target, null);
        Decision decision = Evaluator.decide(of);
        if (target != Inquiry.Target.KEY && !decision.isAllowed()) {
          assertThat(decision.message(of)).doesNotContain(inquiry.resource());
        }
        if (decision == Decision.NOT_ALLOWED_BY_KEY_POLICY
            || decision == Decision.DENIED_BY_KEY_POLICY) {
          assertThat(decision.message(of)).isEqualTo(Evaluator.decide(none).message(none));
        }
      }
    }
  }

  private static Inquiry of(Inquiry inquiry, Inquiry.Target target, Policy keyPolicy) {
    return new Inquiry(
        inquiry.action(),
        target,
        inquiry.resource(),
        keyPolicy,
        true,
        inquiry.principal(),
        inquiry.facts(),
        inquiry.grants());
  }
}
