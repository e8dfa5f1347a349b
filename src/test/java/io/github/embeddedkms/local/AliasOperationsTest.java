package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidAliasNameException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.NotAuthorizedException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.fixture.OverDatabases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AliasOperationsTest {

  private static final String QUOTA =
      "Aliases per key quota for this account in this region is 50, current usage is %d.";

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @OverDatabases
  @Test
  void createAlias_newName_keyIsFoundByAlias() {
    kms.createAlias(b -> b.aliasName("alias/a/B_c-9").targetKeyId(fixture.keyArn));
    assertThat(kms.describeKey(b -> b.keyId("alias/a/B_c-9")).keyMetadata().keyId())
        .isEqualTo(fixture.keyId);
    String longest = "alias/" + "x".repeat(250);
    kms.createAlias(b -> b.aliasName(longest).targetKeyId(fixture.keyId));
    assertThat(kms.describeKey(b -> b.keyId(longest)).keyMetadata().keyId())
        .isEqualTo(fixture.keyId);
  }

  @OverDatabases
  @Test
  void createAlias_nameTaken_throwsAlreadyExists_evenForSameKey() {
    String other = kms.createKey(b -> {}).keyMetadata().keyId();
    fixture.storage.changes = 0;
    String text = "An alias with the name " + Fixture.ALIAS_ARN + " already exists";
    assertRefused(AlreadyExistsException.class, text, Fixture.ALIAS, fixture.keyId);
    assertRefused(AlreadyExistsException.class, text, Fixture.ALIAS, other);
    assertThat(kms.describeKey(b -> b.keyId(Fixture.ALIAS)).keyMetadata().keyId())
        .isEqualTo(fixture.keyId);
  }

  @Test
  void createAlias_withoutPrefix_isRefused() {
    String text =
        "Alias must start with the prefix \"alias/\". Please see"
            + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
    for (String name : new String[] {"orders", "Alias/orders", "alias", "/alias/orders"}) {
      assertRefused(ValidationException.class, text, name, fixture.keyId);
    }
    // Reported before the target is resolved.
    assertRefused(ValidationException.class, text, "orders", "nobody");
  }

  @Test
  void createAlias_reservedOrEmptyName_isRefused() {
    assertRefused(NotAuthorizedException.class, null, "alias/aws/s3", fixture.keyId);
    assertRefused(
        InvalidAliasNameException.class,
        "embedded-kms: the alias has no name after its prefix",
        "alias/",
        fixture.keyId);
    assertThatCode(
            () -> kms.createAlias(b -> b.aliasName("alias/awsome").targetKeyId(fixture.keyId)))
        .doesNotThrowAnyException();
  }

  @Test
  void createAlias_colonInName_isRefused() {
    for (String name : new String[] {"alias/Service:Test", "alias/:", "alias/a:b:c"}) {
      assertRefused(
          ValidationException.class,
          name + " contains invalid characters for an alias",
          name,
          fixture.keyId);
    }
    // Reported before the target is resolved.
    assertRefused(
        ValidationException.class,
        "alias/a:b contains invalid characters for an alias",
        "alias/a:b",
        "nobody");
  }

  /** Earlier versions of this library created such aliases. */
  @OverDatabases
  @Test
  void aliasWithColon_inAnOlderStore_isUsedUpdatedAndDeleted() {
    String name = "alias/Service:Test";
    Address address = new Address(Fixture.ACCOUNT, Fixture.REGION, name);
    fixture.storage.apply(
        Change.put(new AliasEntry(address, 1, fixture.keyId, Fixture.NOW, Fixture.NOW)));
    assertThat(kms.describeKey(b -> b.keyId(name)).keyMetadata().keyId()).isEqualTo(fixture.keyId);
    kms.updateAlias(b -> b.aliasName(name).targetKeyId(fixture.otherKeyId));
    assertThat(kms.describeKey(b -> b.keyId(name)).keyMetadata().keyId())
        .isEqualTo(fixture.otherKeyId);
    kms.deleteAlias(b -> b.aliasName(name));
    assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId(name))))
        .isExactlyInstanceOf(NotFoundException.class);
  }

  /** Only the code is asserted for CreateAlias: its message was never recorded. */
  @Test
  void createAndUpdate_aliasAsTarget_isRefused() {
    for (String target : new String[] {Fixture.ALIAS, Fixture.ALIAS_ARN}) {
      assertThat(
              catchThrowable(
                  () -> kms.createAlias(b -> b.aliasName("alias/second").targetKeyId(target))))
          .isExactlyInstanceOf(ValidationException.class);
      assertThat(
              catchThrowable(
                  () -> kms.updateAlias(b -> b.aliasName(Fixture.OTHER_ALIAS).targetKeyId(target))))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessage("embedded-kms: TargetKeyId takes a key id or key ARN, not an alias");
    }
    assertThat(fixture.storage.changes).isZero();
  }

  /** Fills the key up to its quota. It has one alias already. */
  private void createAliases(int count) {
    for (int i = 2; i <= count; i++) {
      String name = "alias/number-" + i;
      kms.createAlias(b -> b.aliasName(name).targetKeyId(fixture.keyId));
    }
    fixture.storage.changes = 0;
  }

  @OverDatabases
  @Test
  void createAlias_keyHas50Aliases_throwsLimitExceeded_untilOneIsGone() {
    createAliases(50);
    assertRefused(LimitExceededException.class, QUOTA.formatted(50), "alias/51", fixture.keyId);
    // An existing name is reported first.
    assertRefused(
        AlreadyExistsException.class,
        "An alias with the name " + Fixture.ALIAS_ARN + " already exists",
        Fixture.ALIAS,
        fixture.keyId);
    kms.createAlias(b -> b.aliasName("alias/of-another-key").targetKeyId(fixture.otherKeyId));
    kms.deleteAlias(b -> b.aliasName("alias/number-2"));
    kms.createAlias(b -> b.aliasName("alias/51").targetKeyId(fixture.keyId));
    kms.updateAlias(b -> b.aliasName("alias/51").targetKeyId(fixture.otherKeyId));
    kms.createAlias(b -> b.aliasName("alias/52").targetKeyId(fixture.keyId));
    assertThat(kms.listAliasesPages(b -> b.keyId(fixture.keyId)).items()).hasSize(50);
  }

  /** Earlier versions of this library had no quota. */
  @Test
  void createAlias_olderStoreWithMoreAliases_reportsTheirNumber() {
    createAliases(50);
    for (int i = 51; i <= 120; i++) {
      Address address = new Address(Fixture.ACCOUNT, Fixture.REGION, "alias/number-" + i);
      fixture.storage.apply(
          Change.put(new AliasEntry(address, 1, fixture.keyId, Fixture.NOW, Fixture.NOW)));
    }
    fixture.storage.changes = 0;
    assertRefused(LimitExceededException.class, QUOTA.formatted(120), "alias/new", fixture.keyId);
  }

  @OverDatabases
  @Test
  void updateAlias_targetHas50Aliases_throwsLimitExceeded_unlessItIsOneOfThem() {
    createAliases(50);
    assertThat(
            catchThrowable(
                () ->
                    kms.updateAlias(
                        b -> b.aliasName(Fixture.OTHER_ALIAS).targetKeyId(fixture.keyId))))
        .isExactlyInstanceOf(LimitExceededException.class)
        .hasMessage("embedded-kms: the key already has 50 aliases, the maximum");
    assertThat(fixture.storage.changes).isZero();
    kms.updateAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(fixture.keyId));
    assertThat(fixture.storage.changes).isEqualTo(1);
  }

  @OverDatabases
  @Test
  void createAlias_sameNameInAnotherRegion_isAnotherAlias() {
    var west = kms.inRegion("eu-west-1");
    String keyId = west.createKey(b -> {}).keyMetadata().keyId();
    west.createAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(keyId));
    assertThat(west.describeKey(b -> b.keyId(Fixture.ALIAS)).keyMetadata().keyId())
        .isEqualTo(keyId);
    assertThat(kms.describeKey(b -> b.keyId(Fixture.ALIAS)).keyMetadata().keyId())
        .isEqualTo(fixture.keyId);
    assertThat(
            catchThrowable(
                () -> kms.inAccount("444455556666").describeKey(b -> b.keyId(Fixture.ALIAS))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage("Alias arn:aws:kms:eu-central-1:444455556666:alias/fixture is not found.");
  }

  private void assertRefused(
      Class<? extends KmsException> type, String message, String name, String target) {
    assertThat(catchThrowable(() -> kms.createAlias(b -> b.aliasName(name).targetKeyId(target))))
        .isExactlyInstanceOf(type)
        .hasMessage(message);
    assertThat(fixture.storage.changes).isZero();
  }

  @OverDatabases
  @Test
  void updateAlias_pointsToNewKey_oldBlobsStayWithOldKey() {
    fixture.now = Fixture.NOW.plusSeconds(60);
    kms.updateAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(fixture.otherKeyId));
    AliasListEntry alias = kms.listAliases(b -> {}).aliases().get(0);
    assertThat(alias)
        .isEqualTo(
            new AliasListEntry(
                Fixture.ALIAS,
                Fixture.ALIAS_ARN,
                fixture.otherKeyId,
                Fixture.NOW,
                Fixture.NOW.plusSeconds(60)));
    assertThat(kms.decrypt(b -> b.ciphertextBlob(fixture.blob)).keyId()).isEqualTo(fixture.keyArn);
    assertThat(
            catchThrowable(
                () -> kms.decrypt(b -> b.ciphertextBlob(fixture.blob).keyId(Fixture.ALIAS))))
        .isExactlyInstanceOf(IncorrectKeyException.class);
  }

  @Test
  void updateAlias_fromKeyPendingDeletion_succeeds_toSuchKeyIsRefused() {
    fixture.state(KeyState.PENDING_DELETION);
    kms.updateAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(fixture.otherKeyId));
    assertThat(
            catchThrowable(
                () -> kms.updateAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(fixture.keyId))))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(fixture.keyArn + " is pending deletion.");
  }

  /** Aliases and keys are looked for before states are checked. */
  @Test
  void updateAlias_missingAliasToKeyPendingDeletion_isNotFound() {
    fixture.state(KeyState.PENDING_DELETION);
    assertThat(
            catchThrowable(
                () -> kms.updateAlias(b -> b.aliasName("alias/none").targetKeyId(fixture.keyId))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage(
            "Alias "
                + fixture.keyArn.replace("key/" + fixture.keyId, "alias/none")
                + " is not found.");
  }

  @Test
  void updateAlias_toAKeyOfAnotherUsage_isRefused() {
    fixture.usage(KeyUsageType.SIGN_VERIFY);
    assertThat(
            catchThrowable(
                () ->
                    kms.updateAlias(
                        b -> b.aliasName(Fixture.OTHER_ALIAS).targetKeyId(fixture.keyId))))
        .isExactlyInstanceOf(ValidationException.class)
        .hasMessage(
            "Alias alias/other cannot be changed from a CMK with key usage ENCRYPT_DECRYPT to a CMK"
                + " with key usage SIGN_VERIFY. The key usage of the current CMK and the new CMK"
                + " must be the same.");
    assertThat(fixture.storage.changes).isZero();
  }

  @Test
  void updateAlias_toAKeyOfAnotherKind_isRefused() {
    String rsa = newKey(KeySpec.RSA_2048);
    assertThat(
            catchThrowable(() -> kms.updateAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(rsa))))
        .isExactlyInstanceOf(ValidationException.class)
        .hasMessage(
            "embedded-kms: alias alias/fixture cannot be changed from a key with key spec"
                + " SYMMETRIC_DEFAULT to one with key spec RSA_2048");
    kms.createAlias(b -> b.aliasName("alias/rsa").targetKeyId(rsa));
    String longer = newKey(KeySpec.RSA_3072);
    kms.updateAlias(b -> b.aliasName("alias/rsa").targetKeyId(longer));
    assertThat(kms.describeKey(b -> b.keyId("alias/rsa")).keyMetadata().keyId()).isEqualTo(longer);
  }

  private String newKey(KeySpec spec) {
    return kms.createKey(b -> b.keySpec(spec).keyUsage(KeyUsageType.ENCRYPT_DECRYPT))
        .keyMetadata()
        .keyId();
  }

  @OverDatabases
  @Test
  void deleteAlias_anyKeyState_keyIsKept() {
    fixture.state(KeyState.PENDING_DELETION);
    kms.deleteAlias(b -> b.aliasName(Fixture.ALIAS));
    assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId(Fixture.ALIAS))))
        .isExactlyInstanceOf(NotFoundException.class);
    assertThat(kms.describeKey(b -> b.keyId(fixture.keyId)).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_DELETION);
  }

  @OverDatabases
  @Test
  void updateAndDelete_missingAlias_isNotFound() {
    String text = "Alias arn:aws:kms:eu-central-1:111122223333:alias/missing is not found.";
    assertThat(
            catchThrowable(
                () ->
                    kms.updateAlias(b -> b.aliasName("alias/missing").targetKeyId(fixture.keyId))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage(text);
    assertThat(catchThrowable(() -> kms.deleteAlias(b -> b.aliasName("alias/missing"))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage(text);
  }

  @Test
  void deleteAlias_prefixAlone_isNotFound() {
    assertThat(catchThrowable(() -> kms.deleteAlias(b -> b.aliasName("alias/"))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage("Alias arn:aws:kms:eu-central-1:111122223333:alias/ is not found.");
  }

  @Test
  void updateAndDelete_reservedOrMalformedName_isRefused() {
    for (String name : new String[] {"alias/aws/s3", "orders"}) {
      Class<? extends KmsException> expected =
          name.equals("orders") ? ValidationException.class : NotAuthorizedException.class;
      String text =
          name.equals("orders") ? "embedded-kms: the name of an alias begins with alias/" : null;
      assertThat(
              catchThrowable(
                  () -> kms.updateAlias(b -> b.aliasName(name).targetKeyId(fixture.keyId))))
          .isExactlyInstanceOf(expected)
          .hasMessage(text);
      assertThat(catchThrowable(() -> kms.deleteAlias(b -> b.aliasName(name))))
          .isExactlyInstanceOf(expected)
          .hasMessage(text);
    }
    assertThat(fixture.storage.changes).isZero();
  }
}
