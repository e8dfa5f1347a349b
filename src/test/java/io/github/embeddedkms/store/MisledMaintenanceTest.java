package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.Mockito;

/**
 * Opening, accepting and resealing a store whose tables or root key were manipulated to mislead
 * these operations.
 */
class MisledMaintenanceTest {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("keys.db");
  }

  private SealedKeyStorageBuilder builder() {
    return SealedKeyStorage.builder(file).rootKey(RootKey.unsealedForTests());
  }

  private static String createKey(SealedKeyStorage storage) {
    return LocalKeyProvider.builder()
        .storage(storage)
        .build()
        .createKey(key -> {})
        .keyMetadata()
        .keyId();
  }

  @Test
  void open_headOfEmptyStoreWithoutTag_isNotTakenForNewStore() throws SQLException {
    try (SealedKeyStorage storage = builder().open()) {
      createKey(storage);
    }
    execute("UPDATE kms_store SET sequence = 0, item_count = 0, tag = x''");
    assertThatExceptionOfType(AlteredStoreException.class).isThrownBy(() -> builder().open());
    byte[] other = new byte[32];
    Arrays.fill(other, (byte) 1);
    try (RootKey wrong = RootKey.ofBytes(other)) {
      assertThatExceptionOfType(WrongRootKeyException.class)
          .isThrownBy(() -> SealedKeyStorage.builder(file).rootKey(wrong).open());
    }
    execute("DELETE FROM kms_item", "DELETE FROM kms_material");
    assertThatExceptionOfType(AlteredStoreException.class).isThrownBy(() -> builder().open());
  }

  @Test
  void accept_endedEpochPutBack_isRefused() throws SQLException {
    try (SealedKeyStorage storage = builder().open()) {
      createKey(storage);
      List<Object> first = row("SELECT * FROM kms_store_key");
      storage.reseal();
      putStoreKey(first);
    }
    execute("UPDATE kms_store SET epoch = 1");
    assertThatThrownBy(() -> builder().accept())
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: the store went back to epoch 1");
  }

  @Test
  void accept_sequenceNearLargestNumber_isRefused() throws SQLException {
    try (SealedKeyStorage storage = builder().open()) {
      createKey(storage);
    }
    execute("UPDATE kms_store SET sequence = " + (Long.MAX_VALUE - 1));
    assertThatThrownBy(() -> builder().accept())
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: the store's sequence 9223372036854775806 is impossible");
  }

  /** Accepting these values would sign them, and they would then bind every node. */
  @ParameterizedTest
  @CsvSource({
    "writer = 0, 'writer 0, the confirmed time 7 and the floor 1'",
    "confirmed = -1, 'writer 1, the confirmed time -1 and the floor 1'",
    "floor = -1, 'writer 1, the confirmed time 7 and the floor -1'",
    "floor = 4, 'writer 1, the confirmed time 7 and the floor 4'"
  })
  void accept_impossibleHead_isRefused(String edit, String found) throws SQLException {
    try (SealedKeyStorage storage = builder().wallClockMillis(() -> 7).open()) {
      for (int i = 0; i < 3; i++) {
        createKey(storage);
      }
    }
    execute("UPDATE kms_store SET floor = 1", "UPDATE kms_store SET " + edit);
    assertThatThrownBy(() -> builder().accept())
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: the store cannot have the " + found);
    execute("UPDATE kms_store SET writer = 1, confirmed = 7, floor = 3");
    assertThat(builder().accept()).isEqualTo(4);
    assertThat(row("SELECT writer, confirmed, floor FROM kms_store")).containsExactly(1, 7, 3);
    builder().open().close();
  }

  @Test
  void accept_keyRemovedByHand_storeCanBeResealed() throws SQLException {
    try (SealedKeyStorage storage = builder().open()) {
      createKey(storage);
      execute("DELETE FROM kms_item WHERE id = '" + createKey(storage) + "'");
    }
    builder().accept();
    try (SealedKeyStorage storage = builder().open()) {
      storage.reseal();
    }
    assertThat(row("SELECT count(*) FROM kms_material WHERE epoch = 2")).containsExactly(1);
    assertThat(row("SELECT count(*) FROM kms_material")).containsExactly(1);
  }

  @Test
  void reseal_storeKeyOfEndedEpochPutBack_stillBeginsNewEpoch() throws SQLException {
    try (SealedKeyStorage storage = builder().open()) {
      createKey(storage);
      List<Object> first = row("SELECT * FROM kms_store_key");
      storage.reseal();
      putStoreKey(first);
      storage.reseal();
    }
    assertThat(row("SELECT epoch FROM kms_store")).containsExactly(3);
    assertThat(row("SELECT count(*) FROM kms_store_key")).containsExactly(1);
  }

  @Test
  void reseal_rootKeyUnreachable_storeContinuesUnderItsKey() {
    AtomicBoolean unreachable = new AtomicBoolean();
    try (RootKey rootKey = RootKey.ofAead(aead(unreachable));
        SealedKeyStorage storage = SealedKeyStorage.builder(file).rootKey(rootKey).open()) {
      createKey(storage);
      storage.reseal();
      unreachable.set(true);
      assertThatExceptionOfType(WrongRootKeyException.class).isThrownBy(storage::reseal);
      createKey(storage);
      unreachable.set(false);
      createKey(storage);
      storage.reseal();
      assertThat(storage.sequence()).isPositive();
    }
  }

  /** Returns an Aead that changes nothing: only whether it is reachable matters here. */
  private static Aead aead(AtomicBoolean unreachable) {
    return new Aead() {
      @Override
      public byte[] encrypt(byte[] plaintext, byte[] associatedData)
          throws GeneralSecurityException {
        requireReachable();
        return plaintext.clone();
      }

      @Override
      public byte[] decrypt(byte[] ciphertext, byte[] associatedData)
          throws GeneralSecurityException {
        requireReachable();
        return ciphertext.clone();
      }

      private void requireReachable() throws GeneralSecurityException {
        if (unreachable.get()) {
          throw new GeneralSecurityException("no network");
        }
      }
    };
  }

  @Test
  void changeRootKey_storeKeyRemoved_isRefused() throws SQLException {
    try (SealedKeyStorage storage = builder().open()) {
      execute("DELETE FROM kms_store_key");
      try (RootKey next = RootKey.unsealedForTests()) {
        assertThatThrownBy(() -> storage.changeRootKey(next))
            .isInstanceOf(AlteredStoreException.class)
            .hasMessage("embedded-kms: the store has lost its store key");
      }
    }
  }

  @Test
  void minimumSequence_noStoreExists_noneIsCreated() throws Exception {
    assertThatThrownBy(() -> builder().minimumSequence(7).open())
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: there is no store, and it was at sequence 7 before");
    assertThat(Files.exists(file) && builder().open().sequence() > 0).isFalse();
  }

  @Test
  void random_returnsTheSameBytesTwice_isRefused() {
    SecureRandom stuck = Mockito.mock(SecureRandom.class);
    assertThatThrownBy(() -> builder().random(stuck))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: the source of randomness gives the same bytes twice");
  }

  @Test
  @Timeout(60)
  void read_poolGivesNoConnection_eachCallAsksThePool_noneWaitsForAnother() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    AtomicBoolean unreachable = new AtomicBoolean();
    CountDownLatch release = new CountDownLatch(1);
    DataSource database = Mockito.mock(DataSource.class);
    Mockito.when(database.getConnection())
        .thenAnswer(
            call -> {
              if (unreachable.get()) {
                attempts.incrementAndGet();
                release.await();
                throw new SQLException("away");
              }
              return DriverManager.getConnection("jdbc:sqlite:" + file);
            });
    ExecutorService readers = Executors.newCachedThreadPool();
    try (SealedKeyStorage storage =
        SealedKeyStorage.builder(database)
            .rootKey(RootKey.unsealedForTests())
            .maximumStaleness(java.time.Duration.ZERO)
            .open()) {
      unreachable.set(true);
      List<Future<?>> reads = new ArrayList<>();
      reads.add(readers.submit(storage::nextDue));
      for (int i = 0; i < 8; i++) {
        reads.add(readers.submit(storage::nextDue));
      }
      while (attempts.get() < 9) {
        Thread.onSpinWait();
      }
      assertThat(storage.waiting()).isZero();
      release.countDown();
      for (Future<?> read : reads) {
        assertThatThrownBy(read::get)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(StoreUnavailableException.class);
      }
      assertThat(attempts).hasValue(9);
      unreachable.set(false);
      assertThat(storage.nextDue()).isEmpty();
    } finally {
      readers.shutdownNow();
    }
  }

  private void putStoreKey(List<Object> row) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement statement =
            connection.prepareStatement("INSERT INTO kms_store_key VALUES (?, ?, ?, ?, ?)")) {
      for (int i = 0; i < row.size(); i++) {
        statement.setObject(i + 1, row.get(i));
      }
      statement.executeUpdate();
    }
  }

  private List<Object> row(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        // SQLite's driver returns null for an empty blob.
        Object value = result.getObject(i);
        row.add(value == null ? new byte[0] : value);
      }
      return row;
    }
  }

  private void execute(String... commands) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }
}
