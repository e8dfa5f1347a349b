package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.local.RecordedWorld.K;
import static io.github.embeddedkms.local.RecordedWorld.arn;
import static io.github.embeddedkms.local.RecordedWorld.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.local.RecordedWorld.Step;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.ListGrantsBuilder;
import io.github.embeddedkms.operation.ListRetirableGrantsBuilder;
import io.github.embeddedkms.operation.RetireGrantBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a grant allows is in no derived policy. */
class RecordedGrantsTest {

  private static final List<Step> STEPS = new ArrayList<>();
  private static List<String> outcomes;
  private static Map<String, String> keyPolicies;
  private static Map<String, String> identityPolicies;

  @BeforeAll
  static void record() {
    create(
        ALICE,
        BOB,
        "first",
        GrantOperation.DECRYPT,
        GrantOperation.CREATE_GRANT,
        GrantOperation.RETIRE_GRANT);
    decrypt(BOB);
    // A child of the first grant, by nothing else than that grant.
    create(BOB, ROLE, "child", GrantOperation.DECRYPT);
    decrypt(DEV);
    create(ALICE, B, "account", GrantOperation.ENCRYPT);
    STEPS.add(
        Step.of(
            caller(CAROL),
            EncryptBuilder.builder()
                .keyId(arn(K))
                .plaintext(SecretBytes.fromUtf8String("x"))
                .build()));
    STEPS.add(Step.of(caller(ALICE), ListGrantsBuilder.builder().keyId(K).build()));
    STEPS.add(
        Step.of(
            caller(ALICE), ListRetirableGrantsBuilder.builder().retiringPrincipal(ALICE).build()));
    retire(BOB, "first");
    retire(ALICE, "account");
    try (LocalKeyProvider kms = RecordedWorld.wide(Identities.administrators())) {
      AccessRecorder recorder = AccessRecorder.around(kms);
      outcomes = RecordedWorld.run(recorder, STEPS);
      keyPolicies = recorder.keyPolicies();
      identityPolicies = recorder.identityPolicies();
    }
  }

  private static void create(
      String principal, String grantee, String kept, GrantOperation... operations) {
    CreateGrant request =
        CreateGrantBuilder.builder()
            .keyId(K)
            .granteePrincipal(grantee)
            .operations(List.of(operations))
            .build();
    STEPS.add(new Step(caller(principal), tokens -> request, kept));
  }

  private static void decrypt(String principal) {
    STEPS.add(
        Step.of(
            caller(principal),
            DecryptBuilder.builder().ciphertextBlob(RecordedWorld.blob(Map.of())).build()));
  }

  private static void retire(String principal, String kept) {
    STEPS.add(
        new Step(
            caller(principal),
            tokens ->
                RetireGrantBuilder.builder()
                    .grantToken(
                        new String(
                            tokens.getOrDefault(kept, Bytes.fromUtf8String("none")).asByteArray(),
                            StandardCharsets.UTF_8))
                    .build(),
            ""));
  }

  @Test
  void run_underTheDerivedPolicies_endsInTheSameWay() {
    assertThat(outcomes).allMatch(outcome -> outcome.endsWith(" done"));
    try (LocalKeyProvider kms = RecordedWorld.under(keyPolicies, identityPolicies)) {
      assertThat(RecordedWorld.run(kms, STEPS)).isEqualTo(outcomes);
    }
  }

  @Test
  void run_withoutAnyOnePart_isNoLongerPossible() {
    List<PolicyCuts.Cut> cuts = PolicyCuts.of(keyPolicies, identityPolicies);
    assertThat(cuts).hasSizeGreaterThan(7);
    for (PolicyCuts.Cut cut : cuts) {
      try (LocalKeyProvider kms = cut.provider()) {
        assertThat(RecordedWorld.run(kms, STEPS)).as(cut.removed()).isNotEqualTo(outcomes);
      }
    }
  }

  @Test
  void policies_haveNothingThatGrantsAllow() {
    // Neither the grantee nor its own grantee; of the other account, only the account was granted.
    assertThat(identityPolicies).containsOnlyKeys(ALICE, CAROL);
    assertThat(PolicyCuts.statements(identityPolicies.get(ALICE)))
        .extracting(statement -> statement.get("Action") + " on " + statement.get("Resource"))
        .containsExactly(
            "kms:ListRetirableGrants on " + ALICE,
            "[kms:CreateGrant, kms:ListGrants, kms:RetireGrant] on " + arn(K));
    assertThat(PolicyCuts.statements(identityPolicies.get(CAROL)))
        .extracting(statement -> statement.get("Action"))
        .containsExactly("kms:Encrypt");
    assertThat(keyPolicies).containsOnlyKeys(arn(K));
    // A key policy cannot let a principal retire a grant.
    assertThat(PolicyCuts.statements(keyPolicies.get(arn(K))))
        .extracting(statement -> statement.get("Action"))
        .containsExactly(List.of("kms:CreateGrant", "kms:ListGrants"));
  }
}
