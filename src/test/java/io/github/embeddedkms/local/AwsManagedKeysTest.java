package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.NotAuthorizedException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsManagedKeysTest {

  private static final String S3 = "alias/aws/s3";
  private static final SecretBytes HELLO = SecretBytes.fromUtf8String("hello");

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  private static KeyMetadata describe(KmsClient kms, String keyId) {
    return kms.describeKey(key -> key.keyId(keyId)).keyMetadata();
  }

  private static List<String> aliasesOf(KmsClient kms) {
    return kms.listAliases(list -> {}).aliases().stream().map(AliasListEntry::aliasName).toList();
  }

  @OverDatabases
  @ParameterizedTest
  @ValueSource(strings = {S3, "arn:aws:kms:eu-central-1:111122223333:alias/aws/s3"})
  void describeKey_first_createsTheKey(String name) {
    KeyMetadata created = describe(kms, name);
    assertThat(created.keyManager()).isEqualTo(KeyManagerType.AWS);
    assertThat(created.keySpec()).isEqualTo(KeySpec.SYMMETRIC_DEFAULT);
    assertThat(created.keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(created.enabled()).isTrue();
    assertThat(created.creationDate()).isEqualTo(Fixture.NOW);
    assertThat(created.description())
        .isEqualTo("Default key that protects my s3 data when no other key is defined");

    fixture.reopen();
    assertThat(describe(kms, name)).isEqualTo(created);
    assertThat(describe(kms, created.keyId())).isEqualTo(created);
    assertThat(kms.listKeys(list -> {}).keys())
        .extracting(KeyListEntry::keyId)
        .contains(created.keyId());
    assertThat(kms.listAliases(list -> list.keyId(created.keyId())).aliases())
        .containsExactly(
            new AliasListEntry(
                S3,
                "arn:aws:kms:eu-central-1:111122223333:alias/aws/s3",
                created.keyId(),
                Fixture.NOW,
                Fixture.NOW));
    KeyEntry stored =
        fixture.storage.key(Names.address(kms.defaultCaller(), created.keyId())).orElseThrow();
    assertThat(stored.rotation())
        .isEqualTo(new KeyEntry.Rotation(365, Fixture.NOW.plus(Duration.ofDays(365))));
  }

  @Test
  void awsManagedKey_afterAYear_hasNewMaterial() {
    String first = describe(kms, S3).currentKeyMaterialId();
    Bytes blob = kms.encrypt(e -> e.keyId(S3).plaintext(HELLO)).ciphertextBlob();
    fixture.now = Fixture.NOW.plus(Duration.ofDays(365)).minusMillis(1);
    assertThat(describe(kms, S3).currentKeyMaterialId()).isEqualTo(first);

    fixture.now = Fixture.NOW.plus(Duration.ofDays(365));
    assertThat(describe(kms, S3).currentKeyMaterialId()).isNotEqualTo(first);
    assertThat(kms.decrypt(d -> d.ciphertextBlob(blob)).keyMaterialId()).isEqualTo(first);
  }

  @Test
  void awsManagedKey_usedByAlias_decrypts() {
    describe(kms, S3);
    Bytes blob = kms.encrypt(e -> e.keyId(S3).plaintext(HELLO)).ciphertextBlob();
    assertThat(kms.decrypt(d -> d.ciphertextBlob(blob)).plaintext()).isEqualTo(HELLO);
  }

  @Test
  void awsManagedKey_ofAnotherAccountOrRegion_isAnother() {
    String keyId = describe(kms, S3).keyId();
    assertThat(describe(kms.inRegion("us-east-1"), S3).keyId()).isNotEqualTo(keyId);
    assertThat(describe(kms.inAccount("444455556666"), S3).keyId()).isNotEqualTo(keyId);
    assertThat(describe(kms, S3).keyId()).isEqualTo(keyId);
  }

  /** Nothing is created for a caller who names another account. */
  @Test
  void describeKey_ofAnotherAccountsAlias_createsNothing() {
    KmsClient stranger = kms.inAccount("444455556666");
    assertThat(
            catchThrowable(
                () -> describe(stranger, "arn:aws:kms:eu-central-1:111122223333:alias/aws/s3")))
        .isInstanceOf(AccessDeniedException.class);
    assertThat(aliasesOf(kms)).doesNotContain(S3);
    assertThat(aliasesOf(stranger)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alias/aws/",
        "alias/aws/S3",
        "alias/aws/s3/x",
        "alias/aws/-s3",
        "alias/aws/s3-",
        "alias/aws/s_3",
        "alias/aws"
      })
  void describeKey_nameOfNoService_isNotFound(String name) {
    assertThat(catchThrowable(() -> describe(kms, name)))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("Alias arn:aws:kms:eu-central-1:111122223333:" + name + " is not found.");
    assertThat(aliasesOf(kms)).containsExactly(Fixture.ALIAS, Fixture.OTHER_ALIAS);
  }

  @Test
  void otherOperations_createNoKey() {
    assertThat(catchThrowable(() -> kms.encrypt(e -> e.keyId(S3).plaintext(HELLO))))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("Alias arn:aws:kms:eu-central-1:111122223333:alias/aws/s3 is not found.");
  }

  private void assertDenied(String action, String keyArn, Runnable call) {
    assertThat(catchThrowable(call::run))
        .as(action)
        .isInstanceOf(AccessDeniedException.class)
        .hasMessage(
            "User: arn:aws:iam::111122223333:root is not authorized to perform: kms:"
                + action
                + " on resource: "
                + keyArn
                + " because no resource-based policy allows the kms:"
                + action
                + " action");
  }

  @Test
  void changes_areDeniedAndChangeNothing() {
    KeyMetadata before = describe(kms, S3);
    String keyId = before.keyId();
    Map<String, Runnable> changes =
        Map.of(
            "DisableKey", () -> kms.disableKey(key -> key.keyId(keyId)),
            "EnableKey", () -> kms.enableKey(key -> key.keyId(keyId)),
            "ScheduleKeyDeletion", () -> kms.scheduleKeyDeletion(key -> key.keyId(keyId)),
            "CancelKeyDeletion", () -> kms.cancelKeyDeletion(key -> key.keyId(keyId)),
            "CreateAlias",
                () -> kms.createAlias(alias -> alias.aliasName("alias/x").targetKeyId(keyId)),
            "UpdateAlias",
                () -> kms.updateAlias(alias -> alias.aliasName(Fixture.ALIAS).targetKeyId(keyId)));
    changes.forEach((action, call) -> assertDenied(action, before.arn(), call));
    assertThat(catchThrowable(() -> kms.deleteAlias(alias -> alias.aliasName(S3))))
        .isInstanceOf(NotAuthorizedException.class);
    assertThat(
            catchThrowable(
                () -> kms.updateAlias(alias -> alias.aliasName(S3).targetKeyId(fixture.keyId))))
        .isInstanceOf(NotAuthorizedException.class);
    assertThat(describe(kms, S3)).isEqualTo(before);
    assertThat(aliasesOf(kms)).containsExactly(S3, Fixture.ALIAS, Fixture.OTHER_ALIAS);
  }

  /** The caller's own keys are still theirs. */
  @Test
  void changes_ofCustomerKeys_areAllowed() {
    describe(kms, S3);
    kms.disableKey(key -> key.keyId(fixture.keyId));
    assertThat(describe(kms, fixture.keyId).keyManager()).isEqualTo(KeyManagerType.CUSTOMER);
  }

  @OverDatabases
  @Test
  void describeKey_byManyThreads_createsOneKey() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<String>> described = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      described.add(threads.submit(() -> describe(kms, S3).keyId()));
    }
    List<String> keyIds = new ArrayList<>();
    for (Future<String> each : described) {
      keyIds.add(each.get());
    }
    threads.shutdown();
    assertThat(keyIds).containsOnly(describe(kms, S3).keyId());
    // With the two of the fixture.
    assertThat(kms.listKeys(list -> {}).keys()).hasSize(3);
  }

  @Test
  void builder_createsKeysBeforehand_andAfterReset() {
    try (LocalKeyProvider given =
        LocalKeyProvider.builder().awsManagedKeys("s3", "ebs", "s3").build()) {
      assertThat(aliasesOf(given)).containsExactly("alias/aws/ebs", S3);
      String before = describe(given, S3).keyId();
      given.reset();
      assertThat(aliasesOf(given)).containsExactly("alias/aws/ebs", S3);
      assertThat(describe(given, S3).keyId()).isNotEqualTo(before);
    }
  }

  @Test
  void builder_storeThatHasTheKey_keepsIt(@TempDir Path folder) {
    Path file = folder.resolve("keys.db");
    Path keyFile = folder.resolve("root.key");
    RootKey.createFile(keyFile);
    try (RootKey rootKey = RootKey.fromFile(keyFile)) {
      String keyId;
      try (LocalKeyProvider first = LocalKeyProvider.open(file, rootKey)) {
        keyId = describe(first, S3).keyId();
      }
      try (LocalKeyProvider again =
          LocalKeyProvider.builder()
              .storage(SealedKeyStorage.builder(file).rootKey(rootKey).open())
              .awsManagedKeys("s3")
              .build()) {
        assertThat(describe(again, S3).keyId()).isEqualTo(keyId);
        assertThat(again.listKeys(list -> {}).keys()).hasSize(1);
      }
      // A read-only store has the keys that it has.
      try (LocalKeyProvider reading = LocalKeyProvider.openReadOnly(file, rootKey)) {
        assertThat(describe(reading, S3).keyManager()).isEqualTo(KeyManagerType.AWS);
        assertThat(catchThrowable(() -> describe(reading, "alias/aws/ebs")))
            .isInstanceOf(NotFoundException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", S3, "S3"})
  void builder_nameOfNoService_isRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKeyProvider.builder().awsManagedKeys("ebs", name))
        .withMessage(
            "embedded-kms: a service with an AWS managed key is named as after alias/aws/, by"
                + " lower-case letters, digits and hyphens, for example s3, not "
                + name);
  }

  @Test
  void awsSdk_describesAndIsDenied() {
    try (software.amazon.awssdk.services.kms.KmsClient sdk = AwsSdk.client(kms)) {
      var metadata = sdk.describeKey(key -> key.keyId(S3)).keyMetadata();
      assertThat(metadata.keyManagerAsString()).isEqualTo("AWS");
      assertThat(
              catchThrowable(() -> sdk.disableKey(key -> key.keyId(metadata.keyId()))).getMessage())
          .startsWith("User: arn:aws:iam::111122223333:root is not authorized to perform:");
    }
  }
}
