package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.process.Contents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the files of an SQLite store still contain of a key's sealed material after its deletion.
 */
class ErasureTest {

  @TempDir Path directory;

  private TestDatabase database;

  @BeforeEach
  void chooseFile() {
    database = TestDatabase.sqlite(directory.resolve("keys.db"));
  }

  private byte[] sealedMaterial(String keyId) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sealed FROM kms_material WHERE key_id = '" + keyId + "'")) {
      row.next();
      return row.getBytes(1);
    }
  }

  /** Returns whether one of the store's files contains these bytes. */
  private boolean isInAFile(byte[] bytes) throws IOException {
    String content = new String(bytes, StandardCharsets.ISO_8859_1);
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(content)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void delete(SealedKeyStorage storage, String keyId) {
    storage.apply(Change.remove(List.of(storage.key(Contents.address(keyId)).orElseThrow())));
  }

  @Test
  void deleteKey_storeOpenElsewhere_sealedMaterialIsInNoFile() throws Exception {
    try (SealedKeyStorage storage = database.open(Duration.ZERO);
        SealedKeyStorage other = database.open(Duration.ZERO)) {
      storage.apply(Change.put(FaultedStorage.key("key")));
      assertThat(other.key(Contents.address("key"))).isPresent();
      byte[] sealed = sealedMaterial("key");
      assertThat(isInAFile(sealed)).isTrue();
      delete(storage, "key");
      assertThat(isInAFile(sealed)).isFalse();
      assertThat(Files.size(directory.resolve("keys.db-wal"))).isZero();
    }
  }

  @Test
  void deleteKey_whileAnotherConnectionReads_nextUseErasesSealedMaterial() throws Exception {
    try (SealedKeyStorage storage = database.open(Duration.ZERO);
        Connection reader = database.connect()) {
      storage.apply(Change.put(FaultedStorage.key("key")));
      byte[] sealed = sealedMaterial("key");
      Dialect.execute(reader, "BEGIN", "SELECT count(*) FROM kms_item");
      delete(storage, "key");
      assertThat(isInAFile(sealed)).as("the reader may still want it").isTrue();
      assertThat(storage.key(Contents.address("key"))).isEmpty();
      assertThat(isInAFile(sealed)).isTrue();
      Dialect.execute(reader, "COMMIT");
      assertThat(storage.key(Contents.address("key"))).isEmpty();
      assertThat(isInAFile(sealed)).isFalse();
    }
  }

  @Test
  void reseal_formerSealedMaterial_isInNoFile() throws Exception {
    try (SealedKeyStorage storage = database.open(Duration.ZERO);
        SealedKeyStorage other = database.open(Duration.ZERO)) {
      storage.apply(Change.put(FaultedStorage.key("key")));
      byte[] sealed = sealedMaterial("key");
      storage.reseal();
      assertThat(isInAFile(sealed)).isFalse();
      assertThat(Bytes.fromByteArray(sealedMaterial("key")))
          .isNotEqualTo(Bytes.fromByteArray(sealed));
      assertThat(other.key(Contents.address("key"))).isPresent();
    }
  }

  @Test
  void changeRootKey_formerSealedStoreKey_isInNoFile() throws Exception {
    try (SealedKeyStorage storage = database.open(Duration.ZERO);
        SealedKeyStorage other = database.open(Duration.ZERO);
        RootKey next = ChangingNode.rootKey(1)) {
      byte[] sealed;
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT sealed FROM kms_store_key")) {
        row.next();
        sealed = row.getBytes(1);
      }
      assertThat(isInAFile(sealed)).isTrue();
      storage.changeRootKey(next);
      assertThat(isInAFile(sealed)).isFalse();
      assertThat(other.sequence()).isZero();
    }
  }
}
