package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.embeddedkms.cli.CommandInProcess;
import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.WrappedMaterial;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which clock decides when a key is deleted, and how much harm the wrong clock of one machine can
 * do.
 */
class IrreversibleActsTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;

  private final List<String> reported = new ArrayList<>();
  private TestDatabase database;

  @BeforeEach
  void chooseFile() {
    database = TestDatabase.sqlite(directory.resolve("keys.db"));
  }

  /** A machine whose clock is right, or wrong by a given amount. */
  private final class Machine implements AutoCloseable {

    private Duration ahead;
    private final LocalKeyProvider kms;

    Machine(Duration ahead) {
      this.ahead = ahead;
      SealedKeyStorage storage =
          database
              .builder()
              .rootKey(RootKey.unsealedForTests())
              .maximumStaleness(Duration.ZERO)
              .wallClockMillis(() -> Instant.now().plus(this.ahead).toEpochMilli())
              .open();
      kms =
          LocalKeyProvider.builder()
              .storage(storage)
              .failureListener(
                  (operation, failure) -> reported.add(operation + ": " + failure.getMessage()))
              .build();
    }

    KeyState state(String keyId) {
      return kms.describeKey(b -> b.keyId(keyId)).keyMetadata().keyState();
    }

    @Override
    public void close() {
      kms.close();
    }
  }

  private static String pendingKey(LocalKeyProvider kms) {
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    return keyId;
  }

  @Test
  void sqlite_oneClockFarAhead_deletesNothingOnAnyMachine_untilPurgeConfirmsIt() {
    try (Machine right = new Machine(Duration.ZERO);
        Machine wrong = new Machine(DAY.multipliedBy(31))) {
      String keyId = pendingKey(right.kms);
      assertThat(wrong.state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
      wrong.kms.createKey(b -> {});
      assertThat(wrong.state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
      assertThat(right.state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
      assertThat(right.kms.purge()).isZero();
      assertThat(reported)
          .containsExactly(
              "DescribeKey: embedded-kms: a key waits for its deletion, but this machine's clock is"
                  + " too far ahead of the time that the store has confirmed: nothing is deleted"
                  + " until the clock is right, or purge() has confirmed it");
      assertThat(wrong.kms.purge()).isEqualTo(1);
      assertThatThrownBy(() -> right.state(keyId)).isInstanceOf(NotFoundException.class);
    }
  }

  /** The store was last changed 40 days ago. */
  @Test
  void sqlite_clockFarAheadOfCommands_deletesNothing_untilStorePurgeConfirmsIt() throws Exception {
    String keyId;
    try (Machine before = new Machine(DAY.multipliedBy(-40))) {
      keyId = pendingKey(before.kms);
    }
    assertThat(command("describe-key", "--key-id", keyId))
        .satisfies(
            described -> assertThat(described.out()).contains("\"PendingDeletion\""),
            described ->
                assertThat(described.err())
                    .startsWith("embedded-kms: a key waits for its deletion"));
    assertThat(command("store", "purge", "--read-only"))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: the store was opened for reading only, and cannot be changed\n"));
    assertThat(command("store", "purge")).isEqualTo(new Ended(0, "1\n", ""));
    assertThat(command("describe-key", "--key-id", keyId).exitCode()).isEqualTo(254);
    assertThat(command("store", "purge")).isEqualTo(new Ended(0, "0\n", ""));
  }

  private Ended command(String... words) throws IOException {
    Path rootKey = directory.resolve("root.key");
    if (!Files.exists(rootKey)) {
      RootKey.createFile(rootKey);
      // That of the machines.
      Files.write(rootKey, new byte[32]);
    }
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--store", directory.resolve("keys.db").toString()));
    all.addAll(List.of("--root-key-file", rootKey.toString()));
    return CommandInProcess.run(all.toArray(String[]::new));
  }

  @Test
  void sqlite_oneClockFarAhead_deletesNoExpiredMaterial_untilPurgeConfirmsIt() {
    try (Machine right = new Machine(Duration.ZERO);
        Machine wrong = new Machine(DAY.multipliedBy(31))) {
      String keyId = right.kms.createKey(b -> b.origin(OriginType.EXTERNAL)).keyMetadata().keyId();
      WrappedMaterial.importInto(
          right.kms,
          keyId,
          new byte[32],
          b ->
              b.expirationModel(ExpirationModelType.KEY_MATERIAL_EXPIRES)
                  .validTo(Instant.now().plus(DAY)));
      assertThat(wrong.state(keyId)).isEqualTo(KeyState.ENABLED);
      assertThat(right.state(keyId)).isEqualTo(KeyState.ENABLED);
      assertThat(reported)
          .containsExactly(
              "DescribeKey: embedded-kms: expired key material waits for its deletion, but this"
                  + " machine's clock is too far ahead of the time that the store has confirmed:"
                  + " nothing is deleted until the clock is right, or purge() has confirmed it");
      assertThat(wrong.kms.purge()).isZero();
      assertThat(right.state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
    }
  }

  /** The confirmed time is far behind then: counted from it, the waiting period would be over. */
  @Test
  void sqlite_storeUnusedForLong_keyIsDeletedOnlyAfterItsWaitingPeriod() {
    try (Machine machine = new Machine(Duration.ZERO)) {
      String first = pendingKey(machine.kms);
      machine.ahead = DAY.multipliedBy(30);
      String second = pendingKey(machine.kms);
      assertThat(deletionDate(machine.kms, second))
          .isCloseTo(
              deletionDate(machine.kms, first).plus(DAY.multipliedBy(30)),
              within(1, ChronoUnit.MINUTES));
      assertThat(machine.kms.purge()).isEqualTo(1);
      assertThatThrownBy(() -> machine.state(first)).isInstanceOf(NotFoundException.class);
      assertThat(machine.state(second)).isEqualTo(KeyState.PENDING_DELETION);
      machine.kms.cancelKeyDeletion(b -> b.keyId(second));
      machine.ahead = DAY.multipliedBy(38);
      assertThat(machine.state(second)).isEqualTo(KeyState.DISABLED);
    }
  }

  /**
   * Of a primary key too, whose own waiting period begins with the deletion of its last replica.
   */
  @Test
  void sqlite_storeUnusedForLong_primaryKeyIsDeletedOnlyAfterItsWaitingPeriod() {
    try (Machine machine = new Machine(Duration.ZERO)) {
      String keyId = machine.kms.createKey(b -> b.multiRegion(true)).keyMetadata().keyId();
      machine.kms.replicateKey(b -> b.keyId(keyId).replicaRegion("eu-west-1"));
      machine.kms.inRegion("eu-west-1").scheduleKeyDeletion(b -> b.keyId(keyId));
      machine.kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
      machine.ahead = DAY.multipliedBy(100);
      assertThat(machine.kms.purge()).isEqualTo(1);
      assertThat(machine.state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
      machine.ahead = DAY.multipliedBy(106);
      assertThat(machine.state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
      machine.kms.createKey(b -> {});
      machine.ahead = DAY.multipliedBy(108);
      assertThatThrownBy(() -> machine.state(keyId)).isInstanceOf(NotFoundException.class);
    }
  }

  private static Instant deletionDate(LocalKeyProvider kms, String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata().deletionDate();
  }

  @Test
  void sqlite_timeAdvancesInSmallSteps_keyIsDeletedOnTime() {
    try (Machine machine = new Machine(Duration.ZERO)) {
      String keyId = pendingKey(machine.kms);
      machine.ahead = DAY.multipliedBy(6);
      assertThat(machine.state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
      machine.kms.createKey(b -> {});
      machine.ahead = DAY.multipliedBy(8);
      assertThatThrownBy(() -> machine.state(keyId)).isInstanceOf(NotFoundException.class);
      assertThat(reported).isEmpty();
    }
  }

  @Test
  void sqlite_deletionHeldBack_isReportedOnceEachTimeTheClockIsAhead() {
    try (Machine machine = new Machine(Duration.ZERO)) {
      String keyId = pendingKey(machine.kms);
      machine.ahead = DAY.multipliedBy(100);
      machine.state(keyId);
      machine.kms.listKeys(b -> {});
      assertThat(reported).hasSize(1);
      machine.ahead = Duration.ZERO;
      machine.state(keyId);
      machine.ahead = DAY.multipliedBy(100);
      machine.state(keyId);
      assertThat(reported).hasSize(2);
    }
  }

  private static String rotatingKey(LocalKeyProvider kms) {
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    kms.enableKeyRotation(b -> b.keyId(keyId).rotationPeriodInDays(90));
    return keyId;
  }

  private static int rotations(LocalKeyProvider kms, String keyId) {
    return kms.listKeyRotations(b -> b.keyId(keyId)).rotations().size();
  }

  /** A rotation loses nothing, and a store that is only read confirms no time. */
  @Test
  void sqlite_clockFarAhead_rotationsAreNotHeldBack_deletionsAre() {
    try (Machine machine = new Machine(Duration.ZERO)) {
      String rotating = rotatingKey(machine.kms);
      machine.ahead = DAY.multipliedBy(91);
      assertThat(rotations(machine.kms, rotating)).isEqualTo(1);
      assertThat(reported).isEmpty();
      machine.ahead = Duration.ZERO;
      String pending = pendingKey(machine.kms);
      machine.ahead = DAY.multipliedBy(181);
      assertThat(machine.state(pending)).isEqualTo(KeyState.PENDING_DELETION);
      assertThat(rotations(machine.kms, rotating)).isEqualTo(2);
      assertThat(reported).hasSize(1);
      assertThat(machine.kms.purge()).isEqualTo(1);
      assertThat(rotations(machine.kms, rotating)).isEqualTo(2);
    }
  }

  /** It cannot write: the key keeps the material that was the current one. */
  @Test
  void sqlite_readOnly_rotationDue_keyKeepsItsMaterial() {
    String keyId;
    try (Machine machine = new Machine(Duration.ZERO)) {
      keyId = rotatingKey(machine.kms);
    }
    Instant[] now = {Instant.now()};
    try (LocalKeyProvider reader =
        LocalKeyProvider.builder()
            .clock(() -> now[0])
            .storage(database.builder().rootKey(RootKey.unsealedForTests()).readOnly().open())
            .build()) {
      String material =
          reader.generateDataKey(b -> b.keyId(keyId).numberOfBytes(1)).keyMaterialId();
      now[0] = now[0].plus(DAY.multipliedBy(200));
      assertThat(reader.generateDataKey(b -> b.keyId(keyId).numberOfBytes(1)).keyMaterialId())
          .isEqualTo(material);
      assertThat(rotations(reader, keyId)).isZero();
      assertThat(reader.getKeyRotationStatus(b -> b.keyId(keyId)).nextRotationDate())
          .isBefore(now[0]);
      assertThat(reader.purge()).isZero();
    }
  }

  @Test
  void sqlite_readOnly_clockFarAhead_keyIsNotHidden() {
    String keyId;
    try (Machine machine = new Machine(Duration.ZERO)) {
      keyId = pendingKey(machine.kms);
    }
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .storage(
                database
                    .builder()
                    .rootKey(RootKey.unsealedForTests())
                    .readOnly()
                    .wallClockMillis(() -> Instant.now().plus(DAY.multipliedBy(31)).toEpochMilli())
                    .open())
            .build()) {
      assertThat(kms.describeKey(b -> b.keyId(keyId)).keyMetadata().keyState())
          .isEqualTo(KeyState.PENDING_DELETION);
      assertThat(kms.purge()).isZero();
    }
  }

  @Test
  void builderClock_farAhead_isUsedUnchecked() {
    Instant[] now = {Instant.now()};
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .clock(() -> now[0])
            .storage(database.builder().rootKey(RootKey.unsealedForTests()).open())
            .build()) {
      String keyId = pendingKey(kms);
      now[0] = now[0].plus(DAY.multipliedBy(7));
      assertThatThrownBy(() -> kms.describeKey(b -> b.keyId(keyId)))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void postgres_wrongMachineClocks_rotationFollowsTheServersClock() throws SQLException {
    database = TestDatabase.postgres();
    try (Machine ahead = new Machine(DAY.multipliedBy(400));
        Machine behind = new Machine(DAY.multipliedBy(-400))) {
      for (Machine machine : List.of(ahead, behind)) {
        String keyId = rotatingKey(machine.kms);
        assertThat(machine.kms.getKeyRotationStatus(b -> b.keyId(keyId)).nextRotationDate())
            .isCloseTo(Instant.now().plus(DAY.multipliedBy(90)), within(10, ChronoUnit.MINUTES));
        for (Machine each : List.of(ahead, behind)) {
          each.kms.purge();
          assertThat(rotations(each.kms, keyId)).isZero();
        }
      }
    }
  }

  @Test
  void postgres_wrongMachineClocks_areIgnored() throws SQLException {
    database = TestDatabase.postgres();
    try (Machine ahead = new Machine(DAY.multipliedBy(400));
        Machine behind = new Machine(DAY.multipliedBy(-400))) {
      for (Machine machine : List.of(ahead, behind)) {
        String keyId = pendingKey(machine.kms);
        assertThat(deletionDate(machine.kms, keyId))
            .isCloseTo(Instant.now().plus(DAY.multipliedBy(7)), within(10, ChronoUnit.MINUTES));
        for (Machine each : List.of(ahead, behind)) {
          assertThat(each.kms.purge()).isZero();
          assertThat(each.state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
        }
      }
      assertThat(reported).isEmpty();
    }
  }
}
