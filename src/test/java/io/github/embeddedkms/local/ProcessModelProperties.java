package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.KmsProcess;
import io.github.embeddedkms.store.fixture.TemporaryFolder;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random sequences of calls to several processes that share a store. Processes that allow no
 * staleness behave like one provider; the others may return its earlier results, within their
 * bounds. A store that is opened at the end has the complete state.
 */
class ProcessModelProperties {

  private static final Duration NONE = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(1);

  /**
   * All tries use the same processes, because each takes a second to start. Shrinking is disabled:
   * after its timeout it continues in its own thread, and would interfere with later tries.
   */
  private static final List<KmsProcess> PROCESSES = new ArrayList<>();

  private static final AtomicInteger DELETIONS = new AtomicInteger();
  private static final AtomicInteger STALE_RESPONSES = new AtomicInteger();
  private static final AtomicInteger RESPONSES_FORCED_BY_BOUND = new AtomicInteger();

  @BeforeContainer
  static void start() {
    for (int i = 0; i < 3; i++) {
      PROCESSES.add(KmsProcess.start());
    }
  }

  /** Without any deletion or stale response, the test would prove nothing. */
  @AfterContainer
  static void requireDeletionsAndStaleResponses() {
    PROCESSES.forEach(KmsProcess::close);
    assertThat(DELETIONS).hasPositiveValue();
    assertThat(STALE_RESPONSES).hasPositiveValue();
    assertThat(RESPONSES_FORCED_BY_BOUND).hasPositiveValue();
  }

  @Property(tries = 4, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void twoOnAFile_behaveLikeOneProvider(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) {
    compareOnAFile(steps, NONE, NONE);
  }

  @Tag("thorough")
  @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void twoOnAFile_longer_behaveLikeOneProvider(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) {
    compareOnAFile(steps, NONE, NONE);
  }

  @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void twoOnAFile_areNeverStalerThanTheirBounds(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) {
    compareOnAFile(steps, NONE, SHORT);
  }

  @Tag("thorough")
  @Property(tries = 80, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void twoOnAFile_longer_areNeverStalerThanTheirBounds(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) {
    compareOnAFile(steps, NONE, SHORT);
  }

  // Few tries, because each read of such a node opens a new connection.
  @Property(tries = 2, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void threeOnAServer_behaveLikeOneProvider(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) throws SQLException {
    compareOnAServer(steps, NONE, NONE, NONE);
  }

  @Tag("thorough")
  @Property(tries = 4, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void threeOnAServer_longer_behaveLikeOneProvider(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) throws SQLException {
    compareOnAServer(steps, NONE, NONE, NONE);
  }

  @Property(tries = 2, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void threeOnAServer_areNeverStalerThanTheirBounds(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) throws SQLException {
    compareOnAServer(steps, NONE, SHORT, LONG);
  }

  @Tag("thorough")
  @Property(tries = 6, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void threeOnAServer_longer_areNeverStalerThanTheirBounds(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) throws SQLException {
    compareOnAServer(steps, NONE, SHORT, LONG);
  }

  private static void compareOnAFile(List<ModelStep> steps, Duration... bounds) {
    try (TemporaryFolder folder = TemporaryFolder.create("process-model-")) {
      compare("jdbc:sqlite:" + folder.resolve("keys.db"), steps, bounds);
    }
  }

  private static void compareOnAServer(List<ModelStep> steps, Duration... bounds)
      throws SQLException {
    compare(TestPostgres.url(TestPostgres.shared().newDatabase()), steps, bounds);
  }

  private static void compare(String url, List<ModelStep> steps, Duration... bounds) {
    ModelClock clock = new ModelClock();
    List<ModelNode> nodes = new ArrayList<>();
    for (int i = 0; i < bounds.length; i++) {
      KmsProcess process = PROCESSES.get(i);
      process.open(url, bounds[i], clock::now, clock::nanoTime);
      nodes.add(new ModelNode(process, bounds[i], process::closeStore));
    }
    try (ModelRun run = new ModelRun(clock, nodes)) {
      steps.forEach(run::step);
      run.compareEverything();
      KmsProcess last = PROCESSES.get(0);
      last.open(url, NONE, clock::now, clock::nanoTime);
      run.compareEverything(last);
      ModelHistory history = run.history();
      DELETIONS.addAndGet(history.deletions());
      STALE_RESPONSES.addAndGet(history.staleResponses());
      RESPONSES_FORCED_BY_BOUND.addAndGet(history.responsesForcedByBound());
    }
  }
}
