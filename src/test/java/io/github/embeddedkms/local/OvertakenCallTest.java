package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Calls that another change overtakes between their checks and their change. A race between threads
 * does this only occasionally; here it happens every time.
 */
@OverDatabases
class OvertakenCallTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  private void schedule() {
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
  }

  private void deleteKey() {
    schedule();
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    assertThat(kms.purge()).isEqualTo(1);
  }

  private void assertOvertaken(
      Runnable by, Runnable call, Class<? extends KmsException> type, String message) {
    fixture.storage.beforeNextChange = by;
    assertThat(catchThrowable(call::run)).isExactlyInstanceOf(type).hasMessage(message);
  }

  private void createAlias() {
    kms.createAlias(b -> b.aliasName("alias/late").targetKeyId(fixture.keyId));
  }

  private void updateAlias() {
    kms.updateAlias(b -> b.aliasName(Fixture.OTHER_ALIAS).targetKeyId(fixture.keyId));
  }

  @Test
  void createAlias_targetDeletedConcurrently_createsNoAlias() {
    assertOvertaken(
        this::deleteKey,
        this::createAlias,
        NotFoundException.class,
        "Key '" + fixture.keyArn + "' does not exist");
    assertThat(kms.listAliases(b -> {}).aliases())
        .extracting(AliasListEntry::aliasName)
        .containsExactly(Fixture.OTHER_ALIAS);
  }

  @Test
  void createAlias_deletionScheduledConcurrently_isRefused() {
    assertOvertaken(
        this::schedule,
        this::createAlias,
        KmsInvalidStateException.class,
        fixture.keyArn + " is pending deletion.");
  }

  @Test
  @Timeout(60)
  void updateAlias_overtakenOnce_otherCallsWaitUntilItIsDone() throws Exception {
    Thread other = new Thread(this::updateAlias);
    Runnable inItsTurn =
        () -> {
          other.start();
          while (other.isAlive() && other.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
          }
          assertThat(other.isAlive()).as("the other call waits").isTrue();
        };
    fixture.storage.beforeNextChange =
        () -> {
          updateAlias();
          fixture.storage.beforeNextChange = inItsTurn;
        };
    updateAlias();
    other.join();
    assertThat(kms.describeKey(b -> b.keyId(Fixture.OTHER_ALIAS)).keyMetadata().keyId())
        .isEqualTo(fixture.keyId);
  }

  /** It cannot overtake that call, and would otherwise generate its key pair a second time. */
  @Test
  @Timeout(60)
  void createKey_anotherCallIsRunAgain_doesNotWait() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread other =
        new Thread(
            () ->
                failure.set(
                    catchThrowable(
                        () ->
                            kms.createKey(
                                b ->
                                    b.keySpec(KeySpec.ECC_NIST_P256)
                                        .keyUsage(KeyUsageType.SIGN_VERIFY)))));
    AtomicBoolean waited = new AtomicBoolean();
    Runnable inItsTurn =
        () -> {
          other.start();
          while (other.isAlive() && !waited.get()) {
            waited.set(other.getState() == Thread.State.TIMED_WAITING);
          }
        };
    fixture.storage.beforeNextChange =
        () -> {
          updateAlias();
          fixture.storage.beforeNextChange = inItsTurn;
        };
    updateAlias();
    other.join();
    assertThat(waited).isFalse();
    assertThat(failure).hasNullValue();
  }

  @Test
  void createAlias_overtakenAndInterrupted_failsBetweenTwoRuns() {
    assertOvertaken(
        () -> {
          schedule();
          Thread.currentThread().interrupt();
        },
        this::createAlias,
        KmsInternalException.class,
        "embedded-kms: interrupted while waiting for the store");
    assertThat(Thread.interrupted()).isTrue();
    kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId));
    createAlias();
  }

  @Test
  void createAlias_sameAliasCreatedConcurrently_throwsAlreadyExists() {
    assertOvertaken(
        this::createAlias,
        this::createAlias,
        AlreadyExistsException.class,
        "An alias with the name arn:aws:kms:eu-central-1:111122223333:alias/late already exists");
  }

  /** Adds aliases to the key until it has the given number. */
  private void fillUpTo(int count) {
    int present = kms.listAliasesPages(b -> b.keyId(fixture.keyId)).items().toList().size();
    for (int i = present + 1; i <= count; i++) {
      String name = "alias/number-" + i;
      kms.createAlias(b -> b.aliasName(name).targetKeyId(fixture.keyId));
    }
  }

  @Test
  void createAlias_lastAliasOfTheQuotaCreatedConcurrently_isRefused() {
    fillUpTo(49);
    assertOvertaken(
        () -> fillUpTo(50),
        this::createAlias,
        LimitExceededException.class,
        "Aliases per key quota for this account in this region is 50, current usage is 50.");
    assertThat(kms.listAliasesPages(b -> b.keyId(fixture.keyId)).items()).hasSize(50);
  }

  @Test
  void updateAlias_lastAliasOfTheQuotaCreatedConcurrently_isRefused() {
    fillUpTo(49);
    assertOvertaken(
        () -> fillUpTo(50),
        this::updateAlias,
        LimitExceededException.class,
        "embedded-kms: the key already has 50 aliases, the maximum");
    assertThat(kms.listAliasesPages(b -> b.keyId(fixture.keyId)).items()).hasSize(50);
  }

  @Test
  void updateAlias_targetDeletedConcurrently_changesNothing() {
    assertOvertaken(
        this::deleteKey,
        this::updateAlias,
        NotFoundException.class,
        "Key '" + fixture.keyArn + "' does not exist");
    assertThat(kms.describeKey(b -> b.keyId(Fixture.OTHER_ALIAS)).keyMetadata().keyId())
        .isEqualTo(fixture.otherKeyId);
  }

  @Test
  void updateAlias_deletionScheduledConcurrently_isRefused() {
    assertOvertaken(
        this::schedule,
        this::updateAlias,
        KmsInvalidStateException.class,
        fixture.keyArn + " is pending deletion.");
  }

  private CreateGrant.Response createGrant() {
    return kms.createGrant(
        b ->
            b.keyId(fixture.keyId)
                .granteePrincipal(Fixture.GRANTEE)
                .operations(List.of(GrantOperation.DESCRIBE_KEY))
                .name("late"));
  }

  @Test
  void createGrant_deletionScheduledConcurrently_isRefused() {
    assertOvertaken(
        this::schedule,
        this::createGrant,
        KmsInvalidStateException.class,
        fixture.keyArn + " is pending deletion.");
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId)).grants()).isEmpty();
  }

  @Test
  void createGrant_keyDeletedConcurrently_createsNoGrant() {
    assertOvertaken(
        this::deleteKey,
        this::createGrant,
        NotFoundException.class,
        "Key '" + fixture.keyArn + "' does not exist");
    Address key = new Address(Fixture.ACCOUNT, Fixture.REGION, fixture.keyId);
    assertThat(fixture.storage.countOf(GrantEntry.KIND, key)).isZero();
  }

  @Test
  void createGrant_sameNameCreatedConcurrently_returnsThatGrant() {
    List<String> ids = new ArrayList<>();
    fixture.storage.beforeNextChange = () -> ids.add(createGrant().grantId());
    ids.add(createGrant().grantId());
    assertThat(ids).hasSize(2).containsOnly(ids.get(0));
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId)).grants()).hasSize(1);
  }

  @Test
  void createGrant_sameNameRevokedConcurrently_createsAnotherGrant() {
    String before = createGrant().grantId();
    fixture.storage.beforeNextChange = () -> revoke(before);
    String after = createGrant().grantId();
    assertThat(after).isNotEqualTo(before);
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId)).grants())
        .extracting(GrantListEntry::grantId)
        .containsExactly(after);
  }

  /** Of another account, so that nothing but the grant permits it. */
  @Test
  void createGrant_permittingGrantRevokedConcurrently_isRefused() {
    KmsClient grantee = kms.client(kms.defaultCaller().inAccount("444455556666"));
    String parent =
        kms.createGrant(
                b ->
                    b.keyId(fixture.keyId)
                        .granteePrincipal("444455556666")
                        .operations(
                            List.of(GrantOperation.CREATE_GRANT, GrantOperation.DESCRIBE_KEY)))
            .grantId();
    fixture.storage.beforeNextChange = () -> revoke(parent);
    assertThat(
            catchThrowable(
                () ->
                    grantee.createGrant(
                        b ->
                            b.keyId(fixture.keyArn)
                                .granteePrincipal(Fixture.GRANTEE)
                                .operations(List.of(GrantOperation.DESCRIBE_KEY)))))
        .isExactlyInstanceOf(AccessDeniedException.class);
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId)).grants()).isEmpty();
  }

  @Test
  void revokeGrant_policyChangedConcurrently_isRefused() {
    KmsClient other = kms.client(kms.defaultCaller().inAccount("444455556666"));
    String grantId = createGrant().grantId();
    String root = kms.defaultCaller().principal();
    putPolicy(root, "444455556666");
    fixture.storage.beforeNextChange = () -> putPolicy(root);
    assertThat(
            catchThrowable(() -> other.revokeGrant(b -> b.keyId(fixture.keyArn).grantId(grantId))))
        .isExactlyInstanceOf(AccessDeniedException.class);
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId)).grants()).hasSize(1);
  }

  private void putPolicy(String... allowed) {
    String[] statements =
        Stream.of(allowed).map(each -> Subjects.allow(each, "kms:*")).toArray(String[]::new);
    kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(Subjects.keyPolicy(statements).text()));
  }

  private void retire(String grantId) {
    kms.retireGrant(b -> b.keyId(fixture.keyId).grantId(grantId));
  }

  private void revoke(String grantId) {
    kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(grantId));
  }

  @Test
  void retireGrant_revokedConcurrently_throwsNotFound() {
    String grantId = createGrant().grantId();
    assertOvertaken(
        () -> revoke(grantId),
        () -> retire(grantId),
        NotFoundException.class,
        "embedded-kms: the key has no grant " + grantId);
  }

  @Test
  void revokeGrant_retiredConcurrently_throwsNotFound() {
    String grantId = createGrant().grantId();
    assertOvertaken(
        () -> retire(grantId),
        () -> revoke(grantId),
        NotFoundException.class,
        "embedded-kms: the key has no grant " + grantId);
  }

  @Test
  void revokeGrant_keyDeletedConcurrently_throwsNotFound() {
    String grantId = createGrant().grantId();
    assertOvertaken(
        this::deleteKey,
        () -> revoke(grantId),
        NotFoundException.class,
        "Key '" + fixture.keyArn + "' does not exist");
  }

  @Test
  void purge_grantRevokedConcurrently_deletesTheKeyAndItsGrants() {
    String grantId = createGrant().grantId();
    schedule();
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    Address key = new Address(Fixture.ACCOUNT, Fixture.REGION, fixture.keyId);
    GrantEntry grant =
        fixture.storage.entry(GrantEntry.KIND, GrantEntry.addressOf(key, grantId)).orElseThrow();
    fixture.storage.beforeNextChange = () -> fixture.storage.apply(Change.remove(List.of(grant)));
    assertThat(kms.purge()).isEqualTo(1);
    assertThat(fixture.storage.key(key)).isEmpty();
    assertThat(fixture.storage.countOf(GrantEntry.KIND, key)).isZero();
  }

  @Test
  void disableKey_deletionScheduledConcurrently_isRefused_andTheDeletionStays() {
    assertOvertaken(
        this::schedule,
        () -> kms.disableKey(b -> b.keyId(fixture.keyId)),
        KmsInvalidStateException.class,
        fixture.keyArn + " is pending deletion.");
    assertThat(fixture.key().state()).isEqualTo(KeyState.PENDING_DELETION);
    assertThat(fixture.key().deletionDate()).isNotNull();
  }

  @Test
  void purge_deletionCancelledConcurrently_deletesNothing() {
    schedule();
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    fixture.storage.beforeNextChange =
        () ->
            fixture.storage.apply(
                Change.put(
                    fixture
                        .key()
                        .changed(next -> next.state(KeyState.DISABLED).deletionDate(null))));
    assertThat(kms.purge()).isZero();
    assertThat(fixture.key().state()).isEqualTo(KeyState.DISABLED);
    kms.enableKey(b -> b.keyId(fixture.keyId));
    assertThat(kms.decrypt(b -> b.ciphertextBlob(fixture.blob)).plaintext().asUtf8String())
        .isEqualTo(Fixture.PLAINTEXT);
  }

  @Test
  void purge_aliasPointedElsewhereConcurrently_deletesOnlyTheKeysOwn() {
    schedule();
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    var alias =
        fixture
            .storage
            .alias(new Address(Fixture.ACCOUNT, Fixture.REGION, Fixture.ALIAS))
            .orElseThrow();
    fixture.storage.beforeNextChange =
        () -> fixture.storage.apply(Change.put(alias.retargeted(fixture.otherKeyId, Fixture.NOW)));
    assertThat(kms.purge()).isEqualTo(1);
    assertThat(kms.describeKey(b -> b.keyId(Fixture.ALIAS)).keyMetadata().keyId())
        .isEqualTo(fixture.otherKeyId);
  }

  @Test
  void decrypt_keyDeletedConcurrently_throwsAccessDenied() {
    fixture.storage.afterNextLookup = this::deleteKey;
    assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(fixture.blob))))
        .isExactlyInstanceOf(AccessDeniedException.class)
        .hasMessageContaining(
            " kms:Decrypt on the resource associated with this ciphertext because");
  }

  @Test
  void resolve_aliasPointedElsewhereAndOldKeyDeleted_findsTheNewKey() {
    fixture.storage.afterNextAlias =
        () -> {
          kms.updateAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(fixture.otherKeyId));
          deleteKey();
        };
    assertThat(kms.describeKey(b -> b.keyId(Fixture.ALIAS)).keyMetadata().keyId())
        .isEqualTo(fixture.otherKeyId);
  }

  @Test
  void resolve_aliasAndKeyDeletedBetweenTheReads_throwsNotFound() {
    fixture.storage.afterNextAlias = this::deleteKey;
    assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId(Fixture.ALIAS))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage("Alias " + Fixture.ALIAS_ARN + " is not found.");
  }

  @Test
  void updateAlias_aliasDeletedAndRecreatedConcurrently_updatesTheNewOne() {
    fixture.now = Fixture.NOW.plusSeconds(1);
    fixture.storage.beforeNextChange =
        () -> {
          kms.deleteAlias(b -> b.aliasName(Fixture.OTHER_ALIAS));
          kms.createAlias(b -> b.aliasName(Fixture.OTHER_ALIAS).targetKeyId(fixture.otherKeyId));
        };
    updateAlias();
    assertThat(kms.listAliases(b -> b.keyId(fixture.keyId)).aliases())
        .filteredOn(alias -> alias.aliasName().equals(Fixture.OTHER_ALIAS))
        .singleElement()
        .satisfies(alias -> assertThat(alias.creationDate()).isEqualTo(Fixture.NOW.plusSeconds(1)));
  }

  @Test
  void purge_closedConcurrently_throwsClosed() {
    schedule();
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    fixture.storage.beforeNextChange = kms::close;
    assertThat(catchThrowable(kms::purge))
        .isExactlyInstanceOf(ServiceClosedException.class)
        .hasMessage("embedded-kms: the provider is closed");
  }

  @Test
  void decrypt_providerClosedConcurrently_throwsClosed() {
    fixture.storage.afterNextLookup = kms::close;
    assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(fixture.blob))))
        .isExactlyInstanceOf(ServiceClosedException.class)
        .hasMessage("embedded-kms: the provider is closed");
  }
}
