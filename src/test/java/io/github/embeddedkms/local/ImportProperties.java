package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.github.embeddedkms.store.fixture.TemporaryFolder;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random imports, deletions, rotations and clock changes: every call has the result of the model,
 * and every blob ever created opens exactly if the model says so.
 */
class ImportProperties {

  private static final ImportRun.Reached REACHED = new ImportRun.Reached();

  /** Without these, the tests would prove nothing about them. */
  @AfterContainer
  static void requireThatEverythingHappened() {
    assertThat(REACHED.expirations).isPositive();
    assertThat(REACHED.rotations).isPositive();
    assertThat(REACHED.opened).isPositive();
    assertThat(REACHED.restored).isPositive();
  }

  @Provide
  static Arbitrary<List<ImportRun.Step>> steps() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 3);
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(6, ImportRun.Kind.IMPORT),
                Tuple.of(4, ImportRun.Kind.IMPORT_NEW),
                Tuple.of(2, ImportRun.Kind.IMPORT_EXISTING),
                Tuple.of(3, ImportRun.Kind.ROTATE),
                Tuple.of(4, ImportRun.Kind.ENCRYPT),
                Tuple.of(4, ImportRun.Kind.DECRYPT),
                Tuple.of(2, ImportRun.Kind.DELETE),
                Tuple.of(1, ImportRun.Kind.DELETE_CURRENT),
                Tuple.of(3, ImportRun.Kind.LOOK),
                Tuple.of(2, ImportRun.Kind.ADVANCE),
                Tuple.of(1, ImportRun.Kind.SET_BACK),
                Tuple.of(1, ImportRun.Kind.CREATE),
                Tuple.of(1, ImportRun.Kind.ENABLE),
                Tuple.of(1, ImportRun.Kind.DISABLE),
                Tuple.of(1, ImportRun.Kind.SCHEDULE),
                Tuple.of(2, ImportRun.Kind.CANCEL)),
            number,
            number,
            Arbitraries.integers().between(0, 20),
            Arbitraries.of(0, 0, 1, 3, 7, 20))
        .as(ImportRun.Step::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(80);
  }

  private static LocalKeyProvider provider(KeyStorage storage, InstantSource clock) {
    return LocalKeyProvider.builder()
        .region(Fixture.REGION)
        .account(Fixture.ACCOUNT)
        .clock(clock)
        .storage(storage)
        .build();
  }

  private static void compare(List<ImportRun.Step> steps, ImportRun run) {
    steps.forEach(run::step);
    run.compareEverything();
  }

  @Property(tries = 300)
  void providerInMemory_andModel_neverDisagree(@ForAll("steps") List<ImportRun.Step> steps) {
    KeyStorage storage = new Fixture.CountingStorage(KeyStorage.inMemory());
    compare(steps, new ImportRun(storage, REACHED, clock -> List.of(provider(storage, clock))));
  }

  @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void twoNodesOnAFile_andModel_neverDisagree(@ForAll("steps") List<ImportRun.Step> steps) {
    try (TemporaryFolder folder = TemporaryFolder.create("import-")) {
      compareShared(2, () -> SealedKeyStorage.builder(folder.resolve("keys.db")), steps);
    }
  }

  // Few tries, because each read of such a node opens a new connection.
  @Property(tries = 3, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void threeNodesOnAServer_andModel_neverDisagree(@ForAll("steps") List<ImportRun.Step> steps)
      throws SQLException {
    DataSource database = TestPostgres.shared().newDatabase();
    compareShared(3, () -> SealedKeyStorage.builder(database), steps);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  @Tag("thorough")
  void threeNodesOnAServer_manyTries_andModel_neverDisagree(
      @ForAll("steps") List<ImportRun.Step> steps) throws SQLException {
    threeNodesOnAServer_andModel_neverDisagree(steps);
  }

  private static void compareShared(
      int count, Supplier<SealedKeyStorageBuilder> store, List<ImportRun.Step> steps) {
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
          new ImportRun(
              storages.get(0),
              REACHED,
              clock -> storages.stream().map(storage -> provider(storage, clock)).toList()));
    } finally {
      storages.forEach(SealedKeyStorage::close);
    }
  }
}
