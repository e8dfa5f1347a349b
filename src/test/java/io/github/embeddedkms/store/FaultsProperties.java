package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.FaultyConnections.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A random fault at a random step of a random operation, on each storage: the call ends within its
 * bound, the store is wholly as before or as after, and the next call works without a restart.
 */
class FaultsProperties {

  private enum Storage {
    FILE,
    SQLITE_SOURCE,
    POSTGRESQL
  }

  private enum Action {
    CREATE,
    ALIAS,
    DISABLE,
    DELETE,
    READ,
    FETCH,
    RESEAL,
    CHANGE_ROOT
  }

  /**
   * One case.
   *
   * @param step which of the steps that the action takes without a fault, between 0 and 1
   * @param cleanups how many of the cleanups afterwards fail
   */
  private record Case(Storage storage, Action action, Fault fault, double step, int cleanups) {}

  private static final Duration TIMEOUT = Duration.ofMillis(400);

  /** Far more than the bound, on any machine; a wait without end is longer. */
  private static final int HANGING_SECONDS = 60;

  private static final Map<Storage, Set<Fault>> MET = new EnumMap<>(Storage.class);
  private static ExecutorService callers;

  @BeforeContainer
  static void startCallers() {
    callers = Executors.newCachedThreadPool();
  }

  @AfterContainer
  static void everyFaultWasMetOnEveryStorage() {
    callers.shutdownNow();
    for (Storage storage : Storage.values()) {
      assertThat(MET.get(storage)).as(storage.name()).containsAll(EnumSet.allOf(Fault.class));
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    return cases(6);
  }

  /** Those that hang take the whole timeout: in many cases, they are fewer. */
  @Provide
  Arbitrary<Case> thoroughCases() {
    return cases(1);
  }

  private static Arbitrary<Case> cases(int hanging) {
    Arbitrary<Fault> faults =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(hanging, Arbitraries.just(Fault.HANG)),
            net.jqwik.api.Tuple.of(
                30, Arbitraries.of(EnumSet.complementOf(EnumSet.of(Fault.HANG)))));
    return Combinators.combine(
            Arbitraries.of(Storage.class),
            Arbitraries.of(Action.class),
            faults,
            Arbitraries.doubles().between(0, 0.999).ofScale(4),
            Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just(0)),
                net.jqwik.api.Tuple.of(2, Arbitraries.integers().between(1, 4))))
        .as(Case::new);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void faultAtAnyStep_storeIsWhole_nextCallWorks(@ForAll("cases") Case tried) throws Exception {
    run(tried);
  }

  @Tag("thorough")
  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void faultAtAnyStep_manyTimes(@ForAll("thoroughCases") Case tried) throws Exception {
    run(tried);
  }

  private static void run(Case tried) throws Exception {
    Path directory = Files.createTempDirectory(Path.of("target"), "faults-");
    TestDatabase database =
        tried.storage == Storage.POSTGRESQL
            ? TestDatabase.postgres()
            : TestDatabase.sqlite(directory.resolve("keys.db"));
    FaultyConnections faults = new FaultyConnections(database);
    try (FaultedStorage node = new FaultedStorage(database, builder(tried, database, faults))) {
      run(tried, node, faults);
    } finally {
      delete(directory);
      if (tried.storage == Storage.POSTGRESQL) {
        database.execute("DROP SCHEMA " + database.schemaName() + " CASCADE");
      }
    }
  }

  private static SealedKeyStorageBuilder builder(
      Case tried, TestDatabase database, FaultyConnections faults) {
    SealedKeyStorageBuilder builder =
        tried.storage == Storage.FILE
            ? new SealedKeyStorageBuilder(
                new FileConnections(
                    database.file(), file -> faults.wrap(FileConnections.open(file))))
            : SealedKeyStorage.builder(faults.wrap(database.dataSource()));
    return builder.timeout(TIMEOUT).maximumStaleness(Duration.ZERO);
  }

  private static void run(Case tried, FaultedStorage node, FaultyConnections faults)
      throws Exception {
    try (RootKey next = ChangingNode.rootKey(1);
        RootKey again = ChangingNode.rootKey(2)) {
      prepare(tried.action, node);
      // The same action without a fault, on another store, tells how many steps there are.
      int steps = steps(tried, next);
      Contents before = node.stored();
      Contents after = before.after(words(tried.action));
      faults.plan(1 + (int) (tried.step * steps), tried.fault, tried.cleanups);
      boolean done = isDone(() -> act(tried.action, node, again));
      if (faults.met()) {
        MET.computeIfAbsent(tried.storage, none -> EnumSet.noneOf(Fault.class)).add(tried.fault);
      }
      faults.restart();
      Contents stored = stored(node, again);
      assertThat(stored).isIn(before, after);
      if (done) {
        assertThat(stored).isEqualTo(after);
      }
      assertThat(Contents.of(node.storage())).isEqualTo(stored);
      assertThat(node.storage().apply(Change.put(FaultedStorage.key("next")))).isTrue();
      assertThat(stored(node, again)).isEqualTo(stored.after("create next"));
    }
  }

  private static int steps(Case tried, RootKey next) throws Exception {
    return STEPS.computeIfAbsent(
        List.of(tried.storage, tried.action),
        unknown -> {
          try {
            return counted(tried, next);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private static final Map<List<Object>, Integer> STEPS =
      new java.util.concurrent.ConcurrentHashMap<>();

  private static int counted(Case tried, RootKey next) throws Exception {
    Path directory = Files.createTempDirectory(Path.of("target"), "faults-");
    try {
      TestDatabase database =
          tried.storage == Storage.POSTGRESQL
              ? TestDatabase.postgres()
              : TestDatabase.sqlite(directory.resolve("keys.db"));
      FaultyConnections faults = new FaultyConnections(database);
      try (FaultedStorage node = new FaultedStorage(database, builder(tried, database, faults))) {
        prepare(tried.action, node);
        faults.restart();
        act(tried.action, node, next);
        return faults.steps();
      }
    } finally {
      delete(directory);
    }
  }

  /** What the store holds, whichever root key it is under now. */
  private static Contents stored(FaultedStorage node, RootKey other) {
    try {
      return node.stored();
    } catch (WrongRootKeyException e) {
      return node.stored(other);
    }
  }

  private static void prepare(Action action, FaultedStorage node) {
    if (action != Action.CREATE) {
      node.storage().apply(Change.put(FaultedStorage.key("other")));
    }
    if (action == Action.DELETE) {
      node.storage().apply(Change.put(FaultedStorage.alias("alias/b", "other")));
    }
    if (action == Action.FETCH) {
      // Another key's material, sealed and not fetched yet: written by somebody else.
      node.byAnother(storage -> storage.apply(Change.put(FaultedStorage.key("foreign"))));
    }
  }

  private static String words(Action action) {
    return switch (action) {
      case CREATE -> "create other";
      case ALIAS -> "alias alias/b other";
      case DISABLE -> "disable other";
      case DELETE -> "delete other";
      case READ, FETCH, RESEAL, CHANGE_ROOT -> "unalias alias/none";
    };
  }

  private static boolean act(Action action, FaultedStorage node, RootKey next) {
    SealedKeyStorage storage = node.storage();
    return switch (action) {
      case CREATE -> storage.apply(Change.put(FaultedStorage.key("other")));
      case ALIAS -> storage.apply(Change.put(FaultedStorage.alias("alias/b", "other")));
      case DISABLE -> {
        KeyEntry key = storage.key(Contents.address("other")).orElseThrow();
        yield storage.apply(
            Change.replace(key, key.changed(changed -> changed.state(KeyState.DISABLED))));
      }
      case DELETE ->
          storage.apply(
              Change.remove(
                  List.of(
                      storage.alias(Contents.address("alias/b")).orElseThrow(),
                      storage.key(Contents.address("other")).orElseThrow())));
      case READ -> storage.key(Contents.address("other")).isPresent();
      case FETCH ->
          storage.key(Contents.address("foreign")).orElseThrow().currentMaterial().use(raw -> true);
      case RESEAL -> {
        storage.reseal();
        yield true;
      }
      case CHANGE_ROOT -> {
        storage.changeRootKey(next);
        yield true;
      }
    };
  }

  /** Whether the call succeeded. What it throws is a failure of the storage, or planted. */
  private static boolean isDone(Callable<Boolean> call) throws Exception {
    Future<Boolean> answer = callers.submit(call);
    try {
      return answer.get(HANGING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause();
      if (failure instanceof StoreUnavailableException
          || (failure instanceof VirtualMachineError
              && "planted".equals(failure.getMessage()))) {
        return false;
      }
      throw new AssertionError("an unexpected failure", failure);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
