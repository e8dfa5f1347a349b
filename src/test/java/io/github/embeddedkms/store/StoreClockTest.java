package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.Mockito;

/** The time of a store, which decides when keys are due, and how the store confirms it. */
class StoreClockTest {

  private static final long START = Instant.parse("2026-03-04T05:06:07.089Z").toEpochMilli();
  private static final long LIMIT = Duration.ofDays(7).toMillis();

  @TempDir Path directory;

  private TestDatabase database;
  private final AtomicLong wallClock = new AtomicLong(START);
  private final AtomicLong nanoTime = new AtomicLong();
  private int changes;

  @BeforeEach
  void chooseFile() {
    database = TestDatabase.sqlite(directory.resolve("keys.db"));
  }

  private SealedKeyStorageBuilder builder() {
    return database
        .builder()
        .rootKey(RootKey.unsealedForTests())
        .wallClockMillis(wallClock::get)
        .nanoTime(nanoTime::get)
        .maximumStaleness(Duration.ZERO);
  }

  private long confirmed() throws SQLException {
    return database.number("SELECT confirmed FROM kms_store");
  }

  private void change(SealedKeyStorage node) {
    assertThat(node.apply(Change.put(FaultedStorage.alias("alias/" + changes++, "key")))).isTrue();
  }

  @Test
  void open_newStore_confirmsTheTimeOfItsCreation() throws SQLException {
    try (SealedKeyStorage node = builder().open()) {
      assertThat(confirmed()).isEqualTo(START);
      assertThat(node.time().orElseThrow()).isEqualTo(Instant.ofEpochMilli(START));
      assertThat(node.isClockAhead()).isFalse();
    }
  }

  @Test
  void clock_withinLimit_isUsed_andEachChangeConfirmsIt() throws SQLException {
    try (SealedKeyStorage node = builder().open()) {
      for (int i = 1; i <= 3; i++) {
        wallClock.addAndGet(LIMIT);
        assertThat(node.time().orElseThrow().toEpochMilli()).isEqualTo(START + i * LIMIT);
        assertThat(node.isClockAhead()).isFalse();
        assertThat(confirmed()).isEqualTo(START + (i - 1) * LIMIT);
        change(node);
        assertThat(confirmed()).isEqualTo(START + i * LIMIT);
      }
    }
  }

  @Test
  void clock_beyondLimit_isIgnored_andNoChangeConfirmsIt() throws SQLException {
    try (SealedKeyStorage node = builder().open()) {
      wallClock.addAndGet(LIMIT + 1);
      assertThat(node.isClockAhead()).isTrue();
      assertThat(node.time().orElseThrow().toEpochMilli()).isEqualTo(START);
      change(node);
      node.reseal();
      assertThat(confirmed()).isEqualTo(START);
      assertThat(node.isClockAhead()).isTrue();
      long sequence = node.sequence();
      Contents before = Contents.of(node);
      node.confirmTime();
      assertThat(confirmed()).isEqualTo(START + LIMIT + 1);
      assertThat(node.isClockAhead()).isFalse();
      assertThat(node.time().orElseThrow().toEpochMilli()).isEqualTo(START + LIMIT + 1);
      assertThat(node.sequence()).isEqualTo(sequence + 1);
      assertThat(Contents.of(node)).isEqualTo(before);
    }
    try (SealedKeyStorage node = builder().open()) {
      assertThat(node.isClockAhead()).isFalse();
    }
  }

  @Test
  void clock_beyondLimitButConfirmedByAnotherNode_isUsed() {
    try (SealedKeyStorage node = builder().open();
        SealedKeyStorage other = builder().open()) {
      wallClock.addAndGet(LIMIT + 1);
      assertThat(node.isClockAhead()).isTrue();
      other.confirmTime();
      assertThat(node.time().orElseThrow().toEpochMilli()).isEqualTo(START + LIMIT + 1);
      assertThat(node.isClockAhead()).isFalse();
    }
  }

  @Test
  void clock_setBack_isUsed_andConfirmedTimeIsKept() throws SQLException {
    try (SealedKeyStorage node = builder().open()) {
      wallClock.addAndGet(-Duration.ofDays(1_000).toMillis());
      assertThat(node.time().orElseThrow().toEpochMilli()).isEqualTo(wallClock.get());
      assertThat(node.isClockAhead()).isFalse();
      change(node);
      assertThat(confirmed()).isEqualTo(START);
      wallClock.set(-1);
      assertThat(node.time().orElseThrow()).isEqualTo(Instant.EPOCH);
    }
  }

  /** A time that was confirmed by mistake can be corrected. */
  @Test
  void confirmTime_wrongTimeConfirmedBefore_correctsIt() throws SQLException {
    wallClock.addAndGet(Duration.ofDays(31).toMillis());
    try (SealedKeyStorage node = builder().open()) {
      wallClock.set(START);
      node.confirmTime();
      assertThat(confirmed()).isEqualTo(START);
      wallClock.addAndGet(LIMIT + 1);
      assertThat(node.isClockAhead()).isTrue();
    }
  }

  @Test
  void readOnly_clockBeyondLimit_isIgnored() {
    builder().open().close();
    wallClock.addAndGet(LIMIT + 1);
    try (SealedKeyStorage node = builder().readOnly().open()) {
      assertThat(node.isClockAhead()).isTrue();
      assertThat(node.time().orElseThrow().toEpochMilli()).isEqualTo(START);
    }
  }

  @Test
  void maximumClockJump_set_isTheLimit() {
    Duration limit = Duration.ofMinutes(1);
    try (SealedKeyStorage node = builder().maximumClockJump(limit).open()) {
      wallClock.addAndGet(limit.toMillis());
      assertThat(node.isClockAhead()).isFalse();
      wallClock.addAndGet(1);
      assertThat(node.isClockAhead()).isTrue();
    }
    builder().maximumClockJump(Duration.ofDays(365));
  }

  @ParameterizedTest
  @CsvSource({"PT59.999S", "P365DT0.001S", "PT-1S", "PT0S"})
  void maximumClockJump_outOfRange_isRefused(Duration limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().maximumClockJump(limit))
        .withMessage("embedded-kms: a clock jump is 1 minute to 365 days, not " + limit);
  }

  @Test
  void close_time_throws() {
    SealedKeyStorage node = builder().open();
    node.close();
    assertThatIllegalStateException().isThrownBy(node::time);
    assertThatIllegalStateException().isThrownBy(node::isClockAhead);
    assertThatIllegalStateException().isThrownBy(node::confirmTime);
  }

  /** The node's own clock is 31 days ahead. */
  @Test
  void postgresql_databaseClock_isUsed_continuedByNanoTime() throws SQLException {
    database = TestDatabase.postgres();
    wallClock.set(Instant.now().plus(Duration.ofDays(31)).toEpochMilli());
    try (SealedKeyStorage node = builder().open()) {
      Instant begin = node.time().orElseThrow();
      assertThat(begin).isCloseTo(databaseTime(), within(1, ChronoUnit.MINUTES));
      assertThat(Instant.ofEpochMilli(confirmed()))
          .isCloseTo(databaseTime(), within(1, ChronoUnit.MINUTES));
      nanoTime.addAndGet(Duration.ofHours(3).toNanos());
      assertThat(node.time().orElseThrow()).isEqualTo(begin.plus(Duration.ofHours(3)));
      nanoTime.addAndGet(-Duration.ofHours(4).toNanos());
      assertThat(node.time().orElseThrow()).isEqualTo(begin);
      assertThat(node.isClockAhead()).isFalse();
      change(node);
      assertThat(node.time().orElseThrow()).isAfterOrEqualTo(begin);
      assertThat(Instant.ofEpochMilli(confirmed())).isEqualTo(node.time().orElseThrow());
      long sequence = node.sequence();
      node.confirmTime();
      assertThat(node.sequence()).isEqualTo(sequence);
    }
  }

  /** The database's own clock needs no confirmation, however long ago the last write was. */
  @Test
  void databaseClock_lastWriteLongAgo_isUsed() throws SQLException {
    StoreClock clock = new StoreClock(Duration.ofDays(7), nanoTime::get, wallClock::get);
    Head head =
        Head.empty(Bytes.fromByteArray(new byte[16]), 2, 1, START)
            .tagged(Bytes.fromUtf8String("t"));
    Tables tables = Mockito.mock(Tables.class);
    Mockito.when(tables.time()).thenReturn(OptionalLong.of(START + LIMIT + 1));
    clock.readDatabaseTime(tables);
    assertThat(clock.isAhead(head)).isFalse();
    assertThat(clock.confirmedAfter(head)).isEqualTo(START + LIMIT + 1);
    assertThat(clock.time(head).toEpochMilli()).isEqualTo(START + LIMIT + 1);
  }

  private Instant databaseTime() throws SQLException {
    return Instant.ofEpochSecond(
        database.number("SELECT extract(epoch FROM clock_timestamp())::bigint"));
  }
}
