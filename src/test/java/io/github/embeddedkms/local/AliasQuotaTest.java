package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes over one store create aliases of one key at the same time, until it has 50. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AliasQuotaTest {

  private static final int NODES = 3;
  private static final int THREADS_OF_A_NODE = 2;
  private static final int ALIASES_OF_A_THREAD = 12;

  @Test
  void createAndUpdateAlias_nodesOnAFile_keyNeverHasMoreThan50(@TempDir Path folder)
      throws Exception {
    compete(() -> SealedKeyStorage.builder(folder.resolve("keys.db")));
  }

  @Test
  void createAndUpdateAlias_nodesOnAServer_keyNeverHasMoreThan50() throws Exception {
    DataSource database = TestPostgres.shared().newDatabase();
    compete(() -> SealedKeyStorage.builder(database));
  }

  private static void compete(Supplier<SealedKeyStorageBuilder> store) throws Exception {
    List<LocalKeyProvider> nodes = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(NODES * THREADS_OF_A_NODE);
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(open(store.get()));
      }
      String keyId = nodes.get(0).createKey(b -> {}).keyMetadata().keyId();
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < NODES * THREADS_OF_A_NODE; i++) {
        LocalKeyProvider node = nodes.get(i % NODES);
        int number = i;
        tasks.add(() -> addAliases(node, keyId, number));
      }
      int added = 0;
      for (Future<Integer> task : threads.invokeAll(tasks)) {
        added += task.get();
      }
      assertThat(added).isEqualTo(50);
      for (LocalKeyProvider node : nodes) {
        assertThat(node.listAliasesPages(b -> b.keyId(keyId)).items()).hasSize(50);
      }
    } finally {
      threads.shutdownNow();
      nodes.forEach(LocalKeyProvider::close);
    }
  }

  private static LocalKeyProvider open(SealedKeyStorageBuilder store) {
    return LocalKeyProvider.builder()
        .storage(
            store
                .rootKey(RootKey.unsealedForTests())
                // Each node sees at once what the others have written.
                .maximumStaleness(Duration.ZERO)
                .open())
        .build();
  }

  /** Creates every other alias for the key, and moves the others to it from another key. */
  private static int addAliases(LocalKeyProvider kms, String keyId, int thread) {
    String ownKeyId = kms.createKey(b -> {}).keyMetadata().keyId();
    int added = 0;
    for (int i = 0; i < ALIASES_OF_A_THREAD; i++) {
      String name = "alias/" + thread + "-" + i;
      boolean moves = i % 2 == 0;
      if (moves) {
        kms.createAlias(b -> b.aliasName(name).targetKeyId(ownKeyId));
      }
      try {
        if (moves) {
          kms.updateAlias(b -> b.aliasName(name).targetKeyId(keyId));
        } else {
          kms.createAlias(b -> b.aliasName(name).targetKeyId(keyId));
        }
        added++;
      } catch (LimitExceededException e) {
        // Legal: another thread or node has added the last alias.
      }
    }
    return added;
  }
}
