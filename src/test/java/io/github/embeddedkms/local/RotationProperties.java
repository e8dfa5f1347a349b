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
import java.util.stream.IntStream;
import javax.sql.DataSource;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random calls and clock changes: every blob ever created opens exactly if the model says so, with
 * the key material that the model says, and rotations have the dates of the model.
 */
class RotationProperties {

  private static final AtomicInteger ROTATIONS = new AtomicInteger();

  /** Without any rotation, the tests would prove nothing about rotations. */
  @AfterContainer
  static void requireRotations() {
    assertThat(ROTATIONS).hasPositiveValue();
  }

  @Provide
  static Arbitrary<List<RotationRun.Step>> steps() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 3);
    return Combinators.combine(
            Arbitraries.of(RotationRun.Kind.class),
            number,
            number,
            Arbitraries.integers().between(0, 20),
            Arbitraries.of(0, 1, 6, 7, 20, 89, 90, 100, 250))
        .as(RotationRun.Step::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(60);
  }

  @Property
  void providerInMemory_andModel_neverDisagree(@ForAll("steps") List<RotationRun.Step> steps) {
    compare(
        steps, new RotationRun(clock -> List.of(LocalKeyProvider.builder().clock(clock).build())));
  }

  @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void twoNodesOnAFile_andModel_neverDisagree(@ForAll("steps") List<RotationRun.Step> steps) {
    try (TemporaryFolder folder = TemporaryFolder.create("rotation-")) {
      compareShared(2, () -> SealedKeyStorage.builder(folder.resolve("keys.db")), steps);
    }
  }

  // Few tries, because each read of such a node opens a new connection.
  @Property(tries = 3, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void threeNodesOnAServer_andModel_neverDisagree(@ForAll("steps") List<RotationRun.Step> steps)
      throws SQLException {
    DataSource database = TestPostgres.shared().newDatabase();
    compareShared(3, () -> SealedKeyStorage.builder(database), steps);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  @Tag("thorough")
  void threeNodesOnAServer_manyTries_andModel_neverDisagree(
      @ForAll("steps") List<RotationRun.Step> steps) throws SQLException {
    threeNodesOnAServer_andModel_neverDisagree(steps);
  }

  private static void compareShared(
      int count, Supplier<SealedKeyStorageBuilder> store, List<RotationRun.Step> steps) {
    List<SealedKeyStorage> storages =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    store
                        .get()
                        .rootKey(RootKey.unsealedForTests())
                        .maximumStaleness(Duration.ZERO)
                        .open())
            .toList();
    try {
      compare(
          steps,
          new RotationRun(
              clock ->
                  storages.stream()
                      .map(
                          storage ->
                              LocalKeyProvider.builder().clock(clock).storage(storage).build())
                      .toList()));
    } finally {
      storages.forEach(SealedKeyStorage::close);
    }
  }

  private static void compare(List<RotationRun.Step> steps, RotationRun run) {
    steps.forEach(run::step);
    run.compareEverything();
    ROTATIONS.addAndGet(run.rotations());
  }
}
