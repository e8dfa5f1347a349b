package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of several batches of rows, which are verified by several threads when it is opened. */
class LargeStoreTest {

  private static final int KEYS = 3 * RowWorkers.BATCH;
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final List<EntryKind<?>> LATER =
      List.of(KeyEntry.KIND, AliasEntry.KIND, NicknamedKey.KIND);

  @TempDir Path directory;

  private TestDatabase database;

  @BeforeEach
  void createStore() {
    database = TestDatabase.sqlite(directory.resolve("keys.db"));
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      entries.add(TestKeys.symmetric(key(i), NOW));
      entries.add(new AliasEntry(alias(i), 1, key(i).id(), NOW, NOW));
    }
    try (SealedKeyStorage storage = builder().open()) {
      assertThat(storage.apply(new Change(entries, List.of(), List.of()))).isTrue();
    }
  }

  @AfterEach
  void noThreadOutlivesAnOpening() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("embedded-kms-store-opening");
  }

  private SealedKeyStorageBuilder builder() {
    return database.builder().rootKey(RootKey.unsealedForTests());
  }

  private static Address key(int number) {
    return Contents.address(String.format(Locale.ROOT, "%08d-0000-0000-0000-000000000000", number));
  }

  private static Address alias(int number) {
    return Contents.address(String.format(Locale.ROOT, "alias/%05d", number));
  }

  @Test
  void open_unaltered_hasEveryEntry_inOrder() {
    try (SealedKeyStorage storage = builder().open()) {
      List<KeyEntry> keys = storage.keysAfter(Contents.address(""), Integer.MAX_VALUE);
      assertThat(keys).hasSize(KEYS);
      for (int i = 0; i < KEYS; i++) {
        KeyEntry key = keys.get(i);
        assertThat(key.address()).isEqualTo(key(i));
        assertThat(
                storage.keyOfMaterial(
                    key.address().account(), key.address().region(), key.materials().get(0).id()))
            .contains(key);
      }
      assertThat(storage.aliasesAfter(Contents.address(""), Integer.MAX_VALUE))
          .extracting(AliasEntry::address)
          .startsWith(alias(0), alias(1), alias(2))
          .endsWith(alias(KEYS - 1))
          .hasSize(KEYS);
    }
  }

  @Test
  void listings_firstUsedAfterChanges_haveTheChanges() {
    try (SealedKeyStorage storage = builder().open()) {
      Address moved = alias(7);
      AliasEntry before = storage.entry(AliasEntry.KIND, moved).orElseThrow();
      assertThat(storage.apply(Change.put(before.retargeted(key(8).id(), NOW)))).isTrue();
      Address extra = Contents.address("alias/extra");
      assertThat(storage.apply(Change.put(new AliasEntry(extra, 1, key(9).id(), NOW, NOW))))
          .isTrue();
      AliasEntry removed = storage.entry(AliasEntry.KIND, alias(10)).orElseThrow();
      assertThat(storage.apply(Change.remove(List.of(removed)))).isTrue();

      assertThat(aliasesOf(storage, 7)).isEmpty();
      assertThat(aliasesOf(storage, 8)).containsExactly(moved, alias(8));
      assertThat(aliasesOf(storage, 9)).containsExactly(alias(9), extra);
      assertThat(aliasesOf(storage, 10)).isEmpty();
      assertThat(storage.aliasesAfter(Contents.address(""), Integer.MAX_VALUE))
          .hasSize(KEYS)
          .extracting(AliasEntry::address)
          .contains(extra)
          .doesNotContain(alias(10));
    }
  }

  private static List<Address> aliasesOf(KeyStorage storage, int key) {
    return storage.aliasesOf(key(key), "", Integer.MAX_VALUE).stream()
        .map(AliasEntry::address)
        .toList();
  }

  @Test
  void open_rowAlteredAnywhere_isRefused_namingTheItem() throws SQLException {
    int batch = RowWorkers.BATCH;
    for (int i : List.of(0, 1, batch - 1, batch, batch + 1, 2 * batch + 17, KEYS - 1)) {
      for (Address address : List.of(key(i), alias(i))) {
        byte[] mac = mac(address);
        byte[] altered = mac.clone();
        altered[i % 32] ^= 1;
        setMac(address, altered);
        assertThatThrownBy(() -> builder().open())
            .isExactlyInstanceOf(AlteredStoreException.class)
            .hasMessage("embedded-kms: " + address.describe() + " was altered in the store");
        setMac(address, mac);
      }
    }
    builder().open().close();
  }

  @Test
  void open_twoRowsAltered_theFirstIsNamed() throws SQLException {
    setMac(key(KEYS - 1), new byte[32]);
    setMac(key(1), new byte[32]);
    assertThatThrownBy(() -> builder().open())
        .hasMessage("embedded-kms: " + key(1).describe() + " was altered in the store");
  }

  @Test
  void open_rowDeleted_isRefused() throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM kms_item WHERE id = ?")) {
      delete.setString(1, key(KEYS / 2).id());
      assertThat(delete.executeUpdate()).isEqualTo(1);
    }
    assertThatThrownBy(() -> builder().open())
        .isExactlyInstanceOf(AlteredStoreException.class)
        .hasMessageContaining("the store was altered: its items are not those that were written");
  }

  @Test
  void open_keyWithUnknownMember_onlyItIsRefused_byName() {
    Address nicknamed = key(2 * RowWorkers.BATCH);
    try (SealedKeyStorage later = builder().kinds(LATER).open()) {
      NicknamedKey key = later.entry(NicknamedKey.KIND, nicknamed).orElseThrow();
      assertThat(later.apply(Change.put(key.nicknamed("a nickname")))).isTrue();
    }
    try (SealedKeyStorage storage = builder().open()) {
      assertThatThrownBy(() -> storage.key(nicknamed))
          .isExactlyInstanceOf(UnreadableItemException.class)
          .hasMessage(
              "embedded-kms: "
                  + nicknamed.describe()
                  + " was written by a newer version of embedded-kms");
      assertThat(storage.keysAfter(Contents.address(""), Integer.MAX_VALUE)).hasSize(KEYS - 1);
    }
  }

  @Test
  void open_interruptedThread_opensAndStaysInterrupted() {
    boolean interrupted;
    Thread.currentThread().interrupt();
    try (SealedKeyStorage storage = builder().open()) {
      interrupted = Thread.interrupted();
      assertThat(storage.key(key(0))).isPresent();
    } finally {
      Thread.interrupted();
    }
    assertThat(interrupted).isTrue();
  }

  private byte[] mac(Address address) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement select =
            connection.prepareStatement("SELECT mac FROM kms_item WHERE id = ?")) {
      select.setString(1, address.id());
      try (ResultSet row = select.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getBytes(1);
      }
    }
  }

  private void setMac(Address address, byte[] mac) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement update =
            connection.prepareStatement("UPDATE kms_item SET mac = ? WHERE id = ?")) {
      update.setBytes(1, mac);
      update.setString(2, address.id());
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }
}
