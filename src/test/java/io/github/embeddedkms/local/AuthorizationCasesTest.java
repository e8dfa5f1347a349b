package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.RefusalTexts.T1;
import static io.github.embeddedkms.authorization.RefusalTexts.T2;
import static io.github.embeddedkms.authorization.RefusalTexts.T3;
import static io.github.embeddedkms.authorization.RefusalTexts.T4;
import static io.github.embeddedkms.authorization.RefusalTexts.T5;
import static io.github.embeddedkms.authorization.RefusalTexts.T6;
import static io.github.embeddedkms.authorization.RefusalTexts.T7;
import static io.github.embeddedkms.authorization.RefusalTexts.T8;
import static io.github.embeddedkms.authorization.Subjects.A;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.deny;
import static io.github.embeddedkms.authorization.Subjects.identityPolicy;
import static io.github.embeddedkms.authorization.Subjects.json;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.authorization.Subjects.mayNot;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GenerateRandomBuilder;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.ListKeysBuilder;
import io.github.embeddedkms.operation.PutKeyPolicy;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.operation.TagResource;
import io.github.embeddedkms.operation.UpdateAlias;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * What callers are answered under key policies and identity policies, through the whole library.
 * {@code World} compares each answer with its explanation and with what the listener hears. The
 * names of the tests have the numbers of the normative cases.
 */
class AuthorizationCasesTest {

  private static final String T9 =
      " [TagResource] because no identity-based policy allows the {X} action";
  private static final String LOCKED_OUT =
      "The new key policy will not allow you to update the key policy in the future.";
  private static final String OK = null;

  private static final String ALL = allow(ROOT_A, "kms:*");
  private static final String PUT = allow(ROOT_A, "kms:PutKeyPolicy");
  private static final Map<String, List<String>> NO_IDENTITIES = Map.of();
  private static final Map<String, List<String>> CAROL_ALL =
      Map.of(CAROL, List.of(may("kms:*", "*")));
  private static final String ARN_OF_ALIAS = World.ROOT.arn(World.ALIAS);

  private static World.Request encrypt() {
    return encrypt(Map.of());
  }

  private static World.Request encrypt(Map<String, String> context) {
    return world -> encrypt(world.keyArn, context).in(world);
  }

  private static World.Request encrypt(String key, Map<String, String> context) {
    return world ->
        EncryptBuilder.builder()
            .keyId(key)
            .encryptionContext(context)
            .plaintext(SecretBytes.fromUtf8String("x"))
            .build();
  }

  private static World.Request decrypt() {
    return decrypt(Map.of());
  }

  private static World.Request decrypt(Map<String, String> context) {
    return world ->
        DecryptBuilder.builder()
            .ciphertextBlob(world.blob(context))
            .encryptionContext(context)
            .build();
  }

  private static World.Request schedule(int days) {
    return world -> new ScheduleKeyDeletion(world.keyId, days);
  }

  private static World.Request put(Policy policy, Boolean bypass) {
    return world -> new PutKeyPolicy(world.keyId, null, policy.text(), bypass);
  }

  private static UnaryOperator<io.github.embeddedkms.Caller> with(String key, String value) {
    return caller -> caller.with(key, value);
  }

  @Test
  void cases1To6_identityPolicies() {
    try (World world = new World(DEFAULT)) {
      world.expect(ROOT_A, encrypt(), OK).expect(ALICE, encrypt(), OK);
    }
    try (World world = new World(DEFAULT, NO_IDENTITIES)) {
      world.expect(ROOT_A, encrypt(), OK).expect(ALICE, decrypt(), T2);
    }
    for (String statement : List.of(may("kms:Decrypt", "{K}"), may("KMS:decr*", "*"))) {
      try (World world = new World(DEFAULT, Map.of(ALICE, List.of(statement)))) {
        world.expect(ALICE, decrypt(), OK).expect(ALICE, encrypt(), T2);
      }
    }
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of(may("kms:*", ARN_OF_ALIAS))))) {
      world.expect(ALICE, encrypt(World.ALIAS, Map.of()), T2);
    }
    String allKeys = "arn:aws:kms:*:" + A + ":key/*";
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of(may("kms:*", allKeys))))) {
      world.expect(ALICE, encrypt(), OK).expect(ALICE, w -> CreateKeyBuilder.builder().build(), T8);
    }
    try (World world =
        new World(
            DEFAULT, Map.of(ALICE, List.of(may("kms:*", "*"), mayNot("kms:Decrypt", "{K}", ""))))) {
      world.expect(ALICE, decrypt(), T4).expect(ALICE, encrypt(), OK);
    }
  }

  @Test
  void cases7To11_keyPoliciesAndDelegation() {
    Policy toAlice = keyPolicy(allow(ALICE, "kms:Decrypt"), PUT);
    try (World world = new World(toAlice)) {
      world.expect(ALICE, decrypt(), OK).expect(BOB, decrypt(), T1).expect(ROOT_A, decrypt(), T1);
    }
    try (World world = new World(toAlice, NO_IDENTITIES)) {
      world.expect(ALICE, decrypt(), OK);
    }
    Policy delegated = keyPolicy(allow(ROOT_A, "kms:Decrypt"), allow(ALICE, "kms:PutKeyPolicy"));
    try (World world = new World(delegated, Map.of(BOB, List.of(may("kms:*", "*"))))) {
      world.expect(BOB, encrypt(), T1).expect(BOB, decrypt(), OK);
    }
    try (World world = new World(keyPolicy(ALL, deny(ALICE, "kms:Decrypt", "")))) {
      world.expect(ALICE, decrypt(), T3).expect(BOB, decrypt(), OK);
    }
    try (World world = new World(keyPolicy(ALL, deny(ROOT_A, "kms:ScheduleKeyDeletion", "")))) {
      world.expect(ROOT_A, schedule(7), T3);
    }
  }

  @Test
  void cases12To19_principals() {
    try (World world = new World(keyPolicy(allow(ROLE, "kms:Decrypt"), PUT), NO_IDENTITIES)) {
      world.expect(DEV, decrypt(), OK);
    }
    String other = "arn:aws:sts::" + A + ":assumed-role/Dev/s2";
    try (World world = new World(keyPolicy(allow(other, "kms:Decrypt"), PUT))) {
      world.expect(DEV, decrypt(), T1).expect(other, decrypt(), OK);
    }
    String teamRole = "arn:aws:iam::" + A + ":role/team/Dev";
    Policy toTeam = keyPolicy(allow(teamRole, "kms:Decrypt"), PUT);
    try (World world = new World(toTeam, Map.of(teamRole, List.of()))) {
      world.expect(DEV, decrypt(), OK);
    }
    try (World world = new World(toTeam)) {
      world.expect(DEV, decrypt(), T1);
    }
    String ownAccount = "'StringEquals':{'kms:CallerAccount':'" + A + "'}";
    try (World world =
        new World(keyPolicy(allow("*", "kms:Encrypt", ownAccount), PUT), CAROL_ALL)) {
      world.expect(ALICE, encrypt(), OK).expect(CAROL, encrypt(), T5);
    }
    try (World world =
        new World(keyPolicy(allow(A, "kms:*")), Map.of(ALICE, List.of(may("kms:*", "*"))))) {
      world.expect(ALICE, encrypt(), OK);
    }
    Policy withoutEffect = keyPolicy(allow(ALICE, "kms:*").replace(",'Resource':'*'", ""), PUT);
    try (World world = new World(withoutEffect)) {
      world.expect(ALICE, encrypt(), T1);
    }
    Policy sparing =
        keyPolicy(
            ALL,
            "{'Effect':'Deny','NotPrincipal':{'AWS':['"
                + A
                + "','"
                + ALICE
                + "']},'Action':'kms:Decrypt','Resource':'*'}");
    try (World world = new World(sparing)) {
      world.expect(ALICE, decrypt(), OK).expect(BOB, decrypt(), T3);
    }
    String allBut = allow(ROOT_A, "kms:ScheduleKeyDeletion").replace("'Action'", "'NotAction'");
    try (World world = new World(keyPolicy(allBut))) {
      world.expect(ROOT_A, encrypt(), OK).expect(ROOT_A, schedule(7), T1);
    }
  }

  @Test
  void cases20To24_conditionsOnRequests() {
    String s3 = "s3.eu-central-1.amazonaws.com";
    String via = "'StringEquals':{'kms:ViaService':'" + s3 + "'}";
    try (World world = new World(keyPolicy(allow(ROOT_A, "kms:*", via)))) {
      World.Request generate =
          w -> GenerateDataKeyBuilder.builder().keyId(w.keyId).keySpec(DataKeySpec.AES_256).build();
      world.expect(ALICE, generate, T1).expect(ALICE, caller -> caller.via(s3), generate, OK);
    }
    String name = "'StringEquals':{'kms:EncryptionContext:AppName':'Shop'}";
    try (World world = new World(keyPolicy(allow(ALICE, "kms:Decrypt", name), PUT))) {
      world
          .expect(ALICE, decrypt(Map.of("appname", "Shop")), OK)
          .expect(ALICE, decrypt(Map.of("AppName", "shop")), T1)
          .expect(ALICE, decrypt(), T1);
    }
    String keys = "'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['a','b']}";
    try (World world = new World(keyPolicy(allow(ALICE, "kms:Encrypt", keys), PUT))) {
      world
          .expect(ALICE, encrypt(Map.of("a", "1")), OK)
          .expect(ALICE, encrypt(Map.of("a", "1", "c", "1")), T1)
          .expect(ALICE, encrypt(), OK);
    }
    String present = "'Null':{'kms:EncryptionContextKeys':'false'}";
    try (World world = new World(keyPolicy(allow(ALICE, "kms:Encrypt", present), PUT))) {
      world.expect(ALICE, encrypt(Map.of("x", "1")), OK).expect(ALICE, encrypt(), T1);
    }
    String alias = "'StringLike':{'kms:RequestAlias':'alias/ord*'}";
    try (World world = new World(keyPolicy(allow(ALICE, "kms:Encrypt", alias), PUT))) {
      world
          .expect(ALICE, encrypt(World.ALIAS, Map.of()), OK)
          .expect(ALICE, encrypt(ARN_OF_ALIAS, Map.of()), OK)
          .expect(ALICE, encrypt(world.keyId, Map.of()), T1);
    }
  }

  @Test
  void cases25To27_aliasesAndTags() {
    String aliases = "'ForAnyValue:StringLike':{'kms:ResourceAliases':'alias/ord*'}";
    try (World world =
        new World(DEFAULT, Map.of(ALICE, List.of(may("kms:Encrypt", "*", aliases))))) {
      world.expect(ALICE, encrypt(), OK);
      world.kms.deleteAlias(b -> b.aliasName(World.ALIAS));
      world.expect(ALICE, encrypt(), T2);
    }
    String env = "'StringEquals':{'aws:ResourceTag/env':'dev'}";
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of(may("kms:*", "*", env))))) {
      world.expect(ALICE, encrypt(), T2);
      tag(world, "env", "prod");
      world.expect(ALICE, encrypt(), T2);
      tag(world, "env", "dev");
      world.expect(ALICE, encrypt(), OK);
    }
    Policy team =
        identityPolicy(
            may(
                "kms:*",
                "*",
                "'StringEquals':{'aws:ResourceTag/team':'${aws:PrincipalTag/team}'}"));
    Identities tagged =
        Identities.of(
            Map.of(
                ALICE,
                new Identity(List.of(team), Map.of("team", "x"), null, null),
                BOB,
                Identity.of(team)));
    try (World world = new World(DEFAULT, tagged)) {
      tag(world, "team", "x");
      world.expect(ALICE, encrypt(), OK).expect(BOB, encrypt(), T2);
      tag(world, "team", "y");
      world.expect(ALICE, encrypt(), T2);
    }
  }

  private static void tag(World world, String key, String value) {
    world.kms.tagResource(b -> b.keyId(world.keyId).tags(List.of(new Tag(key, value))));
  }

  @Test
  void cases28And29_variables() {
    String denied =
        deny(
            "*",
            "kms:Decrypt",
            "'StringNotEquals':{'kms:EncryptionContext:user':'${aws:username}'}");
    try (World world = new World(keyPolicy(ALL, denied))) {
      world
          .expect(ALICE, decrypt(Map.of("user", "alice")), OK)
          .expect(ALICE, decrypt(Map.of("user", "bob")), T3)
          .expect(DEV, decrypt(Map.of("user", "s1")), T3);
    }
    Policy older = Policy.keyPolicy(json("{'Statement':[" + ALL + "," + denied + "]}"));
    try (World world = new World(older)) {
      world
          .expect(ALICE, decrypt(Map.of("user", "alice")), T3)
          .expect(ALICE, decrypt(Map.of("user", "${aws:username}")), OK);
    }
  }

  @Test
  void cases30To33_factsAndTime() {
    String mfa = "aws:MultiFactorAuthPresent";
    String without = "'BoolIfExists':{'" + mfa + "':'false'}";
    try (World world = new World(keyPolicy(ALL, deny("*", "kms:Encrypt", without)))) {
      world
          .expect(ALICE, encrypt(), T3)
          .expect(ALICE, with(mfa, "false"), encrypt(), T3)
          .expect(ALICE, with(mfa, "true"), encrypt(), OK);
    }
    String outside = "'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}";
    try (World world = new World(keyPolicy(ALL, deny("*", "kms:Encrypt", outside)))) {
      world
          .expect(ALICE, with("aws:SourceIp", "10.1.2.3"), encrypt(), OK)
          .expect(ALICE, with("aws:SourceIp", "192.0.2.1"), encrypt(), T3)
          .expect(ALICE, encrypt(), T3);
    }
    String before = "'DateLessThan':{'aws:CurrentTime':'2030-01-01T00:00:00Z'}";
    try (World world = new World(keyPolicy(allow(ALICE, "kms:Encrypt", before), PUT))) {
      world.expect(ALICE, encrypt(), OK);
      world.now = Instant.parse("2030-01-01T00:00:00Z");
      world.expect(ALICE, encrypt(), T1);
    }
    String days = "'NumericGreaterThanEquals':{'kms:ScheduleKeyDeletionPendingWindowInDays':14}";
    try (World world = new World(keyPolicy(allow(ALICE, "kms:ScheduleKeyDeletion", days), PUT))) {
      world.expect(ALICE, schedule(7), T1).expect(ALICE, schedule(14), OK);
    }
  }

  @Test
  void cases34To36_createKey() {
    String symmetric = "'StringEquals':{'kms:KeySpec':'SYMMETRIC_DEFAULT'}";
    World.Request plain = w -> CreateKeyBuilder.builder().build();
    try (World world =
        new World(DEFAULT, Map.of(ALICE, List.of(may("kms:CreateKey", "*", symmetric))))) {
      World.Request rsa =
          w ->
              CreateKeyBuilder.builder()
                  .keySpec(KeySpec.RSA_2048)
                  .keyUsage(KeyUsageType.SIGN_VERIFY)
                  .build();
      world.expect(ALICE, plain, OK).expect(ALICE, rsa, T8);
    }
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of(may("kms:CreateKey", "*"))))) {
      World.Request withPolicy = w -> CreateKeyBuilder.builder().policy(DEFAULT.text()).build();
      world.expect(ALICE, tagged("env", "dev"), T9).expectError(ALICE, withPolicy, LOCKED_OUT);
    }
    String dev = "'StringEquals':{'aws:RequestTag/env':'dev'}";
    try (World world =
        new World(
            DEFAULT,
            Map.of(
                ALICE,
                List.of(may("kms:CreateKey", "*", dev), may("kms:TagResource", "*", dev))))) {
      world.expect(ALICE, tagged("env", "dev"), OK).expect(ALICE, tagged("env", "prod"), T8);
    }
  }

  private static World.Request tagged(String key, String value) {
    return w -> CreateKeyBuilder.builder().tags(List.of(new Tag(key, value))).build();
  }

  @Test
  void cases37To39_lockout() {
    Policy onlyAlice = keyPolicy(allow(ALICE, "kms:*"));
    try (World world = new World(DEFAULT)) {
      world
          .expectError(BOB, put(onlyAlice, null), LOCKED_OUT)
          .expectError(BOB, put(onlyAlice, false), LOCKED_OUT)
          .expect(ALICE, put(onlyAlice, null), OK);
    }
    try (World world = new World(DEFAULT)) {
      world
          .expect(BOB, put(onlyAlice, true), OK)
          .expect(BOB, w -> new GetKeyPolicy(w.keyId, null), T1);
    }
    String bypass = "'Bool':{'kms:BypassPolicyLockoutSafetyCheck':true}";
    try (World world =
        new World(
            DEFAULT,
            Map.of(
                ALICE,
                List.of(may("kms:PutKeyPolicy", "*"), mayNot("kms:PutKeyPolicy", "*", bypass))))) {
      world.expect(ALICE, put(DEFAULT, true), T4).expect(ALICE, put(DEFAULT, null), OK);
    }
  }

  @Test
  void cases40And41_aliases() {
    String arn = World.ROOT.arn("alias/x");
    String onAlias = " on resource: " + arn;
    String noIdentity = " because no identity-based policy allows the {X} action";
    World.Request create = w -> new CreateAlias("alias/x", w.keyId);
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of(may("kms:CreateAlias", "{K}"))))) {
      world.expect(ALICE, create, onAlias + noIdentity);
    }
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of(may("kms:CreateAlias", arn))))) {
      world.expect(ALICE, create, T2);
    }
    try (World world =
        new World(
            DEFAULT,
            Map.of(
                ALICE,
                List.of(
                    may("kms:CreateAlias", arn),
                    may("kms:CreateAlias", "{K}"),
                    may("kms:UpdateAlias", arn),
                    may("kms:UpdateAlias", "{K}"))))) {
      String next = world.kms.createKey(b -> {}).keyMetadata().keyId();
      world
          .expect(ALICE, create, OK)
          .expect(
              ALICE,
              w -> new UpdateAlias("alias/x", next),
              " on resource: " + World.ROOT.arn("key/" + next) + noIdentity);
    }
  }

  @Test
  void cases42And43_reEncryptAndOperationsWithoutKeys() {
    try (World world =
        new World(DEFAULT, Map.of(ALICE, List.of(may("kms:ReEncryptFrom", "{K}"))))) {
      String next = world.kms.createKey(b -> {}).keyMetadata().keyId();
      world.expect(
          ALICE,
          w ->
              ReEncryptBuilder.builder()
                  .ciphertextBlob(w.blob(Map.of()))
                  .destinationKeyId(next)
                  .build(),
          " [ReEncryptTo] on resource: "
              + World.ROOT.arn("key/" + next)
              + " because no identity-based policy allows the {X} action");
    }
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of(may("kms:Encrypt", "*"))))) {
      world
          .expect(ALICE, w -> ListKeysBuilder.builder().build(), T8)
          .expect(ALICE, w -> GenerateRandomBuilder.builder().numberOfBytes(1).build(), T8)
          .expect(ROOT_A, w -> ListKeysBuilder.builder().build(), OK);
    }
  }

  @Test
  void cases44To46_keysOfAnotherAccount() {
    try (World world = new World(DEFAULT, CAROL_ALL)) {
      String missing = World.ROOT.arn("key/1234abcd-12ab-34cd-56ef-1234567890ab");
      world
          .expect(CAROL, encrypt(), T5)
          .expect(CAROL, w -> new DescribeKey(missing, null), T5)
          .expect(CAROL, encrypt(ARN_OF_ALIAS, Map.of()), T5)
          .expect(CAROL, encrypt(World.ROOT.arn("alias/missing"), Map.of()), T5);
    }
    Policy toAccount = keyPolicy(ALL, allow(ROOT_B, "kms:Encrypt"));
    try (World world = new World(toAccount, Map.of(CAROL, List.of(may("kms:Encrypt", "{K}"))))) {
      world
          .expect(CAROL, encrypt(), OK)
          .expect(CAROL, encrypt(ARN_OF_ALIAS, Map.of()), OK)
          .expect(
              CAROL,
              encrypt(world.keyId, Map.of()),
              "Key 'arn:aws:kms:eu-central-1:" + B + ":key/" + world.keyId + "' does not exist");
    }
    try (World world = new World(toAccount, NO_IDENTITIES)) {
      world
          .expect(CAROL, encrypt(), T2)
          .expect(
              CAROL,
              encrypt(ARN_OF_ALIAS, Map.of()),
              T7.replace(" on the resource associated with this ciphertext", " on this resource"))
          .expect(ROOT_B, encrypt(), OK);
    }
  }

  @Test
  void cases47And48_ciphertextsOfAnotherAccount() {
    Policy toCarol = keyPolicy(ALL, allow(CAROL, "kms:Decrypt"));
    try (World world = new World(toCarol, Map.of(CAROL, List.of(may("kms:Decrypt", "*"))))) {
      world.expect(CAROL, decrypt(), OK);
    }
    try (World world = new World(toCarol, NO_IDENTITIES)) {
      world.expect(CAROL, decrypt(), T7);
    }
    try (World world = new World(DEFAULT, CAROL_ALL);
        World other = new World(DEFAULT)) {
      world
          .expect(CAROL, decrypt(), T6)
          .expect(CAROL, w -> decrypt().in(other), T6)
          .expect(ALICE, decrypt(), T2);
    }
  }

  @Test
  void case49_operationsThatAreNotForOtherAccounts() {
    try (World world = new World(keyPolicy(ALL, allow(ROOT_B, "kms:*")), CAROL_ALL)) {
      world
          .expect(CAROL, w -> new DisableKey(w.keyArn), T5)
          .expect(CAROL, w -> new PutKeyPolicy(w.keyArn, null, DEFAULT.text(), null), T5)
          .expect(CAROL, w -> new TagResource(w.keyArn, List.of(new Tag("a", "b"))), T5)
          .expect(CAROL, w -> new DescribeKey(w.keyArn, null), OK);
    }
  }

  @Test
  void case61_dryRunAndState() {
    try (World world = new World(DEFAULT, NO_IDENTITIES)) {
      World.Request dryRun =
          w ->
              EncryptBuilder.builder()
                  .keyId(w.keyId)
                  .plaintext(SecretBytes.fromUtf8String("x"))
                  .dryRun(true)
                  .build();
      world.expect(ALICE, dryRun, T2);
      assertThat(world.kms.explain(World.ROOT, dryRun.in(world)))
          .singleElement()
          .satisfies(each -> assertThat(each.allowed()).isTrue());
      world.kms.disableKey(b -> b.keyId(world.keyId));
      world.expect(ALICE, encrypt(), T2).expectError(ROOT_A, encrypt(), "{K} is disabled.");
    }
  }

  @Test
  void case62_services() {
    Policy policy =
        keyPolicy(
            ALL,
            "{'Effect':'Allow','Principal':{'Service':'"
                + LOGS
                + "'},'Action':'kms:Encrypt','Resource':'*','Condition':{'ArnLike':"
                + "{'aws:SourceArn':'arn:aws:logs:*:"
                + A
                + ":*'}}}");
    try (World world = new World(policy, NO_IDENTITIES)) {
      String source = "aws:SourceArn";
      world
          .expect(LOGS, with(source, "arn:aws:logs:eu-central-1:" + A + ":x"), encrypt(), OK)
          .expect(LOGS, with(source, "arn:aws:logs:eu-central-1:" + B + ":x"), encrypt(), T5);
    }
  }
}
