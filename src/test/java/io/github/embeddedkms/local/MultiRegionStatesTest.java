package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The deletion of multi-Region keys, and their transient states. */
@OverDatabases
class MultiRegionStatesTest {

  private static final String HERE = "eu-central-1";
  private static final String THERE = "eu-west-1";
  private static final String ELSEWHERE = "us-east-1";
  private static final String ACCOUNT = "111122223333";
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final Duration TRANSITION = Duration.ofSeconds(5);

  private Instant now = NOW;
  private final TestStore store = TestStore.create();
  private final Fixture.CountingStorage storage = new Fixture.CountingStorage(store.open());
  private final LocalKeyProvider here =
      LocalKeyProvider.builder()
          .region(HERE)
          .account(ACCOUNT)
          .clock(() -> now)
          .multiRegionTransition(TRANSITION)
          .storage(storage)
          .build();
  private final KmsClient there = here.inRegion(THERE);
  private final KmsClient elsewhere = here.inRegion(ELSEWHERE);

  @AfterEach
  void close() {
    here.close();
    store.close();
  }

  /** Creates a primary key with replicas, and waits for the end of their creation. */
  private String primary(String... replicaRegions) {
    String keyId = here.createKey(b -> b.multiRegion(true)).keyMetadata().keyId();
    for (String region : replicaRegions) {
      here.replicateKey(b -> b.keyId(keyId).replicaRegion(region));
    }
    now = now.plus(TRANSITION);
    storage.changes = 0;
    return keyId;
  }

  private static KeyMetadata describe(KmsClient kms, String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private static KeyState state(KmsClient kms, String keyId) {
    return describe(kms, keyId).keyState();
  }

  private static Instant schedule(KmsClient kms, String keyId, int days) {
    return kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(days)).deletionDate();
  }

  private void waitDays(int days) {
    now = now.plus(Duration.ofDays(days));
  }

  private static String arn(String region, String keyId) {
    return "arn:aws:kms:" + region + ":" + ACCOUNT + ":key/" + keyId;
  }

  private static void assertInvalidState(String message, ThrowingCallable call) {
    assertThat(catchThrowable(call))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(message);
  }

  private static void assertNotFound(KmsClient kms, String keyId) {
    assertThat(catchThrowable(() -> describe(kms, keyId)))
        .isExactlyInstanceOf(NotFoundException.class);
  }

  private static Bytes encrypt(KmsClient kms, String keyId) {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("text")))
        .ciphertextBlob();
  }

  @Test
  void scheduleKeyDeletion_primaryWithReplicas_waitsForThem() {
    String keyId = primary(THERE, ELSEWHERE);
    assertThat(here.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(9)))
        .isEqualTo(
            new ScheduleKeyDeletion.Response(
                arn(HERE, keyId), null, KeyState.PENDING_REPLICA_DELETION, 9));
    storage.reopen(store);
    KeyMetadata waiting = describe(here, keyId);
    assertThat(waiting.keyState()).isEqualTo(KeyState.PENDING_REPLICA_DELETION);
    assertThat(waiting.enabled()).isFalse();
    assertThat(waiting.deletionDate()).isNull();
    assertThat(waiting.pendingDeletionWindowInDays()).isEqualTo(9);
    assertInvalidState(
        arn(HERE, keyId) + " is pending replica deletion.", () -> encrypt(here, keyId));
    // Replicas are not deleted with it.
    waitDays(1000);
    assertThat(state(there, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(state(here, keyId)).isEqualTo(KeyState.PENDING_REPLICA_DELETION);
  }

  @Test
  void primary_isDeleted_afterItsOwnWindow_fromTheDeletionOfTheLastReplica() {
    String keyId = primary(THERE, ELSEWHERE);
    schedule(here, keyId, 9);
    schedule(there, keyId, 7);
    waitDays(7);
    assertNotFound(there, keyId);
    assertThat(state(here, keyId)).isEqualTo(KeyState.PENDING_REPLICA_DELETION);
    schedule(elsewhere, keyId, 8);
    waitDays(8);
    storage.changes = 0;
    KeyMetadata counting = describe(here, keyId);
    assertThat(storage.changes).isEqualTo(1);
    assertThat(counting.keyState()).isEqualTo(KeyState.PENDING_DELETION);
    assertThat(counting.deletionDate()).isEqualTo(now.plus(Duration.ofDays(9)));
    assertThat(counting.pendingDeletionWindowInDays()).isNull();
    assertThat(counting.multiRegionConfiguration().replicaKeys()).isEmpty();
    storage.reopen(store);
    assertThat(describe(here, keyId)).isEqualTo(counting);
    waitDays(9);
    assertNotFound(here, keyId);
    assertThat(storage.relatedKeys(ACCOUNT, keyId)).isEmpty();
  }

  @Test
  void replicas_dueAtTheSameTime_areBothDeleted_andThePrimaryCounts() {
    String keyId = primary(THERE, ELSEWHERE);
    schedule(there, keyId, 7);
    schedule(elsewhere, keyId, 7);
    schedule(here, keyId, 7);
    waitDays(30);
    assertThat(here.purge()).isEqualTo(2);
    // The window begins when the deletion is carried out, so that it can still be cancelled.
    assertThat(describe(here, keyId).deletionDate()).isEqualTo(now.plus(Duration.ofDays(7)));
  }

  @Test
  void replica_deletedWhileThePrimaryIsUsable_changesNothingElse() {
    String keyId = primary(THERE);
    Bytes blob = encrypt(there, keyId);
    there.disableKey(b -> b.keyId(keyId));
    assertThat(schedule(there, keyId, 7)).isEqualTo(now.plus(Duration.ofDays(7)));
    waitDays(7);
    assertThat(state(here, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(describe(here, keyId).multiRegionConfiguration().replicaKeys()).isEmpty();
    assertThat(here.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("text");
    // Without replicas, its own deletion begins at once.
    assertThat(schedule(here, keyId, 7)).isEqualTo(now.plus(Duration.ofDays(7)));
  }

  @Test
  void cancelKeyDeletion_ofEachState_disablesTheKey() {
    String keyId = primary(THERE);
    schedule(here, keyId, 7);
    here.cancelKeyDeletion(b -> b.keyId(keyId));
    assertThat(state(here, keyId)).isEqualTo(KeyState.DISABLED);
    assertThat(describe(here, keyId).pendingDeletionWindowInDays()).isNull();
    schedule(here, keyId, 7);
    schedule(there, keyId, 7);
    there.cancelKeyDeletion(b -> b.keyId(keyId));
    waitDays(7);
    assertThat(state(there, keyId)).isEqualTo(KeyState.DISABLED);
    assertThat(state(here, keyId)).isEqualTo(KeyState.PENDING_REPLICA_DELETION);
    schedule(there, keyId, 7);
    waitDays(7);
    assertThat(state(here, keyId)).isEqualTo(KeyState.PENDING_DELETION);
    here.cancelKeyDeletion(b -> b.keyId(keyId));
    assertThat(state(here, keyId)).isEqualTo(KeyState.DISABLED);
    assertThat(describe(here, keyId).deletionDate()).isNull();
    waitDays(30);
    assertThat(state(here, keyId)).isEqualTo(KeyState.DISABLED);
  }

  @Test
  void scheduleKeyDeletion_overtakenByTheDeletionOfTheLastReplica_countsAtOnce() {
    String keyId = primary(THERE);
    schedule(there, keyId, 7);
    storage.beforeNextChange =
        () -> {
          waitDays(7);
          here.purge();
        };
    assertThat(schedule(here, keyId, 7)).isEqualTo(now.plus(Duration.ofDays(7)));
  }

  @Test
  void scheduleKeyDeletion_overtakenByAReplication_waitsForTheReplica() {
    String keyId = primary();
    storage.beforeNextChange = () -> here.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE));
    assertThat(schedule(here, keyId, 7)).isNull();
    assertThat(state(here, keyId)).isEqualTo(KeyState.PENDING_REPLICA_DELETION);
  }

  @Test
  void replica_isCreating_untilTheTransitionIsOver() {
    String keyId = primary();
    here.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE));
    storage.reopen(store);
    now = now.plus(TRANSITION).minusMillis(1);
    KeyMetadata creating = describe(there, keyId);
    assertThat(creating.keyState()).isEqualTo(KeyState.CREATING);
    assertThat(creating.enabled()).isFalse();
    assertThat(creating.currentKeyMaterialId()).isNull();
    assertInvalidState(arn(THERE, keyId) + " is creating.", () -> encrypt(there, keyId));
    assertInvalidState(
        arn(THERE, keyId) + " is creating.",
        () -> here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE)));
    here.rotateKeyOnDemand(b -> b.keyId(keyId));
    now = now.plusMillis(1);
    assertThat(state(there, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(describe(there, keyId).currentKeyMaterialId())
        .isEqualTo(describe(here, keyId).currentKeyMaterialId());
    Bytes blob = encrypt(there, keyId);
    assertThat(here.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("text");
  }

  @Test
  void replica_creating_canBeScheduledForDeletion_andStaysSo() {
    String keyId = primary();
    here.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE));
    schedule(there, keyId, 7);
    now = now.plus(TRANSITION);
    assertThat(state(there, keyId)).isEqualTo(KeyState.PENDING_DELETION);
    there.cancelKeyDeletion(b -> b.keyId(keyId));
    assertThat(state(there, keyId)).isEqualTo(KeyState.DISABLED);
  }

  @Test
  void updatePrimaryRegion_bothKeysAreUpdating_andUsable() {
    String keyId = primary(THERE, ELSEWHERE);
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    storage.reopen(store);
    assertThat(state(elsewhere, keyId)).isEqualTo(KeyState.ENABLED);
    for (KmsClient kms : List.of(here, there)) {
      KeyMetadata updating = describe(kms, keyId);
      assertThat(updating.keyState()).isEqualTo(KeyState.UPDATING);
      assertThat(updating.enabled()).isTrue();
      Bytes unused = encrypt(kms, keyId);
      assertThat(catchThrowable(() -> kms.disableKey(b -> b.keyId(keyId))))
          .isExactlyInstanceOf(KmsInvalidStateException.class);
    }
    assertInvalidState(
        arn(THERE, keyId) + " is updating.",
        () -> there.replicateKey(b -> b.keyId(keyId).replicaRegion("ap-south-1")));
    now = now.plus(TRANSITION);
    assertThat(state(here, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(state(there, keyId)).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void updatePrimaryRegion_whileUpdating_endsEnabled() {
    String keyId = primary(THERE, ELSEWHERE);
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    now = now.plusSeconds(2);
    there.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(ELSEWHERE));
    now = now.plusSeconds(3);
    assertThat(state(here, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(state(there, keyId)).isEqualTo(KeyState.UPDATING);
    assertThat(state(elsewhere, keyId)).isEqualTo(KeyState.UPDATING);
    now = now.plusSeconds(2);
    assertThat(state(there, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(state(elsewhere, keyId)).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void rotation_dueWhileUpdating_happensAfterwards_withItsDueDate() {
    String keyId = primary(THERE);
    here.enableKeyRotation(b -> b.keyId(keyId).rotationPeriodInDays(90));
    Instant due = now.plus(Duration.ofDays(90));
    now = due.minusSeconds(1);
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    now = due.plusSeconds(1);
    assertThat(here.listKeyRotations(b -> b.keyId(keyId)).rotations()).isEmpty();
    now = due.plus(TRANSITION);
    assertThat(here.listKeyRotations(b -> b.keyId(keyId)).rotations())
        .singleElement()
        .satisfies(rotation -> assertThat(rotation.rotationDate()).isEqualTo(due));
  }

  @Test
  void transition_ofAReadOnlyStorage_isOverAtItsTime() {
    String keyId = primary(THERE);
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    ReadOnlyView view = new ReadOnlyView(storage, ProviderClock.of(() -> now, storage));
    assertThat(view.relatedKeys(ACCOUNT, keyId))
        .allSatisfy(key -> assertThat(key.state()).isEqualTo(KeyState.UPDATING));
    now = now.plus(TRANSITION);
    Bytes material = storage.relatedKeys(ACCOUNT, keyId).get(0).materials().get(0).id();
    for (String region : List.of(HERE, THERE)) {
      assertThat(view.keysOfMaterial(region, material))
          .containsExactly(view.key(new Address(ACCOUNT, region, keyId)).orElseThrow());
    }
    assertThat(view.relatedKeys(ACCOUNT, keyId))
        .hasSize(2)
        .allSatisfy(key -> assertThat(key.state()).isEqualTo(KeyState.ENABLED))
        .allSatisfy(key -> assertThat(view.key(key.address())).contains(key));
    schedule(here, keyId, 7);
    waitDays(7);
    assertThat(view.relatedKeys(ACCOUNT, keyId))
        .map(key -> key.address().region())
        .containsExactly(THERE);
    assertThat(view.keysOfMaterial(HERE, material)).isEmpty();
  }

  @Test
  void multiRegionTransition_outOfRange_isRefused() {
    for (Duration wrong : List.of(Duration.ofMillis(-1), Duration.ofDays(1).plusNanos(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LocalKeyProvider.builder().multiRegionTransition(wrong))
          .withMessage("embedded-kms: multiRegionTransition is 0 to 1 day, not " + wrong);
    }
  }
}
