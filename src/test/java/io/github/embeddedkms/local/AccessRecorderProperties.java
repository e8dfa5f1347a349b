package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.RecordedWorld.K;
import static io.github.embeddedkms.local.RecordedWorld.L;
import static io.github.embeddedkms.local.RecordedWorld.arn;
import static io.github.embeddedkms.local.RecordedWorld.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.local.RecordedWorld.Step;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GenerateRandomBuilder;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListAliasesBuilder;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.RetireGrantBuilder;
import io.github.embeddedkms.operation.TagResource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random runs of random principals are possible under the derived policies, and under no less. */
class AccessRecorderProperties {

  private static final List<String> PRINCIPALS =
      List.of(
          Subjects.ROOT_A,
          Subjects.ALICE,
          Subjects.BOB,
          Subjects.DEV,
          Subjects.DEV.replace("/s1", "/s2"),
          Subjects.CAROL,
          Subjects.ROOT_B,
          Subjects.LOGS);
  private static final List<Map<String, String>> CONTEXTS =
      List.of(
          Map.of(),
          Map.of("a", "1"),
          Map.of("a", "2"),
          Map.of("A", "1"),
          Map.of("a", "1", "b", "${aws:username}"),
          Map.of("a", "1", "b", "x*"),
          Map.of("a", "1", "A", "2"));
  private static final List<String> GRANTEES =
      List.of(
          Subjects.ALICE,
          Subjects.BOB,
          Subjects.ROLE,
          Subjects.CAROL,
          Subjects.ROOT_B,
          Subjects.A,
          Subjects.B);

  /** Policies of new keys; which of them lets its caller put the next one differs. */
  private static final List<String> POLICIES =
      Stream.of(
              Subjects.allow(Subjects.ROOT_A, "kms:*"),
              Subjects.allow(Subjects.ALICE, "kms:*"),
              Subjects.allow(Subjects.ROLE, "kms:PutKeyPolicy"),
              Subjects.allow(
                  Subjects.BOB, "kms:*", "'StringEquals':{'kms:KeySpec':'SYMMETRIC_DEFAULT'}"),
              Subjects.allow(Subjects.ROOT_A, "kms:*", "'StringEquals':{'aws:ResourceTag/a':'1'}"))
          .map(statement -> Subjects.keyPolicy(statement).text())
          .toList();

  private static final List<String> ALIASES = List.of(RecordedWorld.ORDERS, RecordedWorld.INVOICES);

  @Property(tries = 15)
  void randomRun_isPossibleUnderTheDerivedPolicies_andUnderNoLess(@ForAll long seed) {
    check(seed);
  }

  @net.jqwik.api.Tag("thorough")
  @Property(tries = 300)
  void manyRandomRuns_arePossibleUnderTheDerivedPolicies_andUnderNoLess(@ForAll long seed) {
    check(seed);
  }

  private static void check(long seed) {
    List<Step> steps = steps(new Random(seed));
    List<String> outcomes;
    Map<String, String> keyPolicies;
    Map<String, String> identityPolicies;
    try (LocalKeyProvider kms = RecordedWorld.wide(Identities.administrators())) {
      AccessRecorder recorder = AccessRecorder.around(kms);
      outcomes = RecordedWorld.run(recorder, steps);
      keyPolicies = recorder.keyPolicies();
      identityPolicies = recorder.identityPolicies();
    }
    try (LocalKeyProvider kms = RecordedWorld.under(keyPolicies, identityPolicies)) {
      assertThat(RecordedWorld.run(kms, steps)).isEqualTo(outcomes);
    }
    for (PolicyCuts.Cut cut : PolicyCuts.of(keyPolicies, identityPolicies)) {
      try (LocalKeyProvider kms = cut.provider()) {
        assertThat(RecordedWorld.run(kms, steps)).as(cut.removed()).isNotEqualTo(outcomes);
      }
    }
    Set<String> principals = new HashSet<>();
    steps.forEach(step -> principals.add(step.caller().principal()));
    for (String user : List.of(Subjects.ALICE, Subjects.BOB, Subjects.CAROL)) {
      assertThat(identityPolicies.containsKey(user) && !principals.contains(user)).isFalse();
    }
  }

  private static List<Step> steps(Random random) {
    List<Step> steps = new ArrayList<>();
    int size = 5 + random.nextInt(25);
    for (int i = 0; i < size; i++) {
      Caller caller = caller(pick(random, PRINCIPALS));
      steps.add(
          random.nextInt(5) == 0
              ? grantStep(random, caller)
              : Step.of(caller, request(random, caller, i)));
    }
    return steps;
  }

  /** Creates or retires a grant, after which a permission may no longer need a policy. */
  private static Step grantStep(Random random, Caller caller) {
    String kept = "grant" + random.nextInt(3);
    if (random.nextInt(3) == 0) {
      return new Step(
          caller,
          tokens ->
              RetireGrantBuilder.builder()
                  .grantToken(
                      new String(
                          tokens.getOrDefault(kept, Bytes.fromUtf8String("none")).asByteArray(),
                          StandardCharsets.UTF_8))
                  .build(),
          "");
    }
    CreateGrant request =
        CreateGrantBuilder.builder()
            .keyId(arn(random.nextBoolean() ? K : L))
            .granteePrincipal(pick(random, GRANTEES))
            .retiringPrincipal(random.nextBoolean() ? pick(random, GRANTEES) : null)
            .operations(
                random.nextBoolean()
                    ? List.of(GrantOperation.ENCRYPT, GrantOperation.RETIRE_GRANT)
                    : List.of(
                        GrantOperation.DECRYPT,
                        GrantOperation.DESCRIBE_KEY,
                        GrantOperation.CREATE_GRANT))
            .constraints(
                random.nextInt(3) == 0 ? new GrantConstraints(Map.of("a", "1"), null, null) : null)
            .build();
    return new Step(caller, tokens -> request, kept);
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static KmsRequest<?> request(Random random, Caller caller, int number) {
    boolean own = caller.account().equals(Subjects.A) && !caller.isService();
    String key = arn(random.nextBoolean() ? K : L);
    String alias = own ? pick(random, ALIASES) : RecordedWorld.ROOT.arn(pick(random, ALIASES));
    String named = random.nextBoolean() ? alias : key;
    Map<String, String> context = pick(random, CONTEXTS);
    return switch (random.nextInt(own ? 13 : 7)) {
      case 0, 1 ->
          EncryptBuilder.builder()
              .keyId(named)
              .encryptionContext(context)
              .plaintext(SecretBytes.fromUtf8String("x"))
              .dryRun(random.nextBoolean())
              .build();
      case 2, 3 ->
          GenerateDataKeyBuilder.builder()
              .keyId(named)
              .encryptionContext(context)
              .keySpec(DataKeySpec.AES_256)
              .build();
      case 4 ->
          DecryptBuilder.builder()
              .ciphertextBlob(RecordedWorld.blob(pick(random, CONTEXTS)))
              .encryptionContext(context)
              .keyId(random.nextBoolean() ? named : null)
              .build();
      case 5 -> new DescribeKey(named, null);
      case 6 ->
          ReEncryptBuilder.builder()
              .ciphertextBlob(RecordedWorld.blob(context))
              .sourceEncryptionContext(context)
              .destinationKeyId(named)
              .destinationEncryptionContext(pick(random, CONTEXTS))
              .build();
      case 7 -> new GetKeyPolicy(key, null);
      case 8 -> new CreateAlias("alias/new" + number % 3, key);
      case 9 -> new DeleteAlias("alias/new" + number % 3);
      case 10 -> new TagResource(key, List.of(new Tag("a", "1")));
      case 11 ->
          CreateKeyBuilder.builder()
              .tags(random.nextBoolean() ? List.of() : List.of(new Tag("a", "1")))
              .policy(random.nextInt(3) == 0 ? null : pick(random, POLICIES))
              .build();
      default ->
          random.nextBoolean()
              ? GenerateRandomBuilder.builder().numberOfBytes(1).build()
              : ListAliasesBuilder.builder().build();
    };
  }
}
