package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.MultiRegionRun.Kind;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.github.embeddedkms.store.fixture.TemporaryFolder;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * Random replications, promotions, rotations, deletions and cancellations in three Regions: every
 * call has the result of a model, and every related key the state and the material of the model.
 */
class MultiRegionProperties {

  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  /** Without any of these events, the tests would prove nothing about them. */
  @AfterContainer
  static void requireEvents() {
    assertThat(SEEN)
        .contains(
            "REPLICATE ok",
            "PROMOTE ok",
            "ROTATE ok",
            "CANCEL ok",
            "last replica deleted",
            "primary deleted",
            "rotated with replicas",
            "REPLICATE AlreadyExistsException",
            "PROMOTE UnsupportedOperationException");
  }

  @Provide
  static Arbitrary<List<MultiRegionRun.Step>> steps() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 3);
    Arbitrary<List<MultiRegionRun.Step>> random =
        Combinators.combine(
                Arbitraries.of(MultiRegionRun.Kind.class),
                number,
                number,
                number,
                Arbitraries.integers().between(0, 20),
                Arbitraries.of(0, 1, 3, 6, 7, 20, 89, 90, 100))
            .as(MultiRegionRun.Step::new)
            .list()
            .ofMinSize(20)
            .ofMaxSize(80);
    return Combinators.combine(Arbitraries.of(BEGINNINGS), random)
        .as((first, others) -> Stream.concat(first.stream(), others.stream()).toList());
  }

  /** Random steps alone rarely do this. The first key is a primary key in the first Region. */
  private static final List<List<MultiRegionRun.Step>> BEGINNINGS =
      List.of(
          List.of(),
          List.of(
              step(Kind.REPLICATE, 0, 0),
              step(Kind.WAIT, 0, 5),
              step(Kind.PROMOTE, 0, 0),
              step(Kind.WAIT, 0, 5)),
          List.of(
              step(Kind.REPLICATE, 0, 0),
              step(Kind.REPLICATE, 0, 0),
              step(Kind.WAIT, 0, 5),
              step(Kind.ROTATE, 0, 0),
              step(Kind.SCHEDULE, 1, 0),
              step(Kind.ADVANCE, 0, 7),
              step(Kind.SCHEDULE, 0, 0),
              step(Kind.CANCEL, 0, 0),
              step(Kind.SCHEDULE, 0, 0),
              step(Kind.ADVANCE, 0, 7)));

  /** Returns a step of the first node, with the first key, in a Region, for the second Region. */
  private static MultiRegionRun.Step step(Kind kind, int region, int days) {
    return new MultiRegionRun.Step(kind, 0, region, 0, 1, days);
  }

  @Property
  void providerInMemory_andModel_neverDisagree(@ForAll("steps") List<MultiRegionRun.Step> steps) {
    compare(steps, new MultiRegionRun(clock -> List.of(provider(clock).build())));
  }

  @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void twoNodesOnAFile_andModel_neverDisagree(@ForAll("steps") List<MultiRegionRun.Step> steps) {
    try (TemporaryFolder folder = TemporaryFolder.create("multi-region-")) {
      compareShared(2, () -> SealedKeyStorage.builder(folder.resolve("keys.db")), steps);
    }
  }

  // Few tries, because each read of such a node opens a new connection.
  @Property(tries = 3, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void threeNodesOnAServer_andModel_neverDisagree(@ForAll("steps") List<MultiRegionRun.Step> steps)
      throws SQLException {
    DataSource database = TestPostgres.shared().newDatabase();
    compareShared(3, () -> SealedKeyStorage.builder(database), steps);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  @Tag("thorough")
  void threeNodesOnAServer_manyTries_andModel_neverDisagree(
      @ForAll("steps") List<MultiRegionRun.Step> steps) throws SQLException {
    threeNodesOnAServer_andModel_neverDisagree(steps);
  }

  private static LocalKeyProvider.Builder provider(InstantSource clock) {
    return LocalKeyProvider.builder().clock(clock).multiRegionTransition(MultiRegionRun.TRANSITION);
  }

  private static void compareShared(
      int count, Supplier<SealedKeyStorageBuilder> store, List<MultiRegionRun.Step> steps) {
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
          new MultiRegionRun(
              clock ->
                  storages.stream()
                      .map(storage -> provider(clock).storage(storage).build())
                      .toList()));
    } finally {
      storages.forEach(SealedKeyStorage::close);
    }
  }

  private static void compare(List<MultiRegionRun.Step> steps, MultiRegionRun run) {
    steps.forEach(run::step);
    run.compareEverything();
    SEEN.addAll(run.seen());
  }
}
