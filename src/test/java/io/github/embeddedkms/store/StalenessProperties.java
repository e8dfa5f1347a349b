package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Nodes of different staleness write one number higher each time and look at it, while their clock
 * is turned by hand: no node ever answers with a number that is older than its bound allows, nor
 * with one older than it has answered before; and every write counts.
 */
class StalenessProperties {

  private static final Address COUNTER = new Address("111122223333", "eu-west-1", "alias/counter");

  private static final List<Duration> BOUNDS =
      List.of(Duration.ZERO, Duration.ofMillis(300), Duration.ofSeconds(1));

  private enum Kind {
    WRITE,
    LOOK,
    TURN_CLOCK
  }

  /** One event: what, on which node, and how long it takes. */
  private record Step(Kind kind, int node, int milliseconds) {}

  /** A number, and when it was written. */
  private record Written(long number, long nanoTime) {}

  private static final AtomicInteger OLD_ANSWERS = new AtomicInteger();

  /** Nodes that always ask would keep every bound. */
  @AfterContainer
  static void copiesWereAnsweredFrom() {
    assertThat(OLD_ANSWERS).hasPositiveValue();
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
  void nodesOnAFile_areNeverOlderThanTheirBounds(@ForAll("sequences") List<Step> steps) {
    try (TemporaryFolder folder = TemporaryFolder.create("staleness-")) {
      run(() -> SealedKeyStorage.builder(folder.resolve("keys.db")), steps);
    }
  }

  @Property(tries = 6, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void nodesOnAServer_areNeverOlderThanTheirBounds(@ForAll("sequences") List<Step> steps)
      throws SQLException {
    DataSource database = TestPostgres.shared().newDatabase();
    run(() -> SealedKeyStorage.builder(database), steps);
  }

  private static void run(Supplier<SealedKeyStorageBuilder> store, List<Step> steps) {
    try (Nodes nodes = new Nodes(store)) {
      for (Step step : steps) {
        switch (step.kind) {
          case WRITE -> nodes.write(step.node);
          case LOOK -> nodes.look(step.node);
          case TURN_CLOCK -> nodes.turnClock(step.milliseconds);
        }
      }
      nodes.turnClock(1_000);
      for (int node = 0; node < BOUNDS.size(); node++) {
        assertThat(nodes.look(node)).isEqualTo(nodes.written.size() - 1L);
        assertThat(nodes.nodes.get(node).sequence()).isEqualTo(nodes.written.size());
      }
    }
  }

  /** One node for each bound, and what was written and seen. */
  private static final class Nodes implements AutoCloseable {

    /** It runs over on the way, as the JVM's may. */
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
      // Even the oldest copy has it from now on.
      turnClock(1_000);
    }

    void turnClock(int milliseconds) {
      nanoTime.addAndGet(Duration.ofMillis(milliseconds).toNanos());
    }

    /** Writes the next number; a copy that is old shows in that the first attempt fails. */
    void write(int node) {
      if (!attempt(node)) {
        assertThat(attempt(node)).as("the copy is new after a failed attempt").isTrue();
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

    long look(int node) {
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
        OLD_ANSWERS.incrementAndGet();
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
