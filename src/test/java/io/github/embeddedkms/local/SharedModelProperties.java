package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.github.embeddedkms.store.fixture.TemporaryFolder;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random sequences of calls to several nodes that share a store and allow no staleness. Together
 * they behave like one provider, and so does a node that is opened at the end.
 */
class SharedModelProperties {

  private static final AtomicInteger DELETIONS = new AtomicInteger();

  /** Without any deletion, the test would prove nothing about deletions. */
  @AfterContainer
  static void requireDeletions() {
    assertThat(DELETIONS).hasPositiveValue();
  }

  @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void twoNodesOnAFile_behaveLikeOneProvider(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) {
    try (TemporaryFolder folder = TemporaryFolder.create("shared-model-")) {
      compare(2, () -> SealedKeyStorage.builder(folder.resolve("keys.db")), steps);
    }
  }

  // Few tries, because each read of such a node opens a new connection.
  @Property(tries = 5, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void threeNodesOnAServer_behaveLikeOneProvider(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) throws SQLException {
    DataSource database = TestPostgres.shared().newDatabase();
    compare(3, () -> SealedKeyStorage.builder(database), steps);
  }

  private static void compare(
      int nodes, Supplier<SealedKeyStorageBuilder> store, List<ModelStep> steps) {
    ModelClock clock = new ModelClock();
    Supplier<LocalKeyProvider> open =
        () ->
            LocalKeyProvider.builder()
                .clock(clock::now)
                .storage(
                    store
                        .get()
                        .rootKey(RootKey.unsealedForTests())
                        .maximumStaleness(Duration.ZERO)
                        .open())
                .build();
    List<ModelNode> opened = Stream.generate(() -> ModelNode.of(open.get())).limit(nodes).toList();
    try (ModelRun run = new ModelRun(clock, opened)) {
      steps.forEach(run::step);
      run.compareEverything();
      try (LocalKeyProvider next = open.get()) {
        run.compareEverything(next);
      }
      DELETIONS.addAndGet(run.history().deletions());
    }
  }
}
