package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;

/** Random key policies, callers and requests: the answer of a call is that of its explanation. */
class AuthorizationProperties {

  private static final List<String> CALLERS =
      List.of(
          Subjects.ROOT_A,
          Subjects.ALICE,
          Subjects.BOB,
          Subjects.DEV,
          Subjects.CAROL,
          Subjects.ROOT_B,
          Subjects.LOGS);
  private static final List<String> PRINCIPALS =
      List.of(Subjects.ROOT_A, Subjects.ALICE, Subjects.ROLE, Subjects.CAROL, Subjects.ROOT_B, "*");
  private static final List<String> ACTIONS =
      List.of("kms:*", "kms:Encrypt", "kms:De*", "kms:Get*", "kms:Generate*");
  private static final List<String> CONDITIONS =
      List.of(
          "",
          "",
          "'StringEquals':{'kms:EncryptionContext:a':'1'}",
          "'Null':{'kms:EncryptionContextKeys':'true'}",
          "'ForAllValues:StringLike':{'kms:EncryptionContextKeys':['a','${aws:username}']}",
          "'StringNotEquals':{'aws:PrincipalAccount':'111122223333'}");
  private static final List<Map<String, String>> CONTEXTS =
      List.of(Map.of(), Map.of("a", "1"), Map.of("A", "2", "alice", "3"));

  private static final Identities IDENTITIES =
      Identities.of(
          Map.of(
              Subjects.ALICE, Subjects.identity(Subjects.may("kms:*", "*")),
              Subjects.ROLE, Identity.none(),
              Subjects.BOB,
                  Subjects.identity(
                      Subjects.may("kms:Encrypt", "*"), Subjects.mayNot("kms:Get*", "*", "")),
              Subjects.CAROL, Subjects.identity(Subjects.may("kms:*", "*"))));

  private static final World STRICT = new World(Subjects.DEFAULT, IDENTITIES);
  private static final World LAX = new World(Subjects.DEFAULT);

  @AfterContainer
  static void close() {
    STRICT.close();
    LAX.close();
  }

  @Property
  void call_answerIsThatOfItsExplanation(@ForAll long seed) {
    assertExplained(seed);
  }

  /** Each try asks some 40 questions. */
  @Tag("thorough")
  @Property(tries = 1_000)
  void call_manyPolicies_answerIsThatOfItsExplanation(@ForAll long seed) {
    assertExplained(seed);
  }

  private static void assertExplained(long seed) {
    Random random = new Random(seed);
    World world = random.nextBoolean() ? STRICT : LAX;
    Policy policy = policy(random);
    String keyId =
        world
            .kms
            .createKey(b -> b.policy(policy.text()).bypassPolicyLockoutSafetyCheck(true))
            .keyMetadata()
            .keyId();
    String keyArn = World.ROOT.arn("key/" + keyId);
    for (String caller : CALLERS) {
      for (KmsRequest<?> request : requests(keyArn, pick(random, CONTEXTS))) {
        assertExplained(world, caller, request, policy);
      }
    }
  }

  private static void assertExplained(
      World world, String caller, KmsRequest<?> request, Policy policy) {
    List<Explanation> explained = world.kms.explain(World.caller(caller), request);
    String answer = null;
    try {
      world.as(caller).call(request);
    } catch (AccessDeniedException e) {
      answer = e.getMessage();
    }
    assertThat(explained)
        .as("%s by %s under %s", request, caller, policy)
        .singleElement()
        .extracting(Explanation::answer)
        .isEqualTo(answer);
  }

  private static List<KmsRequest<?>> requests(String keyArn, Map<String, String> context) {
    return List.of(
        EncryptBuilder.builder()
            .keyId(keyArn)
            .encryptionContext(context)
            .plaintext(SecretBytes.fromUtf8String("x"))
            .build(),
        GenerateDataKeyBuilder.builder()
            .keyId(keyArn)
            .encryptionContext(context)
            .keySpec(DataKeySpec.AES_256)
            .build(),
        new DescribeKey(keyArn, null),
        new GetKeyPolicy(keyArn, null));
  }

  private static Policy policy(Random random) {
    List<String> statements = new ArrayList<>();
    int size = 1 + random.nextInt(4);
    for (int i = 0; i < size; i++) {
      String principal = pick(random, PRINCIPALS);
      String action = pick(random, ACTIONS);
      String condition = pick(random, CONDITIONS);
      statements.add(
          random.nextInt(4) == 0
              ? Subjects.deny(principal, action, condition)
              : Subjects.allow(principal, action, condition));
    }
    return Subjects.keyPolicy(statements.toArray(String[]::new));
  }

  private static <T> T pick(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
