package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.local.RecordedWorld.INVOICES;
import static io.github.embeddedkms.local.RecordedWorld.K;
import static io.github.embeddedkms.local.RecordedWorld.L;
import static io.github.embeddedkms.local.RecordedWorld.MAC;
import static io.github.embeddedkms.local.RecordedWorld.MULTI;
import static io.github.embeddedkms.local.RecordedWorld.ORDERS;
import static io.github.embeddedkms.local.RecordedWorld.SIGNING;
import static io.github.embeddedkms.local.RecordedWorld.arn;
import static io.github.embeddedkms.local.RecordedWorld.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.local.RecordedWorld.Step;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GenerateMac;
import io.github.embeddedkms.operation.GenerateMacBuilder;
import io.github.embeddedkms.operation.GenerateRandomBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListKeysBuilder;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.ReplicateKeyBuilder;
import io.github.embeddedkms.operation.SignBuilder;
import io.github.embeddedkms.operation.TagResource;
import io.github.embeddedkms.operation.UpdateAlias;
import io.github.embeddedkms.operation.VerifyBuilder;
import io.github.embeddedkms.operation.VerifyMacBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A recorded run of many principals is possible under the derived policies, and under no less. */
class RecordedRunTest {

  private static final Map<String, String> NONE = Map.of();
  private static final Map<String, String> ACME = Map.of("tenant", "acme");
  private static final Map<String, String> OTHER = Map.of("tenant", "other");
  private static final Map<String, String> TABLE = Map.of("tenant", "acme", "table", "t1");
  private static final Map<String, String> EXTRA = Map.of("tenant", "acme", "extra", "1");
  private static final String DEV_AGAIN = DEV.replace("/s1", "/s2");

  private static final List<Step> STEPS = new ArrayList<>();
  private static final List<String> OUTCOMES = new ArrayList<>();
  private static Map<String, String> keyPolicies;
  private static Map<String, String> identityPolicies;

  @BeforeAll
  static void record() {
    addSteps();
    try (LocalKeyProvider kms = RecordedWorld.wide(Identities.administrators())) {
      AccessRecorder recorder = AccessRecorder.around(kms);
      OUTCOMES.addAll(RecordedWorld.run(recorder, STEPS));
      keyPolicies = recorder.keyPolicies();
      identityPolicies = recorder.identityPolicies();
    }
  }

  private static void step(String principal, KmsRequest<?> request) {
    STEPS.add(Step.of(caller(principal), request));
  }

  private static Encrypt encrypt(String key, Map<String, String> context) {
    return EncryptBuilder.builder()
        .keyId(key)
        .encryptionContext(context)
        .plaintext(SecretBytes.fromUtf8String("x"))
        .build();
  }

  private static KmsRequest<?> decrypt(Bytes blob, Map<String, String> context) {
    return DecryptBuilder.builder().ciphertextBlob(blob).encryptionContext(context).build();
  }

  private static KmsRequest<?> generate(String key, Map<String, String> context) {
    return GenerateDataKeyBuilder.builder()
        .keyId(key)
        .keySpec(DataKeySpec.AES_256)
        .encryptionContext(context)
        .build();
  }

  private static GenerateMac mac(String key) {
    return GenerateMacBuilder.builder()
        .keyId(key)
        .message(SecretBytes.fromUtf8String("x"))
        .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256)
        .build();
  }

  private static void addSteps() {
    Bytes ofAcme = RecordedWorld.blob(ACME);
    Bytes plain = RecordedWorld.blob(NONE);
    // The root user, also with an action that users have.
    step(ROOT_A, encrypt(K, NONE));
    step(ROOT_A, generate(ORDERS, ACME));
    step(ROOT_A, generate(INVOICES, ACME));
    step(ROOT_A, new DescribeKey(K, null));
    step(ROOT_A, CreateKeyBuilder.builder().build());
    // Users of the account: contexts, aliases, dry runs, errors.
    step(ALICE, encrypt(ORDERS, ACME));
    step(ALICE, encrypt(INVOICES, OTHER));
    step(ALICE, encrypt(ORDERS, TABLE));
    step(ALICE, decrypt(ofAcme, ACME));
    step(ALICE, decrypt(ofAcme, OTHER));
    step(ALICE, encrypt(K, NONE));
    step(ALICE, EncryptBuilder.builder(encrypt(ORDERS, EXTRA)).dryRun(true).build());
    step(ALICE, new DescribeKey(ORDERS, null));
    step(ALICE, ListKeysBuilder.builder().build());
    step(BOB, generate(L, ACME));
    step(BOB, generate(L, OTHER));
    step(BOB, GenerateRandomBuilder.builder().numberOfBytes(8).build());
    step(BOB, new TagResource(L, List.of(new Tag("env", "dev"))));
    step(
        BOB,
        ReEncryptBuilder.builder()
            .ciphertextBlob(plain)
            .destinationKeyId(L)
            .destinationEncryptionContext(ACME)
            .build());
    step(BOB, new CreateAlias("alias/new", K));
    step(BOB, new UpdateAlias("alias/new", L));
    step(BOB, new DeleteAlias("alias/new"));
    step(BOB, new DisableKey(L));
    step(BOB, encrypt(L, NONE));
    step(BOB, new EnableKey(L));
    // Two sessions of a role.
    step(DEV, mac("alias/mac"));
    step(DEV_AGAIN, mac(MAC));
    STEPS.add(new Step(caller(DEV), kept -> mac("alias/mac"), "mac"));
    STEPS.add(new Step(caller(DEV), RecordedRunTest::verifyMac, ""));
    STEPS.add(new Step(caller(DEV), kept -> sign(), "signature"));
    STEPS.add(new Step(caller(DEV_AGAIN), RecordedRunTest::verify, ""));
    step(DEV, new TagResource(MAC, List.of(new Tag("env", "dev"))));
    step(DEV, CreateKeyBuilder.builder().tags(List.of(new Tag("env", "dev"))).build());
    step(DEV, ReplicateKeyBuilder.builder().keyId(MULTI).replicaRegion("eu-west-1").build());
    // Another account, and a service.
    step(CAROL, encrypt(arn(K), ACME));
    step(CAROL, decrypt(ofAcme, ACME));
    step(CAROL, new DescribeKey(caller(ROOT_A).arn(ORDERS), null));
    step(ROOT_B, encrypt(arn(L), OTHER));
    step(LOGS, generate(arn(K), ACME));
    step(LOGS, decrypt(plain, NONE));
    // Refused, and therefore not recorded.
    step(CAROL, new DisableKey(arn(K)));
    step(ROOT_B, new DescribeKey(arn(RecordedWorld.K.replace('1', '9')), null));
  }

  private static KmsRequest<?> verifyMac(Map<String, Bytes> kept) {
    return VerifyMacBuilder.builder()
        .keyId("alias/mac")
        .message(SecretBytes.fromUtf8String("x"))
        .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256)
        .mac(kept.getOrDefault("mac", Bytes.fromUtf8String("none")))
        .build();
  }

  private static KmsRequest<?> sign() {
    return SignBuilder.builder()
        .keyId(SIGNING)
        .message(SecretBytes.fromUtf8String("x"))
        .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
        .build();
  }

  private static KmsRequest<?> verify(Map<String, Bytes> kept) {
    return VerifyBuilder.builder()
        .keyId(SIGNING)
        .message(SecretBytes.fromUtf8String("x"))
        .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
        .signature(kept.getOrDefault("signature", Bytes.fromUtf8String("none")))
        .build();
  }

  @Test
  void run_underTheDerivedPolicies_endsInTheSameWay() {
    assertThat(OUTCOMES).filteredOn(outcome -> outcome.endsWith(" denied")).hasSize(2);
    try (LocalKeyProvider kms = RecordedWorld.under(keyPolicies, identityPolicies)) {
      assertThat(RecordedWorld.run(kms, STEPS)).isEqualTo(OUTCOMES);
    }
    assertThat(keyPolicies).containsOnlyKeys(arn(K), arn(L), arn(MAC), arn(SIGNING), arn(MULTI));
    assertThat(identityPolicies).containsOnlyKeys(ALICE, BOB, ROLE, CAROL);
  }

  @Test
  void principalThatDidNothing_mayNothing() {
    String eve = ALICE.replace("alice", "eve");
    List<Step> attempts = new ArrayList<>();
    for (int i = 0; i < STEPS.size(); i++) {
      if (!OUTCOMES.get(i).endsWith(" denied")) {
        attempts.add(new Step(caller(eve), STEPS.get(i).request(), ""));
      }
    }
    try (LocalKeyProvider kms = RecordedWorld.under(keyPolicies, identityPolicies)) {
      assertThat(RecordedWorld.run(kms, attempts)).allMatch(outcome -> outcome.endsWith(" denied"));
    }
    assertThat(keyPolicies.values()).noneMatch(policy -> policy.contains("eve"));
  }

  @Test
  void policies_areValid_andAsTheServicePrintsThem() {
    keyPolicies
        .values()
        .forEach(
            text -> {
              Policy policy = Policy.keyPolicy(text);
              policy.requireValid("aws", Identities.administrators());
              assertThat(policy.printed()).isEqualTo(text);
            });
    identityPolicies.values().forEach(text -> Policy.identityPolicy(text).requireValidSyntax());
  }

  @Test
  void run_withoutAnyOnePart_isNoLongerPossible() {
    List<PolicyCuts.Cut> cuts = PolicyCuts.of(keyPolicies, identityPolicies);
    assertThat(cuts).hasSizeGreaterThan(80);
    for (PolicyCuts.Cut cut : cuts) {
      try (LocalKeyProvider kms = cut.provider()) {
        assertThat(RecordedWorld.run(kms, STEPS)).as(cut.removed()).isNotEqualTo(OUTCOMES);
      }
    }
  }

  /** Without a condition, everything that was recorded stays possible, and more is. */
  @Test
  void policies_withoutACondition_allowWhatWasNotRecorded() {
    List<PolicyCuts.Cut> cuts = PolicyCuts.withoutConditions(keyPolicies, identityPolicies);
    assertThat(cuts).hasSizeGreaterThan(30);
    List<Step> refused = new ArrayList<>();
    try (LocalKeyProvider kms = RecordedWorld.under(keyPolicies, identityPolicies)) {
      for (Step probe : probes()) {
        if (!isAllowed(kms, probe)) {
          refused.add(probe);
        }
      }
    }
    for (PolicyCuts.Cut cut : cuts) {
      try (LocalKeyProvider kms = cut.provider()) {
        assertThat(refused).as(cut.removed()).anyMatch(probe -> isAllowed(kms, probe));
        assertThat(RecordedWorld.run(kms, STEPS)).as(cut.removed()).isEqualTo(OUTCOMES);
      }
    }
  }

  private static boolean isAllowed(LocalKeyProvider kms, Step probe) {
    try {
      return kms.explain(probe.caller(), probe.request().apply(Map.of())).stream()
          .allMatch(Explanation::allowed);
    } catch (KmsException e) {
      return false;
    }
  }

  /** Calls like the recorded ones, with other contexts, or naming the key in another way. */
  private static List<Step> probes() {
    List<Step> probes = new ArrayList<>();
    for (String principal : List.of(ROOT_A, ALICE, BOB, DEV, CAROL, ROOT_B, LOGS)) {
      Caller caller = caller(principal);
      probes.add(Step.of(caller, mac(arn(MAC))));
      probes.add(Step.of(caller, verifyMacByArn()));
      probes.add(Step.of(caller, new DescribeKey(arn(K), null)));
      for (Map<String, String> context :
          List.of(
              NONE,
              ACME,
              OTHER,
              TABLE,
              EXTRA,
              Map.of("tenant", "x"),
              Map.of("y", "z"),
              Map.of("tenant", "x", "table", "t1"),
              Map.of("tenant", "acme", "table", "x"),
              Map.of("tenant", "x", "extra", "1"),
              Map.of("tenant", "acme", "extra", "x"),
              Map.of("tenant", "acme", "y", "z"),
              Map.of("tenant", "other", "y", "z"),
              Map.of("tenant", "acme", "table", "t1", "y", "z"),
              Map.of("tenant", "acme", "extra", "1", "y", "z"))) {
        for (String key : List.of(arn(K), arn(L), ORDERS, INVOICES)) {
          probes.add(Step.of(caller, encrypt(key, context)));
          probes.add(Step.of(caller, generate(key, context)));
        }
        probes.add(Step.of(caller, decrypt(RecordedWorld.blob(NONE), context)));
        for (Map<String, String> destination :
            List.of(NONE, ACME, OTHER, Map.of("tenant", "acme", "y", "z"))) {
          probes.add(
              Step.of(
                  caller,
                  ReEncryptBuilder.builder()
                      .ciphertextBlob(RecordedWorld.blob(NONE))
                      .sourceEncryptionContext(context)
                      .destinationKeyId(arn(L))
                      .destinationEncryptionContext(destination)
                      .build()));
        }
      }
    }
    return probes;
  }

  private static KmsRequest<?> verifyMacByArn() {
    return VerifyMacBuilder.builder()
        .keyId(arn(MAC))
        .message(SecretBytes.fromUtf8String("x"))
        .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256)
        .mac(Bytes.fromUtf8String("none"))
        .build();
  }
}
