package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** An epoch ends, because everything was sealed again, at the least convenient time. */
class EpochEndsTest {

  private static final int MOST_READS = 20;

  @TempDir Path directory;

  /** Lets another storage seal everything again just before the given connection is taken. */
  private static final class Interrupted extends SQLiteDataSource {

    private final SealedKeyStorage other;
    private int remaining;

    Interrupted(TestDatabase database, SealedKeyStorage other, int connection) {
      this.other = other;
      this.remaining = connection;
      setUrl(database.url());
    }

    @Override
    public Connection getConnection() throws SQLException {
      if (--remaining == 0) {
        other.reseal();
      }
      return super.getConnection();
    }
  }

  @Test
  void open_epochEndsBeforeAnyRead_storeIsOpened() {
    TestDatabase database = TestDatabase.sqlite(directory.resolve("keys.db"));
    try (FaultedStorage node = new FaultedStorage(database, database.builder())) {
      Contents contents = node.stored();
      boolean interrupted = true;
      for (int read = 1; interrupted; read++) {
        assertThat(read).isLessThan(MOST_READS);
        Interrupted source = new Interrupted(database, node.storage(), read);
        try (SealedKeyStorage storage =
            SealedKeyStorage.builder(source).rootKey(RootKey.unsealedForTests()).open()) {
          interrupted = source.remaining <= 0;
          assertThat(Contents.of(storage)).isEqualTo(contents);
        }
      }
    }
  }

  @Test
  void apply_epochEndsWhileMaterialIsSealed_isSealedUnderTheNextEpoch() {
    TestDatabase database = TestDatabase.sqlite(directory.resolve("keys.db"));
    try (FaultedStorage node = new FaultedStorage(database, database.builder())) {
      SealedKeyStorage storage = node.storage();
      KeyEntry entry = FaultedStorage.key("other");
      SymmetricMaterial material = entry.currentMaterial();
      SymmetricMaterial slow =
          SymmetricMaterial.deferred(
              material.id(),
              Suite.XAES_256_GCM,
              () -> {
                storage.reseal();
                storage.reseal();
                return material;
              });
      KeyEntry slowly = TestKeys.symmetric(entry.address(), entry.creationDate(), slow);
      assertThat(storage.apply(Change.put(slowly))).isTrue();
      assertThat(node.stored().keys()).containsOnlyKeys("key", "other");
      assertThat(Contents.of(storage)).isEqualTo(node.stored());
    }
  }
}
