package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsClockTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant OTHER = Instant.parse("2020-05-06T07:08:09.123456789Z");

  /** What the system's clock shows. */
  private volatile Instant system = NOON;

  private final KmsClock clock = new KmsClock(() -> system);

  private void wait(Duration duration) {
    system = system.plus(duration);
  }

  @Test
  void running_showsTheSystemsTime() {
    Instant before = Instant.now();
    Instant shown = KmsClock.running().instant();
    assertThat(shown).isBetween(before, Instant.now());
  }

  @Test
  void running_turned_runsOnFromThere() {
    clock.set(OTHER);
    assertThat(clock.instant()).isEqualTo(OTHER);
    wait(Duration.ofSeconds(3));
    assertThat(clock.instant()).isEqualTo(OTHER.plusSeconds(3));
    clock.advance(Duration.ofDays(1));
    clock.advance(Duration.ZERO);
    wait(Duration.ofSeconds(2));
    assertThat(clock.instant()).isEqualTo(OTHER.plusSeconds(5).plus(Duration.ofDays(1)));
    assertThat(clock.isFrozen()).isFalse();
  }

  @Test
  void frozen_turned_staysFrozenThere() {
    clock.freeze();
    wait(Duration.ofHours(1));
    clock.freeze();
    assertThat(clock.instant()).isEqualTo(NOON);
    clock.set(OTHER);
    clock.advance(Duration.ofNanos(1));
    wait(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(OTHER.plusNanos(1));
    assertThat(clock.isFrozen()).isTrue();
  }

  @Test
  void resume_runsOnFromTheTimeShown() {
    clock.set(OTHER);
    clock.freeze();
    wait(Duration.ofHours(1));
    clock.resume();
    assertThat(clock.instant()).isEqualTo(OTHER);
    wait(Duration.ofHours(1));
    clock.resume();
    assertThat(clock.instant()).isEqualTo(OTHER.plus(Duration.ofHours(1)));
    assertThat(clock.isFrozen()).isFalse();
  }

  @Test
  void reset_showsTheSystemsTimeAndRuns() {
    clock.set(OTHER);
    clock.freeze();
    clock.reset();
    wait(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(system);
    assertThat(clock.isFrozen()).isFalse();
  }

  @Test
  void frozenAt_showsThatTime() {
    KmsClock frozen = KmsClock.frozenAt(OTHER);
    assertThat(frozen.instant()).isEqualTo(OTHER);
    assertThat(frozen).hasToString("KmsClock[2020-05-06T07:08:09.123456789Z, frozen]");
    assertThat(clock).hasToString("KmsClock[2026-01-01T12:00:00Z, running]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void advance_negative_isRefusedAndChangesNothing(boolean frozen) {
    freezeIf(frozen);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .withMessage("embedded-kms: a clock cannot be advanced by PT-1S; set an earlier time");
    assertThat(clock.instant()).isEqualTo(NOON);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void turned_outOfBounds_isRefusedAndChangesNothing(boolean frozen) {
    freezeIf(frozen);
    String bounds =
        "embedded-kms: a clock shows times from 1970-01-01T00:00:00Z to"
            + " 9999-12-31T23:59:59.999999999Z, not ";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.set(Instant.parse("1969-12-31T23:59:59.999999999Z")))
        .withMessage(bounds + "1969-12-31T23:59:59.999999999Z");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.set(Instant.MAX))
        .withMessage(bounds + Instant.MAX);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(Duration.ofSeconds(Long.MAX_VALUE)))
        .withMessage(bounds + "2026-01-01T12:00:00Z plus PT2562047788015215H30M7S");
    assertThat(clock.instant()).isEqualTo(NOON);
    clock.set(KmsClock.MIN);
    clock.advance(Duration.between(KmsClock.MIN, KmsClock.MAX));
    assertThat(clock.instant()).isEqualTo(KmsClock.MAX);
  }

  private void freezeIf(boolean frozen) {
    if (frozen) {
      clock.freeze();
    }
  }

  @Test
  void advance_byManyThreads_losesNone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> turning = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      turning.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 10_000; n++) {
                  clock.advance(Duration.ofSeconds(1));
                }
              }));
    }
    for (Future<?> thread : turning) {
      thread.get();
    }
    threads.shutdown();
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(40_000));
  }

  /** No call names the keys that are due, and one becomes due before the other. */
  @Test
  void provider_clockAdvanced_carriesOutWhatIsDueAtTheNextCall() {
    clock.freeze();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().clock(clock).build()) {
      String first = scheduledKey(kms, 7);
      String second = scheduledKey(kms, 8);
      clock.advance(Duration.ofDays(7).minusMillis(1));
      assertThat(kms.listKeys(list -> {}).keys()).hasSize(2);
      clock.advance(Duration.ofMillis(1));
      assertThat(kms.listKeys(list -> {}).keys())
          .extracting(key -> key.keyId())
          .containsExactly(second);
      assertThat(catchThrowable(() -> kms.cancelKeyDeletion(key -> key.keyId(first))))
          .isInstanceOf(NotFoundException.class);
      clock.advance(Duration.ofDays(30));
      assertThat(kms.purge()).isEqualTo(1);
    }
  }

  @Test
  void provider_clockSetBack_keepsWhatWasDoneAndWaitsForTheRest() {
    clock.freeze();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().clock(clock).build()) {
      String gone = scheduledKey(kms, 7);
      String waiting = scheduledKey(kms, 8);
      clock.advance(Duration.ofDays(7));
      assertThat(kms.purge()).isEqualTo(1);

      clock.set(NOON.minus(Duration.ofDays(365)));
      assertThat(catchThrowable(() -> kms.describeKey(key -> key.keyId(gone))))
          .isInstanceOf(NotFoundException.class);
      var metadata = kms.describeKey(key -> key.keyId(waiting)).keyMetadata();
      assertThat(metadata.keyState()).isEqualTo(KeyState.PENDING_DELETION);
      assertThat(metadata.deletionDate()).isEqualTo(NOON.plus(Duration.ofDays(8)));
      assertThat(kms.createKey(key -> {}).keyMetadata().creationDate())
          .isEqualTo("2025-01-01T12:00:00Z");

      clock.set(NOON.plus(Duration.ofDays(8)));
      assertThat(kms.purge()).isEqualTo(1);
    }
  }

  private static String scheduledKey(LocalKeyProvider kms, int days) {
    String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
    kms.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(days));
    return keyId;
  }
}
