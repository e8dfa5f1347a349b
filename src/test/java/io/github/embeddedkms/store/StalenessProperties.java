package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.TemporaryFolder;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sql.DataSource;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Nodes with different staleness bounds repeatedly write the next number and read it, while the
 * test controls their clock. No node ever returns a number that is older than its bound allows, or
 * older than one it returned before, and no write is lost.
 */
class StalenessProperties {

  private static final Address COUNTER = new Address("111122223333", "eu-west-1", "alias/counter");

  private static final List<Duration> BOUNDS =
      List.of(Duration.ZERO, Duration.ofMillis(300), Duration.ofSeconds(1));

  private enum Kind {
    WRITE,
    READ,
    ADVANCE_CLOCK
  }

  /** One event: its kind, its node, and how long it takes. */
  private record Step(Kind kind, int node, int milliseconds) {}

  /** A number, and the time at which it was written. */
  private record Written(long number, long nanoTime) {}

  private static final AtomicInteger STALE_READS = new AtomicInteger();

  /** Without this check, nodes that always ask the database would pass: they keep every bound. */
  @AfterContainer
  static void requireSomeReadsFromCopies() {
    assertThat(STALE_READS).hasPositiveValue();
  }

  @Provide
  Arbitrary<List<Step>> sequences() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, BOUNDS.size() - 1),
            Arbitraries.of(0, 1, 100, 299, 300, 700, 999, 1000))
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(60);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void read_file_isNeverOlderThanTheBound(@ForAll("sequences") List<Step> steps) {
    try (TemporaryFolder folder = TemporaryFolder.create("staleness-")) {
      run(() -> SealedKeyStorage.builder(folder.resolve("keys.db")), steps);
    }
  }

  @Property(tries = 6, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void read_server_isNeverOlderThanTheBound(@ForAll("sequences") List<Step> steps)
      throws SQLException {
    DataSource database = TestPostgres.shared().newDatabase();
    run(() -> SealedKeyStorage.builder(database), steps);
  }

  private static void run(Supplier<SealedKeyStorageBuilder> store, List<Step> steps) {
    try (Nodes nodes = new Nodes(store)) {
      for (Step step : steps) {
        switch (step.kind) {
          case WRITE -> nodes.write(step.node);
          case READ -> nodes.read(step.node);
          case ADVANCE_CLOCK -> nodes.advanceClock(step.milliseconds);
        }
      }
      nodes.advanceClock(1_000);
      for (int node = 0; node < BOUNDS.size(); node++) {
        assertThat(nodes.read(node)).isEqualTo(nodes.written.size() - 1L);
        assertThat(nodes.nodes.get(node).sequence()).isEqualTo(nodes.written.size());
      }
    }
  }

  /** One node for each bound, and what was written and read. */
  private static final class Nodes implements AutoCloseable {

    /** Overflows during the test, as the JVM's clock may. */
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 2_000_000_000L);

    final List<SealedKeyStorage> nodes = new ArrayList<>();
    final List<Written> written = new ArrayList<>();
    private final long[] seen = new long[BOUNDS.size()];

    Nodes(Supplier<SealedKeyStorageBuilder> store) {
      for (Duration bound : BOUNDS) {
        nodes.add(
            store
                .get()
                .rootKey(RootKey.unsealedForTests())
                .nanoTime(nanoTime::get)
                .maximumStaleness(bound)
                .open());
      }
      AliasEntry zero = new AliasEntry(COUNTER, 1, "0", AttackedStore.NOW, AttackedStore.NOW);
      assertThat(nodes.get(0).apply(Change.put(zero))).isTrue();
      written.add(new Written(0, nanoTime.get()));
      // From now on, even the oldest copy has it.
      advanceClock(1_000);
    }

    void advanceClock(int milliseconds) {
      nanoTime.addAndGet(Duration.ofMillis(milliseconds).toNanos());
    }

    /** Writes the next number. If the node's copy is stale, the first attempt fails. */
    void write(int node) {
      if (!attempt(node)) {
        assertThat(attempt(node)).as("the copy is refreshed after a failed attempt").isTrue();
      }
    }

    private boolean attempt(int node) {
      AliasEntry before = nodes.get(node).alias(COUNTER).orElseThrow();
      long next = Long.parseLong(before.targetKeyId()) + 1;
      AliasEntry after = before.retargeted(Long.toString(next), AttackedStore.NOW);
      if (!nodes.get(node).apply(Change.put(after))) {
        return false;
      }
      assertThat(next).as("no write is lost").isEqualTo(written.size());
      written.add(new Written(next, nanoTime.get()));
      seen[node] = next;
      return true;
    }

    long read(int node) {
      long number = Long.parseLong(nodes.get(node).alias(COUNTER).orElseThrow().targetKeyId());
      long bound = BOUNDS.get(node).toNanos();
      long atLeast =
          written.stream()
              .filter(each -> nanoTime.get() - each.nanoTime >= bound)
              .mapToLong(Written::number)
              .max()
              .orElseThrow();
      assertThat(number).isBetween(Math.max(atLeast, seen[node]), written.size() - 1L);
      if (number < written.size() - 1L) {
        STALE_READS.incrementAndGet();
      }
      seen[node] = number;
      return number;
    }

    @Override
    public void close() {
      nodes.forEach(SealedKeyStorage::close);
    }
  }
}
