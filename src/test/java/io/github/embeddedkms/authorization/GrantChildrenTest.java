package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.GivenGrants.SOURCE;
import static io.github.embeddedkms.authorization.GivenGrants.constrained;
import static io.github.embeddedkms.authorization.GivenGrants.equal;
import static io.github.embeddedkms.authorization.GivenGrants.given;
import static io.github.embeddedkms.authorization.GivenGrants.grant;
import static io.github.embeddedkms.authorization.GivenGrants.subset;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.model.GrantOperation.CREATE_GRANT;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static io.github.embeddedkms.model.GrantOperation.ENCRYPT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.GrantConstraints;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Grants whose creation is permitted by another grant: they permit no more than their parent. */
class GrantChildrenTest {

  private static final Policy NOTHING = keyPolicy(allow(BOB, "kms:PutKeyPolicy"));
  private static final GrantConstraints NO_CONSTRAINTS = new GrantConstraints(null, null, null);

  private static final List<GrantConstraints> CHILDREN =
      List.of(
          NO_CONSTRAINTS,
          subset("a", "1"),
          subset("A", "1"),
          subset("a", "2"),
          subset("b", "2"),
          subset("b", "2", "a", "1"),
          equal("a", "1"),
          equal("A", "1"),
          equal("a", "2"),
          equal("b", "2"),
          equal("a", "1", "B", "2"),
          equal("a", "1", "A", "1"));

  /** Whether each of the children is at least as strict. */
  private record Row(GrantConstraints parent, String strict) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(NO_CONSTRAINTS, "yyyyyy" + "yyyyyy"),
          new Row(subset("a", "1"), "nyynny" + "yynnyy"),
          new Row(subset("A", "1", "b", "2"), "nnnnny" + "nnnnyn"),
          new Row(subset("a", "X"), "nnnnnn" + "nnnnnn"),
          new Row(equal("A", "1"), "nnnnnn" + "yynnnn"),
          new Row(equal("a", "1", "b", "2"), "nnnnnn" + "nnnnyn"));

  private static boolean mayCreate(Policy policy, GivenGrants parents, Grant child, Facts facts) {
    return Evaluator.decide(
            new Inquiry(
                "kms:CreateGrant",
                Inquiry.Target.KEY,
                KEY,
                policy,
                true,
                Principal.of(ALICE, Identity.none()),
                facts,
                parents.about(child)))
        .isAllowed();
  }

  private static boolean mayCreate(Grant parent, Grant child) {
    return mayCreate(NOTHING, given(parent), child, Facts.none());
  }

  @Test
  void constraints_eachPairOfParentAndChild_areAtLeastAsStrict() {
    for (Row row : ROWS) {
      for (int i = 0; i < CHILDREN.size(); i++) {
        boolean isStrict = row.strict.charAt(i) == 'y';
        for (String sourceOfParent : new String[] {null, SOURCE}) {
          for (String sourceOfChild : new String[] {null, SOURCE, SOURCE + "y"}) {
            assertCreated(
                with(row.parent, sourceOfParent),
                with(CHILDREN.get(i), sourceOfChild),
                isStrict
                    && (sourceOfParent == null || Objects.equals(sourceOfParent, sourceOfChild)));
          }
        }
      }
    }
  }

  private static GrantConstraints with(GrantConstraints constraints, String source) {
    return new GrantConstraints(
        constraints.encryptionContextSubset(), constraints.encryptionContextEquals(), source);
  }

  private static void assertCreated(
      GrantConstraints ofParent, GrantConstraints ofChild, boolean created) {
    Grant parent = constrained(grant(ALICE, CREATE_GRANT, DECRYPT), ofParent);
    Grant child = constrained(grant(BOB, DECRYPT), ofChild);
    assertThat(mayCreate(NOTHING, given(parent), child, facts("aws:SourceArn", SOURCE)))
        .as("%s under %s", ofChild, ofParent)
        .isEqualTo(created);
    // The parent's SourceArn is a condition for the creation too.
    assertThat(mayCreate(parent, child))
        .as("%s under %s", ofChild, ofParent)
        .isEqualTo(created && ofParent.sourceArn() == null);
  }

  /** Constraints can be absent as a whole. */
  @Test
  void constraints_absent_areThoseWithoutMembers() {
    Grant parent = grant(ALICE, CREATE_GRANT, DECRYPT);
    Grant child = grant(BOB, DECRYPT);
    assertThat(mayCreate(parent, child)).isTrue();
    assertThat(mayCreate(parent, constrained(child, equal("a", "1")))).isTrue();
    assertThat(mayCreate(constrained(parent, NO_CONSTRAINTS), child)).isTrue();
    assertThat(mayCreate(constrained(parent, equal()), child)).isTrue();
    assertThat(mayCreate(constrained(parent, subset("a", "1")), constrained(child, equal())))
        .isFalse();
    assertThat(mayCreate(constrained(parent, subset("a", "1")), child)).isFalse();
    assertThat(mayCreate(constrained(parent, equal("a", "1")), child)).isFalse();
    assertThat(
            mayCreate(
                NOTHING,
                given(constrained(parent, GivenGrants.source(SOURCE))),
                child,
                facts("aws:SourceArn", SOURCE)))
        .isFalse();
  }

  @Test
  void operations_ofTheChild_areAmongThoseOfTheParent() {
    Grant parent = grant(ALICE, CREATE_GRANT, DECRYPT);
    assertThat(mayCreate(parent, grant(BOB, DECRYPT))).isTrue();
    assertThat(mayCreate(parent, grant(BOB, DECRYPT, CREATE_GRANT))).isTrue();
    assertThat(mayCreate(parent, grant(BOB, CREATE_GRANT))).isTrue();
    assertThat(mayCreate(parent, grant(BOB, DECRYPT, ENCRYPT))).isFalse();
    assertThat(mayCreate(parent, grant(BOB, ENCRYPT))).isFalse();
    assertThat(mayCreate(grant(ALICE, DECRYPT), grant(BOB, DECRYPT))).isFalse();
    assertThat(mayCreate(grant(BOB, CREATE_GRANT, DECRYPT), grant(BOB, DECRYPT))).isFalse();
  }

  /** One parent must permit the whole child. */
  @Test
  void operations_ofTwoParents_areNotAdded() {
    GivenGrants parents =
        given(grant(ALICE, CREATE_GRANT, DECRYPT), grant(ALICE, CREATE_GRANT, ENCRYPT));
    assertThat(mayCreate(NOTHING, parents, grant(BOB, DECRYPT), Facts.none())).isTrue();
    assertThat(mayCreate(NOTHING, parents, grant(BOB, ENCRYPT), Facts.none())).isTrue();
    assertThat(mayCreate(NOTHING, parents, grant(BOB, DECRYPT, ENCRYPT), Facts.none())).isFalse();
  }

  /** A policy that allows CreateGrant does not limit what is granted. */
  @Test
  void child_allowedByPolicy_isNotLimited() {
    Policy allowing = keyPolicy(allow(ALICE, "kms:CreateGrant"));
    Grant child = constrained(grant(BOB, ENCRYPT), equal("a", "1"));
    assertThat(mayCreate(allowing, given(), child, Facts.none())).isTrue();
    GivenGrants stricter =
        given(constrained(grant(ALICE, CREATE_GRANT, DECRYPT), subset("b", "2")));
    assertThat(mayCreate(allowing, stricter, child, Facts.none())).isTrue();
  }
}
