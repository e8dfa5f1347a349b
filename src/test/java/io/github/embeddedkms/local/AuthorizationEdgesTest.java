package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.deny;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.Reason;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.UpdateAlias;
import io.github.embeddedkms.store.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What no refusal may tell, and what no other call may change between question and change. */
class AuthorizationEdgesTest {

  private static final String UNKNOWN = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String ALL = allow(ROOT_A, "kms:*");

  private static void assertSameAnswer(KmsClient caller, KmsRequest<?> one, KmsRequest<?> other) {
    Throwable first = catchThrowable(() -> caller.call(one));
    Throwable second = catchThrowable(() -> caller.call(other));
    assertThat(first).hasSameClassAs(second).hasMessage(second.getMessage());
  }

  @Test
  void aliasTarget_ofAnotherAccount_sameAnswerWhetherOrNotItExists() {
    String missing = World.ROOT.arn("key/" + UNKNOWN);
    // Without any permission, and with a permission that another key refuses.
    try (World world = new World(DEFAULT, Map.of())) {
      KmsClient carol = world.as(CAROL);
      assertSameAnswer(
          carol, new CreateAlias("alias/x", world.keyArn), new CreateAlias("alias/x", missing));
      assertSameAnswer(
          carol, new UpdateAlias("alias/x", world.keyArn), new UpdateAlias("alias/x", missing));
    }
    try (World world = new World(DEFAULT)) {
      KmsClient rootB = world.as(ROOT_B);
      String refusing = keyPolicy(allow(ROOT_B, "kms:CreateAlias")).text();
      String own =
          rootB
              .createKey(b -> b.policy(refusing).bypassPolicyLockoutSafetyCheck(true))
              .keyMetadata()
              .keyId();
      rootB.createAlias(b -> b.aliasName("alias/x").targetKeyId(own));
      assertSameAnswer(
          rootB, new UpdateAlias("alias/x", world.keyArn), new UpdateAlias("alias/x", missing));
    }
  }

  /**
   * A caller that may re-encrypt from its own key must not learn of other accounts' keys by
   * conditions.
   */
  @Test
  void reEncrypt_conditionOnTheSameKey_sameAnswerWhetherOrNotADestinationExists() {
    String condition = "'Bool':{'kms:ReEncryptOnSameKey':'false'}";
    try (World world = new World(DEFAULT)) {
      KmsClient rootB = world.as(ROOT_B);
      String policy =
          keyPolicy(allow(ROOT_B, "kms:Encrypt"), allow(ROOT_B, "kms:ReEncryptFrom", condition))
              .text();
      String own =
          rootB
              .createKey(b -> b.policy(policy).bypassPolicyLockoutSafetyCheck(true))
              .keyMetadata()
              .keyId();
      Bytes blob =
          rootB
              .encrypt(b -> b.keyId(own).plaintext(SecretBytes.fromUtf8String("x")))
              .ciphertextBlob();
      for (String[] pair :
          new String[][] {
            {world.keyArn, World.ROOT.arn("key/" + UNKNOWN)},
            {World.ROOT.arn(World.ALIAS), World.ROOT.arn("alias/missing")}
          }) {
        assertSameAnswer(rootB, reEncrypt(blob, pair[0]), reEncrypt(blob, pair[1]));
      }
    }
  }

  private static KmsRequest<?> reEncrypt(Bytes blob, String destination) {
    return ReEncryptBuilder.builder().ciphertextBlob(blob).destinationKeyId(destination).build();
  }

  @Test
  void service_keyOfTheAccount_sameAnswerWhetherOrNotItExists() {
    try (World world = new World(DEFAULT)) {
      for (String missing : List.of(UNKNOWN, World.ROOT.arn("key/" + UNKNOWN), "alias/missing")) {
        KmsClient logs = world.as(LOGS);
        assertSameAnswer(logs, new DescribeKey(world.keyId, null), new DescribeKey(missing, null));
        Bytes garbage = Bytes.fromUtf8String("garbage");
        assertSameAnswer(
            logs,
            DecryptBuilder.builder().ciphertextBlob(garbage).keyId(world.keyId).build(),
            DecryptBuilder.builder().ciphertextBlob(garbage).keyId(missing).build());
      }
      for (String missing : List.of(UNKNOWN, World.ROOT.arn("key/" + UNKNOWN))) {
        KmsClient logs = world.as(LOGS);
        assertSameAnswer(
            logs, new CreateAlias("alias/x", world.keyId), new CreateAlias("alias/x", missing));
        assertSameAnswer(
            logs, new ListAliases(world.keyId, null, null), new ListAliases(missing, null, null));
      }
    }
  }

  @Test
  void deleteAlias_retargetedAfterTheQuestion_asksForTheOtherKey() {
    try (Fixture fixture = new Fixture()) {
      fixture.kms.putKeyPolicy(
          b ->
              b.keyId(fixture.otherKeyId)
                  .policy(keyPolicy(ALL, deny("*", "kms:DeleteAlias", "")).text()));
      fixture.storage.beforeNextChange =
          () ->
              fixture.kms.updateAlias(
                  b -> b.aliasName(Fixture.ALIAS).targetKeyId(fixture.otherKeyId));
      assertThatThrownBy(() -> fixture.kms.deleteAlias(b -> b.aliasName(Fixture.ALIAS)))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageContaining(fixture.otherKeyId);
    }
  }

  @Test
  void deleteAlias_policyOfItsKeyPutAfterTheQuestion_isRefused() {
    try (Fixture fixture = new Fixture()) {
      fixture.storage.beforeNextChange =
          () ->
              fixture.kms.putKeyPolicy(
                  b ->
                      b.keyId(fixture.keyId)
                          .policy(keyPolicy(ALL, deny("*", "kms:DeleteAlias", "")).text()));
      assertThatThrownBy(() -> fixture.kms.deleteAlias(b -> b.aliasName(Fixture.ALIAS)))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageEndingWith(" with an explicit deny in a resource-based policy");
    }
  }

  @Test
  void awsManagedKey_describedWithoutPermission_isNotCreated() {
    try (World world = new World(DEFAULT, Map.of())) {
      assertThatThrownBy(() -> world.as(ALICE).describeKey(b -> b.keyId("alias/aws/s3")))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageEndingWith(
              " because no identity-based policy allows the kms:DescribeKey action");
      assertThat(world.kms.listAliases(b -> {}).aliases()).hasSize(1);
      assertThat(world.kms.describeKey(b -> b.keyId("alias/aws/s3")).keyMetadata().arn())
          .isNotEqualTo(world.keyArn);
    }
  }

  @Test
  void awsManagedKey_thatDoesNotExistYet_isExplainedAndNotCreated() {
    try (World world = new World(DEFAULT)) {
      assertThat(world.kms.explain(World.caller(ROOT_A), new DescribeKey("alias/aws/s3", null)))
          .singleElement()
          .extracting(Explanation::allowed)
          .isEqualTo(true);
      assertThat(world.kms.listAliases(b -> {}).aliases()).hasSize(1);
    }
  }

  @Test
  void alias_whoseKeyIsGone_canBeDeleted() {
    try (Fixture fixture = new Fixture()) {
      fixture.storage.apply(Change.remove(List.of(fixture.key())));
      fixture.kms.deleteAlias(b -> b.aliasName(Fixture.ALIAS));
      assertThat(fixture.kms.listAliases(b -> {}).aliases()).hasSize(1);
    }
  }

  /** Another program, or a newer version, wrote it. */
  @Test
  void keyPolicy_thatCannotBeParsed_allowsNothing() {
    List<Throwable> failures = new ArrayList<>();
    try (Fixture fixture = new Fixture();
        LocalKeyProvider kms =
            LocalKeyProvider.builder()
                .region(Fixture.REGION)
                .account(Fixture.ACCOUNT)
                .storage(fixture.storage)
                .failureListener((operation, failure) -> failures.add(failure))
                .build()) {
      fixture.storage.apply(
          Change.put(fixture.key().changed(next -> next.policy(Policy.keyPolicy("?")))));
      assertThatThrownBy(() -> kms.describeKey(b -> b.keyId(fixture.keyId)))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageEndingWith(
              " because no resource-based policy allows the kms:DescribeKey action");
      assertThat(failures).hasSize(1);
      assertThatThrownBy(() -> kms.inAccount(B).describeKey(b -> b.keyId(fixture.keyArn)))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageContaining(" on this resource because the resource does not exist in this");
    }
  }

  /** It may deny what the grant permits. */
  @Test
  void grant_ofAKeyWhosePolicyCannotBeParsed_permitsNothing() {
    try (Fixture fixture = new Fixture();
        LocalKeyProvider kms =
            LocalKeyProvider.builder()
                .region(Fixture.REGION)
                .account(Fixture.ACCOUNT)
                .identities(Identities.of(Map.of(Fixture.GRANTEE, Identity.none())))
                .storage(fixture.storage)
                .build()) {
      String grantId =
          kms.createGrant(
                  b ->
                      b.keyId(fixture.keyId)
                          .granteePrincipal(Fixture.GRANTEE)
                          .retiringPrincipal(Fixture.GRANTEE)
                          .operations(List.of(GrantOperation.DESCRIBE_KEY)))
              .grantId();
      KmsClient grantee = kms.client(kms.defaultCaller().actingAs(Fixture.GRANTEE));
      assertThat(grantee.describeKey(b -> b.keyId(fixture.keyId))).isNotNull();
      Policy before = fixture.key().policy();
      fixture.storage.apply(
          Change.put(fixture.key().changed(next -> next.policy(Policy.keyPolicy("?")))));
      assertThatThrownBy(() -> grantee.describeKey(b -> b.keyId(fixture.keyId)))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageEndingWith(
              " because no resource-based policy allows the kms:DescribeKey action");
      assertThatThrownBy(() -> grantee.retireGrant(b -> b.keyId(fixture.keyArn).grantId(grantId)))
          .isInstanceOf(KmsException.class);
      fixture.storage.apply(Change.put(fixture.key().changed(next -> next.policy(before))));
      assertThat(kms.listGrants(b -> b.keyId(fixture.keyId)).grants()).hasSize(1);
      assertThat(grantee.describeKey(b -> b.keyId(fixture.keyId))).isNotNull();
    }
  }

  /** It may be told that a named key is the wrong one, since the caller may use the right one. */
  @Test
  void ciphertext_ofAKeyOfAnotherAccountThanTheNamedOne_isOfTheWrongKey() {
    try (World world = new World(keyPolicy(ALL, allow(ROOT_B, "kms:*")))) {
      KmsClient rootB = world.as(ROOT_B);
      String own = rootB.createKey(b -> {}).keyMetadata().keyId();
      Bytes ofOwn =
          rootB
              .encrypt(b -> b.keyId(own).plaintext(SecretBytes.fromUtf8String("x")))
              .ciphertextBlob();
      Bytes ofOther = world.blob(Map.of());
      assertThat(rootB.decrypt(b -> b.ciphertextBlob(ofOther)).keyId()).isEqualTo(world.keyArn);
      for (DecryptBuilder wrong :
          List.of(
              DecryptBuilder.builder().ciphertextBlob(ofOther).keyId(own),
              DecryptBuilder.builder().ciphertextBlob(ofOwn).keyId(world.keyArn))) {
        assertThatThrownBy(() -> rootB.call(wrong.build()))
            .isExactlyInstanceOf(IncorrectKeyException.class)
            .hasMessage(
                "The key ID in the request does not identify a CMK that can perform this"
                    + " operation.");
      }
      assertThatThrownBy(
              () ->
                  rootB.reEncrypt(
                      b -> b.ciphertextBlob(ofOther).sourceKeyId(own).destinationKeyId(own)))
          .isExactlyInstanceOf(IncorrectKeyException.class);
      world.put(keyPolicy(ALL));
      assertThatThrownBy(() -> rootB.decrypt(b -> b.ciphertextBlob(ofOther).keyId(own)))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("because the resource does not exist in this Region");
    }
  }

  @Test
  void ciphertext_ofAKeyOfAnotherAccountThatRefuses_isExplainedByItsPolicy() {
    try (World world = new World(DEFAULT)) {
      KmsRequest<?> request = DecryptBuilder.builder().ciphertextBlob(world.blob(Map.of())).build();
      assertThat(world.kms.explain(World.caller(CAROL), request))
          .singleElement()
          .satisfies(
              each -> {
                assertThat(each.resource()).isEqualTo(world.keyArn);
                assertThat(each.reason()).isEqualTo(new Reason.NothingAllows(false, null));
                assertThat(each.considered()).hasSize(1);
                assertThat(each.answer()).doesNotContain(world.keyId);
              });
    }
  }

  @Test
  void ciphertext_ofAKeyOfAnotherAccount_isOpenedAsLongAsItPermits() {
    Policy refusing = keyPolicy(allow(ROOT_A, "kms:PutKeyPolicy"));
    try (World world = new World(keyPolicy(ALL, allow(ROOT_B, "kms:Decrypt")))) {
      // The account has no key of this material: the other account's decides.
      assertThat(world.as(ROOT_B).decrypt(b -> b.ciphertextBlob(world.blob(Map.of()))).keyId())
          .isEqualTo(world.keyArn);
      world.put(refusing);
      world.expect(
          ROOT_B,
          w -> DecryptBuilder.builder().ciphertextBlob(w.blob(Map.of())).build(),
          " on the resource associated with this ciphertext because the resource does not exist in"
              + " this Region, no resource-based policies allow access, or a resource-based policy"
              + " explicitly denies access");
    }
  }

  @Test
  void refusalListener_thatFails_doesNotChangeTheAnswer() {
    List<Throwable> failures = new ArrayList<>();
    AssertionError failure = new AssertionError("in a test");
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .refusalListener(
                explanation -> {
                  throw failure;
                })
            .failureListener((operation, each) -> failures.add(each))
            .build()) {
      String keyArn = kms.createKey(b -> {}).keyMetadata().arn();
      assertThatThrownBy(() -> kms.inAccount(B).describeKey(b -> b.keyId(keyArn)))
          .isExactlyInstanceOf(AccessDeniedException.class);
      assertThat(failures).containsExactly(failure);
    }
  }

  @Test
  void explain_requestThatIsRefused_changesNothingAndAgreesWithTheCall() {
    try (World world = new World(DEFAULT, Map.of())) {
      KmsRequest<?> request =
          DecryptBuilder.builder()
              .ciphertextBlob(world.blob(Map.of()))
              .grantTokens(List.of("token"))
              .build();
      assertThat(world.kms.explain(World.caller(ALICE), request))
          .singleElement()
          .extracting(Explanation::allowed)
          .isEqualTo(false);
      assertThatThrownBy(
              () -> world.kms.explain(World.caller(ROOT_A), new DescribeKey(UNKNOWN, null)))
          .isExactlyInstanceOf(NotFoundException.class)
          .hasMessage("Key '" + World.ROOT.arn("key/" + UNKNOWN) + "' does not exist");
      world.kms.scheduleKeyDeletion(b -> b.keyId(world.keyId).pendingWindowInDays(7));
      world.now = world.now.plusSeconds(8 * 86_400);
      KmsRequest<?> ofDueKey = new DescribeKey(world.keyId, null);
      assertThatThrownBy(() -> world.kms.explain(World.caller(ROOT_A), ofDueKey))
          .isExactlyInstanceOf(NotFoundException.class);
      // The explanation has not carried out the deletion.
      assertThat(world.kms.purge()).isEqualTo(1);
      assertThatThrownBy(() -> world.kms.call(ofDueKey))
          .isExactlyInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void identity_ofARoleWithAPath_isThatOfItsSessions() {
    String role = "arn:aws:iam::111122223333:role/team/Dev";
    try (World world =
        new World(
            keyPolicy(ALL, allow(role, "kms:Encrypt")),
            Map.of(role, List.of(may("kms:DescribeKey", "*"))))) {
      for (String principal :
          List.of(
              role,
              "arn:aws:iam::111122223333:role/Dev",
              "arn:aws:sts::111122223333:assumed-role/Dev/embedded-kms")) {
        KmsClient dev = world.as(principal);
        dev.describeKey(b -> b.keyId(world.keyId));
        dev.encrypt(b -> b.keyId(world.keyId).plaintext(SecretBytes.fromUtf8String("x")));
      }
    }
  }
}
