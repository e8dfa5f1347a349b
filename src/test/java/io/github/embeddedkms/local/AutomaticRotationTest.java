package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.RotationsListEntry;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotations that happen because time passes. */
@OverDatabases
class AutomaticRotationTest {

  private static final int PERIOD = 90;
  private static final Instant DUE = Fixture.NOW.plus(Duration.ofDays(PERIOD));

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;
  private String first;

  @BeforeEach
  void enableRotation() {
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(PERIOD));
    first = currentMaterial(fixture.keyId);
    fixture.storage.changes = 0;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Instant afterPeriods(int periods) {
    return Fixture.NOW.plus(Duration.ofDays((long) PERIOD * periods));
  }

  private String currentMaterial(String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata().currentKeyMaterialId();
  }

  /** Returns the type and date of each rotation. */
  private List<String> rotations(String keyId) {
    return kms.listKeyRotations(b -> b.keyId(keyId)).rotations().stream()
        .map(each -> each.rotationType() + " " + each.rotationDate())
        .toList();
  }

  private static String automatic(Instant date) {
    return RotationType.AUTOMATIC + " " + date;
  }

  private static String onDemand(Instant date) {
    return RotationType.ON_DEMAND + " " + date;
  }

  private Instant nextDate(String keyId) {
    return kms.getKeyRotationStatus(b -> b.keyId(keyId)).nextRotationDate();
  }

  private void assertOldBlobOpens() {
    var opened = kms.decrypt(b -> b.ciphertextBlob(fixture.blob));
    assertThat(opened.plaintext().asUtf8String()).isEqualTo(Fixture.PLAINTEXT);
    assertThat(opened.keyMaterialId()).isEqualTo(first);
  }

  @Test
  void rotation_happensAtItsDate_notEarlier() {
    fixture.now = DUE.minusMillis(1);
    assertThat(currentMaterial(fixture.keyId)).isEqualTo(first);
    assertThat(rotations(fixture.keyId)).isEmpty();
    fixture.now = DUE;
    var dataKey = kms.generateDataKey(b -> b.keyId(fixture.keyId).numberOfBytes(1));
    assertThat(dataKey.keyMaterialId())
        .isNotEqualTo(first)
        .isEqualTo(currentMaterial(fixture.keyId));
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(DUE));
    assertThat(nextDate(fixture.keyId)).isEqualTo(afterPeriods(2));
    assertThat(fixture.storage.changes).isEqualTo(1);
    assertOldBlobOpens();
    fixture.reopen();
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(DUE));
    assertOldBlobOpens();
  }

  @Test
  void rotation_late_hasItsDueDate_andKeepsTheSchedule() {
    fixture.now = DUE.plus(Duration.ofDays(17)).plusMillis(1);
    // Any call carries it out, also one about another key.
    kms.describeKey(b -> b.keyId(fixture.otherKeyId));
    assertThat(fixture.storage.changes).isEqualTo(1);
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(DUE));
    assertThat(nextDate(fixture.keyId)).isEqualTo(afterPeriods(2));
  }

  @Test
  void purge_rotates_withoutCountingIt() {
    fixture.now = DUE;
    assertThat(kms.purge()).isZero();
    assertThat(fixture.storage.changes).isEqualTo(1);
  }

  @Test
  void rotations_severalOverdue_areCarriedOutInOrder_eachWithItsOwnDate() {
    fixture.now = afterPeriods(3);
    assertThat(rotations(fixture.keyId))
        .containsExactly(automatic(DUE), automatic(afterPeriods(2)), automatic(afterPeriods(3)));
    assertThat(nextDate(fixture.keyId)).isEqualTo(afterPeriods(4));
    assertThat(fixture.storage.changes).isEqualTo(3);
    assertThat(
            kms.listKeyRotations(
                    b ->
                        b.keyId(fixture.keyId)
                            .includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
                .rotations())
        .extracting(RotationsListEntry::keyMaterialId)
        .doesNotHaveDuplicates()
        .startsWith(first)
        .endsWith(currentMaterial(fixture.keyId));
    assertOldBlobOpens();
  }

  /** Two keys with rotations and one with a deletion in between. */
  @Test
  void dueWork_ofSeveralKeys_isCarriedOutInOrderOfDueTimes() {
    fixture.now = Fixture.NOW.plus(Duration.ofDays(80));
    kms.enableKeyRotation(b -> b.keyId(fixture.otherKeyId).rotationPeriodInDays(100));
    String third = kms.createKey(b -> {}).keyMetadata().keyId();
    kms.scheduleKeyDeletion(b -> b.keyId(third).pendingWindowInDays(30));
    fixture.storage.changes = 0;
    OrderOfChanges order = new OrderOfChanges();
    fixture.storage.beforeNextChange = order;
    fixture.now = afterPeriods(2);
    assertThat(kms.purge()).isEqualTo(1);
    // Day 90, 110 (deletion), 180 of the first key; day 180 of the second.
    assertThat(order.seen)
        .hasSize(4)
        .startsWith(
            "rotations 0 0, third present",
            "rotations 1 0, third present",
            "rotations 1 0, third gone");
    assertThat(rotations(fixture.keyId))
        .containsExactly(automatic(DUE), automatic(afterPeriods(2)));
    assertThat(rotations(fixture.otherKeyId))
        .containsExactly(automatic(Fixture.NOW.plus(Duration.ofDays(180))));
    assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId(third))))
        .isExactlyInstanceOf(NotFoundException.class);
    assertThat(fixture.storage.changes).isEqualTo(4);
  }

  @Test
  void rotation_whileDisabled_isSuspended_andHappensOnceWhenEnabled() {
    kms.disableKey(b -> b.keyId(fixture.keyId));
    fixture.storage.changes = 0;
    fixture.now = afterPeriods(3).plusMillis(5);
    assertThat(currentMaterial(fixture.keyId)).isEqualTo(first);
    assertThat(nextDate(fixture.keyId)).isEqualTo(DUE);
    assertThat(fixture.storage.changes).isZero();
    kms.enableKey(b -> b.keyId(fixture.keyId));
    assertThat(fixture.storage.changes).isEqualTo(1);
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(fixture.now));
    assertThat(nextDate(fixture.keyId)).isEqualTo(fixture.now.plus(Duration.ofDays(PERIOD)));
    assertOldBlobOpens();
    // Enabling an enabled key does nothing.
    kms.enableKey(b -> b.keyId(fixture.keyId));
    assertThat(rotations(fixture.keyId)).hasSize(1);
  }

  @Test
  void rotation_disabledAndEnabledBeforeItsDate_keepsItsDate() {
    kms.disableKey(b -> b.keyId(fixture.keyId));
    fixture.now = DUE.minusMillis(1);
    kms.enableKey(b -> b.keyId(fixture.keyId));
    assertThat(rotations(fixture.keyId)).isEmpty();
    fixture.now = DUE.plusMillis(7);
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(DUE));
  }

  @Test
  void rotation_whilePendingDeletion_isSuspended_andHappensOnceWhenEnabledAgain() {
    fixture.now = DUE.minusMillis(1);
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
    fixture.now = DUE.plus(Duration.ofDays(3));
    assertThat(currentMaterial(fixture.keyId)).isEqualTo(first);
    kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId));
    assertThat(currentMaterial(fixture.keyId)).isEqualTo(first);
    assertThat(nextDate(fixture.keyId)).isEqualTo(DUE);
    fixture.now = DUE.plus(Duration.ofDays(4));
    kms.enableKey(b -> b.keyId(fixture.keyId));
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(fixture.now));
  }

  @Test
  void rotation_dueAfterTheDeletionOfItsKey_doesNotPreventIt() {
    fixture.now = DUE.minus(Duration.ofDays(1));
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
    fixture.now = afterPeriods(3);
    assertThat(kms.purge()).isEqualTo(1);
  }

  @Test
  void rotation_onDemandThenAutomatic_bothHappen() {
    Instant between = Fixture.NOW.plus(Duration.ofDays(10));
    fixture.now = between;
    kms.rotateKeyOnDemand(b -> b.keyId(fixture.keyId));
    fixture.now = DUE;
    assertThat(rotations(fixture.keyId)).containsExactly(onDemand(between), automatic(DUE));
    assertOldBlobOpens();
  }

  @Test
  void rotation_switchedOff_doesNotHappen_butOnDemandDoes() {
    kms.disableKeyRotation(b -> b.keyId(fixture.keyId));
    fixture.now = afterPeriods(2);
    assertThat(rotations(fixture.keyId)).isEmpty();
    kms.rotateKeyOnDemand(b -> b.keyId(fixture.keyId));
    assertThat(rotations(fixture.keyId)).containsExactly(onDemand(fixture.now));
  }

  @Test
  void rotation_periodChanged_nextDateIsCountedFromTheChange() {
    Instant changed = DUE.minusMillis(1);
    fixture.now = changed;
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(100));
    fixture.now = changed.plus(Duration.ofDays(100)).minusMillis(1);
    assertThat(rotations(fixture.keyId)).isEmpty();
    fixture.now = changed.plus(Duration.ofDays(200));
    assertThat(rotations(fixture.keyId))
        .containsExactly(automatic(changed.plus(Duration.ofDays(100))), automatic(fixture.now));
  }

  @Test
  void rotation_clockSetBack_isNotUndoneAndNotRepeated() {
    fixture.now = DUE;
    String second = currentMaterial(fixture.keyId);
    fixture.now = Fixture.NOW;
    assertThat(currentMaterial(fixture.keyId)).isEqualTo(second);
    fixture.now = DUE;
    assertThat(currentMaterial(fixture.keyId)).isEqualTo(second);
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(DUE));
    fixture.now = afterPeriods(2);
    assertThat(rotations(fixture.keyId)).hasSize(2);
  }

  @Test
  void rotation_frozenClockAtItsDate_happensOnce() {
    fixture.now = DUE;
    for (int i = 0; i < 5; i++) {
      kms.generateDataKey(b -> b.keyId(fixture.keyId).numberOfBytes(1));
      kms.purge();
    }
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(DUE));
    assertThat(fixture.storage.changes).isEqualTo(1);
  }

  /** Another thread or node carries out the same rotation immediately before. */
  @Test
  void rotation_overtakenByTheSame_happensOnce() {
    fixture.now = DUE;
    fixture.storage.beforeNextChange = kms::purge;
    Bytes blob = kms.generateDataKey(b -> b.keyId(fixture.keyId).numberOfBytes(1)).ciphertextBlob();
    assertThat(rotations(fixture.keyId)).containsExactly(automatic(DUE));
    assertThat(fixture.storage.changes).isEqualTo(1);
    assertThat(kms.decrypt(b -> b.ciphertextBlob(blob)).keyMaterialId())
        .isEqualTo(currentMaterial(fixture.keyId));
  }

  /** The key is disabled after the call has found that its rotation is due. */
  @Test
  void rotation_overtakenByDisabling_doesNotHappen() {
    fixture.now = DUE;
    fixture.storage.beforeNextChange =
        () -> {
          fixture.now = DUE.minusMillis(1);
          kms.disableKey(b -> b.keyId(fixture.keyId));
          fixture.now = DUE;
        };
    kms.listKeys(b -> {});
    assertThat(rotations(fixture.keyId)).isEmpty();
    assertThat(currentMaterial(fixture.keyId)).isEqualTo(first);
  }

  /** Many threads find the same rotations due. */
  @Test
  void rotations_manyThreads_happenOnce() throws Exception {
    fixture.now = afterPeriods(4);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<String>> calls =
          Collections.nCopies(
              8,
              () ->
                  kms.generateDataKey(b -> b.keyId(fixture.keyId).numberOfBytes(1))
                      .keyMaterialId());
      for (Future<String> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isEqualTo(currentMaterial(fixture.keyId));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rotations(fixture.keyId))
        .containsExactly(
            automatic(DUE),
            automatic(afterPeriods(2)),
            automatic(afterPeriods(3)),
            automatic(afterPeriods(4)));
  }

  /** Records the state of the keys before each change. */
  private final class OrderOfChanges implements Runnable {

    private final ArrayList<String> seen = new ArrayList<>();

    @Override
    public void run() {
      // Read from the storage, because a call would carry out what is due.
      var all = fixture.storage.keysAfter(Names.address(kms.defaultCaller(), ""), 10);
      seen.add(
          "rotations "
              + rotationsOf(fixture.keyId)
              + " "
              + rotationsOf(fixture.otherKeyId)
              + ", third "
              + (all.size() == 3 ? "present" : "gone"));
      fixture.storage.beforeNextChange = this;
    }

    private long rotationsOf(String keyId) {
      return fixture
          .storage
          .key(Names.address(kms.defaultCaller(), keyId))
          .orElseThrow()
          .materials()
          .stream()
          .filter(material -> material.rotated() != null)
          .count();
    }
  }
}
