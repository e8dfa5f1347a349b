package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.local.RecordedWorld.K;
import static io.github.embeddedkms.local.RecordedWorld.L;
import static io.github.embeddedkms.local.RecordedWorld.ORDERS;
import static io.github.embeddedkms.local.RecordedWorld.arn;
import static io.github.embeddedkms.local.RecordedWorld.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.CallbackService;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.exception.NotAuthorizedException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.local.AccessRecording.Omitted;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.EntryKind;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the policies look like that are derived from recorded calls. */
class AccessRecorderTest {

  private static final String FIRST_KEY = arn(K);

  private final LocalKeyProvider kms = RecordedWorld.wide(Identities.administrators());
  private final AccessRecorder recorder = AccessRecorder.around(kms);

  @AfterEach
  void close() {
    kms.close();
  }

  private KmsClient as(String principal) {
    return recorder.client(caller(principal));
  }

  private void encrypt(String principal, String key, Map<String, String> context) {
    as(principal)
        .encrypt(
            b ->
                b.keyId(key).encryptionContext(context).plaintext(SecretBytes.fromUtf8String("x")));
  }

  private static String policy(String... statements) {
    return Policy.keyPolicy(
            Subjects.json(
                "{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}"))
        .printed();
  }

  private static String account(String actions) {
    return "{'Effect':'Allow','Principal':{'AWS':'"
        + ROOT_A
        + "'},'Action':"
        + actions
        + ",'Resource':'*'}";
  }

  private static String identity(String actions, String resource, String condition) {
    return "{'Effect':'Allow','Action':"
        + actions
        + ",'Resource':'"
        + resource
        + "'"
        + condition
        + "}";
  }

  private static String direct(String principal, String actions, String condition) {
    return "{'Effect':'Allow','Principal':"
        + principal
        + ",'Action':"
        + actions
        + ",'Resource':'*'"
        + condition
        + "}";
  }

  private void expectIdentity(String principal, String... statements) {
    assertThat(recorder.identityPolicies().get(principal)).isEqualTo(identityText(statements));
  }

  private static String identityText(String... statements) {
    // Printed in the same way.
    return policy(statements);
  }

  @Test
  void nothing_recorded_hasNoPolicies() {
    assertThat(recorder.keyPolicies()).isEmpty();
    assertThat(recorder.identityPolicies()).isEmpty();
    assertThat(recorder).hasToString("No permission was recorded that a policy gives.\n");
  }

  /** Those whom the grant itself lets retire it need no policy; no key policy allows it. */
  @Test
  void grants_createdAndRetired_needOnlyWhatThePoliciesGive() {
    as(ALICE)
        .retireGrant(
            b -> b.keyId(FIRST_KEY).grantId(as(BOB).createGrant(this::forCarol).grantId()));
    as(CAROL)
        .retireGrant(
            b -> b.keyId(FIRST_KEY).grantId(as(BOB).createGrant(this::forCarol).grantId()));
    assertThat(recorder.keyPolicies())
        .containsOnly(Map.entry(FIRST_KEY, policy(account("'kms:CreateGrant'"))));
    assertThat(recorder.identityPolicies()).containsOnlyKeys(ALICE, BOB);
    expectIdentity(ALICE, identity("'kms:RetireGrant'", FIRST_KEY, ""));
    expectIdentity(BOB, identity("'kms:CreateGrant'", FIRST_KEY, ""));
  }

  /** The service checks that the caller can put the next policy of a new key. */
  @Test
  void createKey_withPolicy_needsPermissionForTheNextPolicyToo() {
    String byAccount = policy(account("'kms:*'"));
    as(ALICE).createKey(b -> b.policy(byAccount));
    expectIdentity(ALICE, identity("['kms:CreateKey','kms:PutKeyPolicy']", "*", ""));
    recorder.reset();
    as(ALICE).createKey(b -> b.policy(policy(direct("{'AWS':'" + ALICE + "'}", "'kms:*'", ""))));
    as(BOB).createKey(b -> b.policy(byAccount).bypassPolicyLockoutSafetyCheck(true));
    expectIdentity(ALICE, identity("'kms:CreateKey'", "*", ""));
    expectIdentity(BOB, identity("'kms:CreateKey'", "*", ""));
  }

  /** The policy is refused, so nothing is gained by the permission to put another one. */
  @Test
  void createKey_policyLocksOutItsCaller_needsNoPermissionForTheNextPolicy() {
    String ofBob = policy(direct("{'AWS':'" + BOB + "'}", "'kms:*'", ""));
    assertThatThrownBy(() -> as(ALICE).createKey(b -> b.policy(ofBob)))
        .isInstanceOf(MalformedPolicyDocumentException.class);
    expectIdentity(ALICE, identity("'kms:CreateKey'", "*", ""));
    recorder.reset();
    assertThatThrownBy(
            () ->
                as(ALICE)
                    .replicateKey(
                        b -> b.keyId(RecordedWorld.MULTI).replicaRegion("eu-west-1").policy(ofBob)))
        .isInstanceOf(MalformedPolicyDocumentException.class);
    expectIdentity(
        ALICE,
        identity("'kms:CreateKey'", "*", ""),
        identity("'kms:ReplicateKey'", arn(RecordedWorld.MULTI), ""));
    // A key without replicas is refused before its policy is checked.
    assertThatThrownBy(
            () -> as(BOB).replicateKey(b -> b.keyId(K).replicaRegion("eu-west-1").policy(ofBob)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(recorder.identityPolicies().get(BOB)).doesNotContain("PutKeyPolicy");
    assertThat(recorder.warnings()).isEmpty();
  }

  /** Conditions are judged as they are when the service checks the policy. */
  @Test
  void createKey_withConditionInItsPolicy_needsWhatTheCheckOfThePolicyNeeds() {
    String ofThisSpec =
        policy(
            direct(
                "{'AWS':'" + ALICE + "'}",
                "'kms:*'",
                ",'Condition':{'StringEquals':{'kms:KeySpec':'SYMMETRIC_DEFAULT'}}"));
    as(ALICE).createKey(b -> b.policy(ofThisSpec));
    expectIdentity(ALICE, identity("'kms:CreateKey'", "*", ""));
    String ofOtherSpecs =
        policy(
            account("'kms:*'"),
            direct(
                "{'AWS':'" + ALICE + "'}",
                "'kms:*'",
                ",'Condition':{'StringNotEquals':{'kms:KeySpec':'SYMMETRIC_DEFAULT'}}"));
    as(ALICE).createKey(b -> b.policy(ofOtherSpecs));
    expectIdentity(ALICE, identity("['kms:CreateKey','kms:PutKeyPolicy']", "*", ""));
  }

  /** The policy is checked in the Region of the replica, with the replica's own tags. */
  @Test
  void replicateKey_withConditionInItsPolicy_needsWhatTheCheckOfThePolicyNeeds() {
    String there =
        policy(
            direct(
                "{'AWS':'" + ALICE + "'}",
                "'kms:*'",
                ",'Condition':{'StringEquals':{'aws:RequestedRegion':'eu-west-1',"
                    + "'kms:MultiRegionKeyType':'REPLICA'}}"));
    as(ALICE)
        .replicateKey(b -> b.keyId(RecordedWorld.MULTI).replicaRegion("eu-west-1").policy(there));
    String byAccount = policy(account("'kms:*'"));
    as(BOB)
        .replicateKey(
            b -> b.keyId(RecordedWorld.MULTI).replicaRegion("eu-west-2").policy(byAccount));
    expectIdentity(
        ALICE,
        identity("'kms:CreateKey'", "*", ""),
        identity("'kms:ReplicateKey'", arn(RecordedWorld.MULTI), ""));
    expectIdentity(
        BOB,
        identity("['kms:CreateKey','kms:PutKeyPolicy']", "*", ""),
        identity("'kms:ReplicateKey'", arn(RecordedWorld.MULTI), ""));
  }

  /** Otherwise, the policy would name a key that never existed. */
  @Test
  void describeKey_ofAnAwsManagedKeyThatIsNotCreated_isNotRecorded() {
    KeyStorage readOnly =
        new Fixture.CountingStorage(KeyStorage.inMemory()) {
          @Override
          public boolean isReadOnly() {
            return true;
          }
        };
    try (LocalKeyProvider other = LocalKeyProvider.builder().storage(readOnly).build()) {
      Caller alice = other.defaultCaller().actingAs("arn:aws:iam::000000000000:user/alice");
      AccessRecorder of = AccessRecorder.around(other);
      assertThatThrownBy(() -> of.client(alice).describeKey(b -> b.keyId("alias/aws/s3")))
          .isInstanceOf(NotFoundException.class);
      assertThat(of.identityPolicies()).isEmpty();
    }
    AccessRecorder failing =
        AccessRecorder.around(
            CallbackService.of(
                kms.defaultCaller(),
                request -> {
                  throw new KmsInternalException("later");
                }),
            kms);
    assertThatThrownBy(
            () -> failing.client(caller(ALICE)).describeKey(b -> b.keyId("alias/aws/s3")))
        .isInstanceOf(KmsInternalException.class);
    AccessRecorder alone =
        AccessRecorder.around(CallbackService.of(kms.defaultCaller(), request -> null), kms);
    alone.client(caller(ALICE)).describeKey(b -> b.keyId("alias/aws/s3"));
    assertThat(failing.identityPolicies()).isEmpty();
    assertThat(alone.identityPolicies()).isEmpty();
  }

  @Test
  void describeKey_ofANewAwsManagedKey_isOnTheKeyThatWasCreated() {
    String arn = as(ALICE).describeKey(b -> b.keyId("alias/aws/s3")).keyMetadata().arn();
    assertThat(recorder.identityPolicies().get(ALICE)).contains(arn);
    assertThat(PolicyCuts.statements(recorder.identityPolicies().get(ALICE))).hasSize(1);
  }

  private void forCarol(CreateGrantBuilder grant) {
    grant.keyId(K).granteePrincipal(CAROL).operations(List.of(GrantOperation.RETIRE_GRANT));
  }

  @Test
  void userOfTheAccount_getsAnIdentityPolicy_andTheKeyLeavesItToTheAccount() {
    encrypt(ALICE, ORDERS, Map.of("tenant", "acme", "table", "t"));
    encrypt(ALICE, "alias/invoices", Map.of("tenant", "other", "table", "t"));
    as(ALICE).generateDataKey(b -> b.keyId(K).keySpec(DataKeySpec.AES_256));
    as(BOB).describeKey(b -> b.keyId(K));
    assertThat(recorder.keyPolicies())
        .containsOnly(
            Map.entry(
                FIRST_KEY,
                policy(account("['kms:DescribeKey','kms:Encrypt','kms:GenerateDataKey']"))));
    assertThat(recorder.identityPolicies()).containsOnlyKeys(ALICE, BOB);
    expectIdentity(
        ALICE,
        identity(
            "'kms:Encrypt'",
            FIRST_KEY,
            ",'Condition':{'ForAllValues:StringEquals':"
                + "{'kms:EncryptionContextKeys':['table','tenant']},"
                + "'StringEquals':{'kms:EncryptionContext:table':'t',"
                + "'kms:EncryptionContext:tenant':['acme','other'],"
                + "'kms:RequestAlias':['alias/invoices','alias/orders']}}"),
        identity(
            "'kms:GenerateDataKey'",
            FIRST_KEY,
            ",'Condition':{'Null':{'kms:EncryptionContextKeys':'true'}}"));
    expectIdentity(BOB, identity("'kms:DescribeKey'", FIRST_KEY, ""));
  }

  @Test
  void actions_withTheSameConditions_shareAStatement() {
    encrypt(ALICE, K, Map.of("tenant", "acme"));
    as(ALICE)
        .generateDataKey(
            b ->
                b.keyId(K)
                    .keySpec(DataKeySpec.AES_256)
                    .encryptionContext(Map.of("tenant", "acme")));
    as(ALICE).describeKey(b -> b.keyId(K));
    as(ALICE).getKeyPolicy(b -> b.keyId(K));
    expectIdentity(
        ALICE,
        identity("['kms:DescribeKey','kms:GetKeyPolicy']", FIRST_KEY, ""),
        identity(
            "['kms:Encrypt','kms:GenerateDataKey']",
            FIRST_KEY,
            ",'Condition':{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':'tenant'},"
                + "'StringEquals':{'kms:EncryptionContext:tenant':'acme'}}"));
  }

  @Test
  void rootUser_isInTheKeyPolicy_unlessTheAccountMayAnyway() {
    as(ROOT_A).describeKey(b -> b.keyId(ORDERS));
    as(ROOT_A).getKeyPolicy(b -> b.keyId(K));
    as(ALICE).getKeyPolicy(b -> b.keyId(K));
    as(ROOT_A).listKeys(b -> {});
    assertThat(recorder.keyPolicies())
        .containsOnly(
            Map.entry(
                FIRST_KEY,
                policy(
                    account("'kms:GetKeyPolicy'"),
                    direct(
                        "{'AWS':'" + ROOT_A + "'}",
                        "'kms:DescribeKey'",
                        ",'Condition':{'StringEquals':{'kms:RequestAlias':'alias/orders'}}"))));
    assertThat(recorder.identityPolicies()).containsOnlyKeys(ALICE);
  }

  /** Over HTTP, every caller is a root user unless there are credentials of others. */
  @Test
  void rootUser_whatNeedsNoPolicy_isCounted() {
    as(ROOT_A).generateRandom(b -> b.numberOfBytes(1));
    String warning =
        " needed no policy; root users need no identity policy, so let a role make the calls to"
            + " get one.";
    assertThat(recorder.warnings()).containsExactly("ROOT USER: 1 use by a root user" + warning);
    as(ROOT_A).listKeys(b -> {});
    as(ROOT_A).createKey(b -> b.tags(List.of(new Tag("a", "1"))));
    // The key policy of an AWS managed key cannot be changed, so that it is not derived.
    as(ROOT_A).describeKey(b -> b.keyId("alias/aws/s3"));
    assertThat(recorder.warnings()).containsExactly("ROOT USER: 5 uses by root users" + warning);
    assertThat(recorder.report())
        .isEqualTo(
            "No permission was recorded that a policy gives.\nROOT USER: 5 uses by root users"
                + warning
                + "\n");
    as(ROOT_A).describeKey(b -> b.keyId(K));
    as(ALICE).listKeys(b -> {});
    assertThat(recorder.warnings()).containsExactly("ROOT USER: 5 uses by root users" + warning);
    assertThat(recorder.report())
        .startsWith(
            "The smallest policies for the recorded calls: 1 key policy, 1 identity policy.\n"
                + "ROOT USER: 5 uses by root users"
                + warning
                + "\nA key policy without kms:PutKeyPolicy ");
    recorder.reset();
    assertThat(recorder.warnings()).isEmpty();
  }

  /** Of an account to which a key is granted, only other principals need a policy. */
  @Test
  void rootUser_whatAGrantToTheAccountAllows_isCounted() {
    Map<String, String> policies = Map.of(FIRST_KEY, policy(account("'kms:CreateGrant'")));
    try (LocalKeyProvider strict = RecordedWorld.under(policies, Map.of())) {
      strict
          .client(caller(ROOT_A))
          .createGrant(
              b ->
                  b.keyId(K)
                      .granteePrincipal(Subjects.B)
                      .operations(List.of(GrantOperation.DESCRIBE_KEY)));
      AccessRecorder of = AccessRecorder.around(strict);
      of.client(caller(ROOT_B)).describeKey(b -> b.keyId(FIRST_KEY));
      assertThat(of.keyPolicies()).isEmpty();
      assertThat(of.warnings())
          .singleElement()
          .asString()
          .startsWith("ROOT USER: 1 use by a root user needed no policy; ");
    }
  }

  @Test
  void otherAccountsAndServices_areInTheKeyPolicy() {
    as(CAROL).describeKey(b -> b.keyId(FIRST_KEY));
    as(ROOT_B).getPublicKey(b -> b.keyId(arn(RecordedWorld.SIGNING)));
    as(LOGS).describeKey(b -> b.keyId(FIRST_KEY));
    assertThat(recorder.keyPolicies())
        .containsOnly(
            Map.entry(
                FIRST_KEY,
                policy(
                    direct("{'AWS':'" + CAROL + "'}", "'kms:DescribeKey'", ""),
                    direct("{'Service':'" + LOGS + "'}", "'kms:DescribeKey'", ""))),
            Map.entry(
                arn(RecordedWorld.SIGNING),
                policy(direct("{'AWS':'" + ROOT_B + "'}", "'kms:GetPublicKey'", ""))));
    assertThat(recorder.identityPolicies()).containsOnlyKeys(CAROL);
    expectIdentity(CAROL, identity("'kms:DescribeKey'", FIRST_KEY, ""));
  }

  /** The root user's statement is for the account, so that another one could be left out. */
  @Test
  void rootAndUserOfAnotherAccount_shareTheStatementOfTheRootUser() {
    encrypt(ROOT_B, FIRST_KEY, Map.of("tenant", "b"));
    encrypt(CAROL, FIRST_KEY, Map.of("tenant", "c"));
    String names = "'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':'tenant'}";
    assertThat(recorder.keyPolicies())
        .containsOnly(
            Map.entry(
                FIRST_KEY,
                policy(
                    direct(
                        "{'AWS':'" + ROOT_B + "'}",
                        "'kms:Encrypt'",
                        ",'Condition':{"
                            + names
                            + ",'StringEquals':{'kms:EncryptionContext:tenant':['b','c']}}"))));
    expectIdentity(
        CAROL,
        identity(
            "'kms:Encrypt'",
            FIRST_KEY,
            ",'Condition':{" + names + ",'StringEquals':{'kms:EncryptionContext:tenant':'c'}}"));
  }

  @Test
  void whatNeedsNoKey_isOnAnythingOrTheAlias() {
    as(ALICE).listKeys(b -> {});
    as(ALICE).createKey(b -> b.tags(List.of(new Tag("a", "1"))));
    // The permission to tag new keys is on every key too.
    as(ALICE).tagResource(b -> b.keyId(K).tags(List.of(new Tag("a", "1"))));
    as(BOB).createAlias(b -> b.aliasName("alias/new").targetKeyId(K));
    expectIdentity(ALICE, identity("['kms:CreateKey','kms:ListKeys','kms:TagResource']", "*", ""));
    expectIdentity(
        BOB,
        identity("'kms:CreateAlias'", caller(ROOT_A).arn("alias/new"), ""),
        identity("'kms:CreateAlias'", FIRST_KEY, ""));
    assertThat(recorder.keyPolicies().get(FIRST_KEY))
        .isEqualTo(policy(account("['kms:CreateAlias','kms:TagResource']")));
  }

  @Test
  void sessionsOfARole_areTheRole_withItsPathIfItIsKnown() {
    as(DEV).describeKey(b -> b.keyId(K));
    as(DEV.replace("/s1", "/s2")).getKeyPolicy(b -> b.keyId(K));
    assertThat(recorder.identityPolicies()).containsOnlyKeys(ROLE);
    expectIdentity(ROLE, identity("['kms:DescribeKey','kms:GetKeyPolicy']", FIRST_KEY, ""));

    String withPath = ROLE.replace("role/", "role/team/");
    Identities identities = Identities.of(Map.of(withPath, Identity.administrator()));
    try (LocalKeyProvider other = RecordedWorld.wide(identities)) {
      AccessRecorder known = AccessRecorder.around(other);
      known.client(caller(DEV)).describeKey(b -> b.keyId(K));
      assertThat(known.identityPolicies()).containsOnlyKeys(withPath);
    }
  }

  @Test
  void awsManagedKey_hasNoKeyPolicy() {
    try (LocalKeyProvider other =
        LocalKeyProvider.builder()
            .region("eu-central-1")
            .account(Subjects.A)
            .awsManagedKeys("s3")
            .build()) {
      AccessRecorder of = AccessRecorder.around(other);
      String arn =
          of.client(caller(ALICE)).describeKey(b -> b.keyId("alias/aws/s3")).keyMetadata().arn();
      assertThat(of.keyPolicies()).isEmpty();
      assertThat(of.identityPolicies())
          .containsOnly(
              Map.entry(
                  ALICE,
                  identityText(
                      identity(
                          "'kms:DescribeKey'",
                          arn,
                          ",'Condition':{'StringEquals':{'kms:RequestAlias':'alias/aws/s3'}}"))));
    }
  }

  @Test
  void moreThanTwentyValues_onlyTheNameIsRequired() {
    for (int i = 0; i < FewValues.MAX_LISTED; i++) {
      encrypt(ALICE, K, Map.of("user", "u" + i));
    }
    assertThat(recorder.identityPolicies().get(ALICE)).contains("\"u19\"").doesNotContain("Null");
    encrypt(ALICE, K, Map.of("user", "one more"));
    expectIdentity(
        ALICE,
        identity(
            "'kms:Encrypt'",
            FIRST_KEY,
            ",'Condition':{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':'user'},"
                + "'Null':{'kms:EncryptionContext:user':'false'}}"));
  }

  @Test
  void moreThanTwentyAliases_anyAliasIsRequired() {
    for (int i = 0; i <= FewValues.MAX_LISTED; i++) {
      String alias = "alias/a" + i;
      kms.createAlias(b -> b.aliasName(alias).targetKeyId(L));
      as(ALICE).describeKey(b -> b.keyId(alias));
    }
    expectIdentity(
        ALICE,
        identity(
            "'kms:DescribeKey'", arn(L), ",'Condition':{'Null':{'kms:RequestAlias':'false'}}"));
    as(ALICE).describeKey(b -> b.keyId(L));
    expectIdentity(ALICE, identity("'kms:DescribeKey'", arn(L), ""));
  }

  /** Only what occurred is allowed: what looks like a variable or a wildcard is neither. */
  @Test
  void variablesAndWildcardsInContexts_areLiteral() {
    Map<String, String> context =
        Map.of("${aws:username}", "${aws:username}", "a*", "b?*", "$", "$${${$}{", "é€", "\"\n");
    encrypt(ALICE, K, context);
    encrypt(LOGS, FIRST_KEY, context);
    String policy = recorder.identityPolicies().get(ALICE);
    assertThat(policy)
        .contains("\"${$}{aws:username}\"")
        .contains("\"$${$}{${$}{$}{\"")
        .contains("kms:EncryptionContext:\u00e9\\u20AC\" : \"\\\"\\n\"");
    assertThat(recorder.keyPolicies().get(FIRST_KEY)).contains("\"$${$}{${$}{$}{\"");
    try (LocalKeyProvider strict =
        RecordedWorld.under(recorder.keyPolicies(), recorder.identityPolicies())) {
      assertThat(isAllowed(strict, ALICE, context)).isTrue();
      assertThat(isAllowed(strict, LOGS, context)).isTrue();
      context.forEach(
          (name, value) -> {
            Map<String, String> changed = new HashMap<>(context);
            changed.put(name, name.equals("a*") ? "bcd" : "alice");
            assertThat(isAllowed(strict, ALICE, changed)).as(name).isFalse();
            assertThat(isAllowed(strict, LOGS, changed)).as(name).isFalse();
            changed.remove(name);
            changed.put(name.equals("a*") ? "abc" : "alice", value);
            assertThat(isAllowed(strict, ALICE, changed)).as(name).isFalse();
          });
    }
  }

  private static boolean isAllowed(
      LocalKeyProvider kms, String principal, Map<String, String> context) {
    try {
      kms.client(caller(principal))
          .encrypt(
              b ->
                  b.keyId(FIRST_KEY)
                      .encryptionContext(context)
                      .plaintext(SecretBytes.fromUtf8String("x")));
      return true;
    } catch (AccessDeniedException e) {
      return false;
    }
  }

  /** The names of condition keys ignore case, so that it is open which of the two is compared. */
  @Test
  void namesThatDifferOnlyInCase_areRequiredWithoutTheirValues() {
    encrypt(ALICE, K, Map.of("a", "1", "A", "2", "b", "3"));
    expectIdentity(
        ALICE,
        identity(
            "'kms:Encrypt'",
            FIRST_KEY,
            ",'Condition':{'ForAllValues:StringEquals':"
                + "{'kms:EncryptionContextKeys':['A','a','b']},"
                + "'ForAnyValue:StringEquals':{'kms:EncryptionContextKeys':'A'},"
                + "'ForAnyValue:StringLike':{'kms:EncryptionContextKeys':'a'},"
                + "'StringEquals':{'kms:EncryptionContext:b':'3'}}"));
    // There is no third operator.
    recorder.reset();
    encrypt(ALICE, K, Map.of("a*", "1", "A*", "2", "B", "3", "b", "4"));
    expectIdentity(
        ALICE,
        identity(
            "'kms:Encrypt'",
            FIRST_KEY,
            ",'Condition':{'ForAllValues:StringEquals':"
                + "{'kms:EncryptionContextKeys':['A*','B','a*','b']},"
                + "'ForAnyValue:StringEquals':{'kms:EncryptionContextKeys':'A*'},"
                + "'ForAnyValue:StringLike':{'kms:EncryptionContextKeys':'a${*}'},"
                + "'Null':{'kms:EncryptionContext:B':'false'}}"));
    // In different calls, they are different.
    recorder.reset();
    encrypt(ALICE, K, Map.of("a", "1"));
    encrypt(ALICE, K, Map.of("A", "2"));
    assertThat(PolicyCuts.statements(recorder.identityPolicies().get(ALICE))).hasSize(2);
    try (LocalKeyProvider strict =
        RecordedWorld.under(recorder.keyPolicies(), recorder.identityPolicies())) {
      assertThat(isAllowed(strict, ALICE, Map.of("a", "1"))).isTrue();
      assertThat(isAllowed(strict, ALICE, Map.of("A", "1"))).isFalse();
    }
  }

  @Test
  void endOfACall_decidesWhetherItIsRecorded() {
    KmsClient alice = as(ALICE);
    assertThatThrownBy(() -> alice.describeKey(b -> b.keyId("alias/missing")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> as(CAROL).disableKey(b -> b.keyId(FIRST_KEY)))
        .isInstanceOf(AccessDeniedException.class);
    assertThatThrownBy(() -> as(CAROL).describeKey(b -> b.keyId(arn(L).replace('2', '9'))))
        .isInstanceOf(AccessDeniedException.class);
    // Refused before the permission is asked for.
    assertThatThrownBy(() -> alice.createAlias(b -> b.aliasName("alias/aws/x").targetKeyId(K)))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> alice.deleteAlias(b -> b.aliasName("alias/aws/x")))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> alice.call(null)).isInstanceOf(NullPointerException.class);
    assertThat(recorder.identityPolicies()).isEmpty();
    assertThatThrownBy(
            () -> alice.generateDataKey(b -> b.keyId(K).keySpec(DataKeySpec.AES_256).dryRun(true)))
        .isInstanceOf(DryRunOperationException.class);
    kms.disableKey(b -> b.keyId(K));
    assertThatThrownBy(() -> encrypt(ALICE, K, Map.of())).isInstanceOf(DisabledException.class);
    expectIdentity(
        ALICE,
        identity(
            "['kms:Encrypt','kms:GenerateDataKey']",
            FIRST_KEY,
            ",'Condition':{'Null':{'kms:EncryptionContextKeys':'true'}}"));
    kms.close();
    assertThatThrownBy(() -> alice.listKeys(b -> {})).isInstanceOf(ServiceClosedException.class);
    assertThat(recorder.identityPolicies().get(ALICE)).doesNotContain("ListKeys");
  }

  @Test
  void serviceInFrontOfTheProvider_makesTheCalls() {
    List<RuntimeException> ends =
        List.of(new AccessDeniedException("no"), new KmsInternalException("later"));
    for (RuntimeException end : ends) {
      AccessRecorder around =
          AccessRecorder.around(
              CallbackService.of(
                  kms.defaultCaller(),
                  request -> {
                    throw end;
                  }),
              kms);
      assertThat(around.defaultCaller()).isEqualTo(kms.defaultCaller());
      assertThatThrownBy(() -> around.client(caller(ALICE)).listKeys(b -> {})).isSameAs(end);
      assertThat(around.identityPolicies().isEmpty()).isEqualTo(end == ends.get(0));
    }
  }

  @Test
  void andAround_anotherProvider_recordsForBoth() {
    try (LocalKeyProvider other = RecordedWorld.wide(Identities.administrators())) {
      recorder.andAround(other).client(caller(ALICE)).describeKey(b -> b.keyId(K));
      as(BOB).describeKey(b -> b.keyId(K));
      assertThat(recorder.identityPolicies()).containsOnlyKeys(ALICE, BOB);
      recorder.andAround(other).reset();
      assertThat(recorder.identityPolicies()).isEmpty();
    }
  }

  @Test
  void report_ofAShortRun_isForPeople() {
    as(ALICE).describeKey(b -> b.keyId(K));
    assertThat(recorder.report())
        .isEqualTo(
            """
            The smallest policies for the recorded calls: 1 key policy, 1 identity policy.
            A key policy without kms:PutKeyPolicy can never be changed: add a statement for the \
            administrators of the key.

            Key policy of arn:aws:kms:eu-central-1:111122223333:key/11111111-1111-4111-8111-111111111111
            {
              "Version" : "2012-10-17",
              "Statement" : [ {
                "Effect" : "Allow",
                "Principal" : {
                  "AWS" : "arn:aws:iam::111122223333:root"
                },
                "Action" : "kms:DescribeKey",
                "Resource" : "*"
              } ]
            }

            Identity policy of arn:aws:iam::111122223333:user/alice
            {
              "Version" : "2012-10-17",
              "Statement" : [ {
                "Effect" : "Allow",
                "Action" : "kms:DescribeKey",
                "Resource" : "arn:aws:kms:eu-central-1:111122223333:key/11111111-1111-4111-8111-111111111111"
              } ]
            }
            """);
    assertThat(recorder).hasToString(recorder.report());
  }

  @Test
  void report_ofPoliciesThatAreTooLong_saysSo() {
    for (int i = 0; i < 120; i++) {
      encrypt(ROOT_A, K, Map.of("name" + i, "value"));
      encrypt(ALICE, L, Map.of("name" + i, "value"));
    }
    String policy = recorder.keyPolicies().get(FIRST_KEY);
    assertThat(policy.length()).isGreaterThan(32_768);
    assertThatThrownBy(() -> Policy.keyPolicy(policy).requireValidSyntax())
        .isInstanceOf(PolicyFault.class)
        .hasMessage("a key policy has at most 32768 bytes");
    assertThat(recorder.report())
        .contains(
            String.format(
                "Key policy of %s%nTOO LONG: it has %,d bytes, but a key policy has at most"
                    + " 32,768.%n{",
                FIRST_KEY, policy.length()))
        .containsPattern(
            "user/alice\nTOO LONG: it has \\d+,\\d{3} characters besides white space, but a"
                + " managed policy of IAM has at most 6,144.\n\\{");
    // The other key policy is short.
    assertThat(recorder.report().split("TOO LONG", -1)).hasSize(3);
  }

  @Test
  void recording_thatIsFull_saysThatItIsIncomplete() {
    AccessRecording recording = new AccessRecording(1_000);
    List<UsedPermission> used = kms.permissions(caller(ALICE), new DescribeKey(K, null));
    recording.add(used);
    for (int i = 0; i < 100; i++) {
      recording.add(used);
      recording.add(
          kms.permissions(
              caller("arn:aws:iam::111122223333:user/u" + i), new DescribeKey(K, null)));
    }
    assertThat(recording.used()).hasSizeBetween(2, 5);
    assertThat(recording.omitted()).isEqualTo(new Omitted(101 - recording.used().size(), 0, 0));
    SmallestPolicies policies = new SmallestPolicies(recording.used());
    for (Map<String, String> identityPolicies :
        List.of(policies.identityPolicies(), Map.<String, String>of())) {
      assertThat(
              AccessReport.of(Map.of(), identityPolicies, new Omitted(1, 0, 0))
                  + AccessReport.of(Map.of(), identityPolicies, new Omitted(98, 0, 0)))
          .contains("INCOMPLETE: the recording is full, and 1 use was not recorded.\n")
          .contains("INCOMPLETE: the recording is full, and 98 uses were not recorded.\n")
          .doesNotContain("could not be determined");
    }
    recording.addUndetermined();
    recording.clear();
    assertThat(recording.used()).isEmpty();
    assertThat(recording.omitted()).isEqualTo(new Omitted(0, 0, 0));
  }

  /** A storage whose keys cannot be read, in the way that a test says. */
  private static final class UnreadableStorage extends Fixture.CountingStorage {

    private final Runnable reading;

    UnreadableStorage(Runnable reading) {
      super(KeyStorage.inMemory());
      this.reading = reading;
    }

    @Override
    public <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address) {
      reading.run();
      return super.entry(kind, address);
    }
  }

  @Test
  void permissionsThatCannotBeDetermined_areCountedAndReportedOnce() {
    List<Throwable> reported = new ArrayList<>();
    StoreUnavailableException unavailable =
        new StoreUnavailableException("the database cannot be used", new SQLException("gone"));
    KeyStorage storage =
        new UnreadableStorage(
            () -> {
              throw unavailable;
            });
    try (LocalKeyProvider other =
        LocalKeyProvider.builder()
            .storage(storage)
            .failureListener((operation, failure) -> reported.add(failure))
            .build()) {
      AccessRecorder of = AccessRecorder.around(other);
      KmsClient alice = of.client(other.defaultCaller());
      assertThatThrownBy(() -> alice.describeKey(b -> b.keyId(K)))
          .isInstanceOf(KmsInternalException.class);
      assertThat(reported).containsExactly(unavailable);
      String warning = "INCOMPLETE: the permissions of 1 call could not be determined.";
      assertThat(of.warnings()).containsExactly(warning);
      assertThat(of.report())
          .isEqualTo("No permission was recorded that a policy gives.\n" + warning + "\n");
      assertThatThrownBy(() -> alice.describeKey(b -> b.keyId(K)))
          .isInstanceOf(KmsInternalException.class);
      assertThat(of.warnings())
          .containsExactly("INCOMPLETE: the permissions of 2 calls could not be determined.");
    }
  }

  /** Another program, or a newer version, wrote it. */
  @Test
  void keyPolicyThatCannotBeParsed_isReportedOnce() {
    List<Throwable> reported = new ArrayList<>();
    try (Fixture fixture = new Fixture();
        LocalKeyProvider other =
            LocalKeyProvider.builder()
                .region(Fixture.REGION)
                .account(Fixture.ACCOUNT)
                .storage(fixture.storage)
                .failureListener((operation, failure) -> reported.add(failure))
                .build()) {
      fixture.storage.apply(
          Change.put(fixture.key().changed(next -> next.policy(Policy.keyPolicy("?")))));
      AccessRecorder of = AccessRecorder.around(other);
      assertThatThrownBy(
              () -> of.client(other.defaultCaller()).describeKey(b -> b.keyId(fixture.keyId)))
          .isInstanceOf(AccessDeniedException.class);
      assertThat(reported).hasSize(1);
      assertThat(of.warnings()).isEmpty();
    }
  }

  /** The call is made, whatever happens to the recorder. */
  @Test
  void errorOfTheRecorder_doesNotKeepACallFromBeingMade() {
    List<Throwable> reported = new ArrayList<>();
    AtomicInteger reads = new AtomicInteger();
    KeyStorage storage =
        new UnreadableStorage(
            () -> {
              // The first one is the recorder's.
              if (reads.getAndIncrement() == 0) {
                throw new StackOverflowError("in a test");
              }
            });
    try (LocalKeyProvider other =
        LocalKeyProvider.builder()
            .storage(storage)
            .failureListener((operation, failure) -> reported.add(failure))
            .build()) {
      AccessRecorder of = AccessRecorder.around(other);
      assertThatThrownBy(() -> of.client(other.defaultCaller()).describeKey(b -> b.keyId(K)))
          .isInstanceOf(NotFoundException.class);
      assertThat(reads).hasValueGreaterThan(1);
      assertThat(reported).isEmpty();
      assertThat(of.warnings())
          .containsExactly("INCOMPLETE: the permissions of 1 call could not be determined.");
    }
  }

  @Test
  void manyThreads_areAllRecorded() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<? extends Future<?>> ends =
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            encrypt(ALICE, K, Map.of("n" + i % 10, "v" + i));
                            recorder.report();
                          }))
              .toList();
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(PolicyCuts.statements(recorder.identityPolicies().get(ALICE))).hasSize(10);
    assertThat(PolicyCuts.of(Map.of(), recorder.identityPolicies()))
        .filteredOn(cut -> cut.removed().contains(" v"))
        .hasSize(40);
  }
}
