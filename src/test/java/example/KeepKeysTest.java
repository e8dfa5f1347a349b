package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documented examples of keys in a store. */
class KeepKeysTest {

  @TempDir Path directory;

  @Test
  void fileExample_openedAgain_hasTheKeys() {
    Bytes blob;
    RootKey.createFile(directory.resolve("root.key")); // once; keep a copy elsewhere

    try (RootKey rootKey = RootKey.fromFile(directory.resolve("root.key"));
        LocalKeyProvider kms = LocalKeyProvider.open(directory.resolve("keys.db"), rootKey)) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));
      blob =
          kms.generateDataKey(key -> key.keyId("alias/orders").numberOfBytes(32)).ciphertextBlob();
    }

    try (RootKey rootKey = RootKey.fromFile(directory.resolve("root.key"));
        LocalKeyProvider kms = LocalKeyProvider.open(directory.resolve("keys.db"), rootKey)) {
      assertThat(kms.decrypt(d -> d.ciphertextBlob(blob)).plaintext().length()).isEqualTo(32);
    }
  }

  @Test
  void postgresExample_otherNode_seesTheChange() throws Exception {
    DataSource dataSource = TestPostgres.shared().newDatabase();
    try (RootKey rootKey = RootKey.unsealedForTests();
        SealedKeyStorage other = SealedKeyStorage.builder(dataSource).rootKey(rootKey).open()) {
      SealedKeyStorage storage =
          SealedKeyStorage.builder(dataSource) // connections to PostgreSQL, best from a pool
              .rootKey(rootKey)
              .maximumStaleness(Duration.ofMillis(200))
              .open();
      LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build();

      kms.createKey(key -> {});
      assertThat(other.sequence()).isEqualTo(1);
      kms.close();
    }
  }
}
