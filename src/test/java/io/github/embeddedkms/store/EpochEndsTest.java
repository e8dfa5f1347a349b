package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** An epoch ends, since everything was sealed again, just when that is least convenient. */
class EpochEndsTest {

  private static final int MOST_LOOKS = 20;

  @TempDir Path directory;

  /** Has another storage seal everything again before a connection is taken. */
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
  void open_epochEndsAtAnyLook_storeIsOpened() {
    TestDatabase database = TestDatabase.sqlite(directory.resolve("keys.db"));
    try (FaultedStorage node = new FaultedStorage(database, database.builder())) {
      Contents contents = node.stored();
      boolean interrupted = true;
      for (int look = 1; interrupted; look++) {
        assertThat(look).isLessThan(MOST_LOOKS);
        Interrupted source = new Interrupted(database, node.storage(), look);
        try (SealedKeyStorage storage =
            SealedKeyStorage.builder(source).rootKey(RootKey.unsealedForTests()).open()) {
          interrupted = source.remaining <= 0;
          assertThat(Contents.of(storage)).isEqualTo(contents);
        }
      }
    }
  }

  @Test
  void apply_epochEndsWhileMaterialIsSealed_isSealedUnderTheNextOne() {
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
