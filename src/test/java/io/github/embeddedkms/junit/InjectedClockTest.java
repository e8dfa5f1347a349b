package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.kms.KmsClient;

/** The clock that the extension injects. */
class InjectedClockTest {

  private static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");

  /** The clock was not turned: it shows the time of this machine. */
  private static void assertShowsSystemTime(KmsClock clock) {
    assertThat(clock.isFrozen()).isFalse();
    assertThat(clock.instant()).isBetween(Instant.now().minusSeconds(60), Instant.now());
  }

  @EmbeddedKms
  static class Turned {

    @EmbeddedKms private KmsClock field;

    @BeforeEach
    void before(KmsClock clock) {
      assertShowsSystemTime(clock);
    }

    @RepeatedTest(2)
    void deletionDate_passed_keyIsGone(KmsClock clock, KmsClient kms) {
      assertThat(clock).isSameAs(field);
      String keyId = kms.createKey().keyMetadata().keyId();
      kms.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
      clock.advance(Duration.ofDays(7));
      assertThat(catchThrowable(() -> kms.describeKey(key -> key.keyId(keyId))))
          .isInstanceOf(software.amazon.awssdk.services.kms.model.NotFoundException.class);
    }
  }

  @Test
  void clock_ofEachTest_turnsTheKeysOfThatTest() {
    Samples.succeed(2, Turned.class);
  }

  @EmbeddedKms(seed = "/seeds/orders.yaml", aliases = "alias/a")
  static class Shared {

    @EmbeddedKms private static KmsClock clock;
    @EmbeddedKms private static LocalKeyProvider kms;

    @RepeatedTest(2)
    void turned() {
      assertShowsSystemTime(clock);
      // Keys that the extension creates have the time to which the clock was returned.
      for (String alias : new String[] {"alias/a", "alias/orders"}) {
        assertThat(kms.describeKey(key -> key.keyId(alias)).keyMetadata().creationDate())
            .isAfter(Instant.now().minusSeconds(60));
      }
      clock.set(PAST);
      clock.freeze();
      assertThat(kms.createKey(key -> {}).keyMetadata().creationDate())
          .isCloseTo(PAST, org.assertj.core.api.Assertions.within(1, ChronoUnit.MINUTES));
    }
  }

  @Test
  void clock_sharedByTests_isResetBeforeEach() {
    Samples.succeed(2, Shared.class);
  }

  static class OfTheBuilder {

    private static final KmsClock CLOCK = KmsClock.frozenAt(PAST);

    @RegisterExtension
    static final EmbeddedKmsExtension KMS = EmbeddedKmsExtension.builder().clock(CLOCK).build();

    @EmbeddedKms private static LocalKeyProvider kms;

    @RepeatedTest(2)
    void turned(KmsClock clock) {
      assertThat(clock).isSameAs(CLOCK);
      clock.advance(Duration.ofHours(1));
      kms.createKey(key -> {});
    }
  }

  @Test
  void clock_ofTheBuilder_isInjectedAndNotReset() {
    Samples.succeed(2, OfTheBuilder.class);
    assertThat(OfTheBuilder.CLOCK.instant()).isEqualTo(PAST.plus(Duration.ofHours(2)));
  }

  @EmbeddedKms
  static class Untouched {

    @Test
    void providerWithoutInjectedClock_hasTheTimeOfThisMachine(LocalKeyProvider kms) {
      Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      assertThat(kms.createKey(key -> {}).keyMetadata().creationDate())
          .isBetween(before, Instant.now());
      assertThat(catchThrowable(() -> kms.describeKey(key -> key.keyId("alias/none"))))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void clock_notInjected_changesNothing() {
    Samples.succeed(1, Untouched.class);
  }
}
