package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.FaultyConnections.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** A node over connections that meet faults; what becomes of its store is seen by others. */
final class FaultyNode implements AutoCloseable {

  /** Where the store is, and by which connections. */
  enum Storage {
    FILE,
    SQLITE_SOURCE,
    POSTGRESQL
  }

  /** What is done to a store. */
  enum Action {
    CREATE("create other"),
    ALIAS("alias alias/b key"),
    DISABLE("disable key"),
    DELETE("delete other"),
    READ("unalias alias/none"),
    FETCH("unalias alias/none"),
    RESEAL("unalias alias/none"),
    CHANGE_ROOT("unalias alias/none"),
    COMPACT("unalias alias/none");

    private final String words;

    Action(String words) {
      this.words = words;
    }
  }

  /** Longer than a call takes on a busy machine; a call that hangs takes as long. */
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  /** To open a store takes longer than all else; the next case sees the last change as well. */
  private static final int SEEN_AGAIN = 5;

  /** No machine fails here, and waiting for its disk is most of what a case takes. */
  private static final String UNSYNCHRONIZED = "&options=-c%20synchronous_commit%3Doff";

  /** What a lock that is never released says too, but again and again. */
  private static final Pattern BUSY = Pattern.compile(".* (in time|for too long)");

  /** Far more than the bound, on any machine; a wait without end is longer. */
  private static final int HANGING_SECONDS = 60;

  private final TemporaryFolder folder;
  private final TestDatabase database;
  private final FaultyConnections faults;
  private final SealedKeyStorage storage;
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final Map<List<Object>, Integer> steps = new HashMap<>();
  private int root;
  private int foreignKeys;
  private int cases;

  FaultyNode(Storage kind) throws IOException, SQLException {
    folder = TemporaryFolder.in(memory(), "faults-");
    database =
        kind == Storage.POSTGRESQL
            ? new TestDatabase(TestDatabase.postgres().url() + UNSYNCHRONIZED)
            : TestDatabase.sqlite(folder.resolve("keys.db"));
    faults = new FaultyConnections(database);
    SealedKeyStorageBuilder builder =
        kind == Storage.FILE
            ? new SealedKeyStorageBuilder(
                () ->
                    new FileConnections(
                        database.file(), file -> faults.wrap(SqliteDriver.connect(file))))
            : SealedKeyStorage.builder(faults.wrap(database.dataSource()));
    // Loads what a first connection loads, which takes its time.
    database.numbered(0).builder().rootKey(RootKey.unsealedForTests()).open().close();
    try (RootKey first = ChangingNode.rootKey(root)) {
      storage = builder.timeout(TIMEOUT).maximumStaleness(Duration.ZERO).rootKey(first).open();
    }
    storage.apply(Change.put(FaultedStorage.key("key")));
  }

  /** A folder in memory, for the same reason, where there is one. */
  private static Path memory() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of("target");
  }

  /**
   * Runs one case.
   *
   * @param part at which part of the steps that the action takes without a fault, 0 for the first
   *     one and less than 1
   * @return whether the call came to the step with the fault
   */
  boolean meets(Action action, boolean cold, Fault fault, double part, int cleanups)
      throws Exception {
    int count = patiently(() -> steps(action, cold));
    return meetsAtStep(action, cold, fault, 1 + (int) (part * count), cleanups);
  }

  /**
   * Runs one case.
   *
   * @param step the step with the fault, 1 for the first one
   * @return whether the call came to that step
   */
  boolean meetsAtStep(Action action, boolean cold, Fault fault, int step, int cleanups)
      throws Exception {
    patiently(() -> prepare(action, cold));
    Contents before = patiently(() -> Contents.of(storage));
    Contents after = before.after(action.words);
    faults.plan(step, fault, cleanups);
    boolean done = isDone(() -> act(action));
    boolean met = faults.met();
    faults.restart();
    Contents stored = observed();
    assertThat(stored).isIn(before, after);
    if (done) {
      assertThat(stored).isEqualTo(after);
    }
    assertThat(patiently(() -> Contents.of(storage))).isEqualTo(stored);
    assertThat(patiently(this::disableOrEnable)).isTrue();
    Contents changed = patiently(() -> Contents.of(storage));
    assertThat(changed).isNotEqualTo(stored);
    if (++cases % SEEN_AGAIN == 0) {
      assertThat(observed()).isEqualTo(changed);
    }
    return met;
  }

  /** Without a fault, a call may need another try, but only because the machine is busy. */
  private static <T> T patiently(Supplier<T> call) {
    for (int tries = 1; true; tries++) {
      try {
        return call.get();
      } catch (StoreUnavailableException e) {
        if (tries == 20 || !BUSY.matcher(String.valueOf(e.getMessage())).matches()) {
          throw e;
        }
      }
    }
  }

  /** How many there are without a fault. */
  private int steps(Action action, boolean cold) {
    Integer known = steps.get(List.of(action, cold));
    if (known == null) {
      prepare(action, cold);
      faults.restart();
      assertThat(act(action)).isTrue();
      known = faults.steps();
      steps.put(List.of(action, cold), known);
    }
    return known;
  }

  private boolean prepare(Action action, boolean cold) {
    faults.restart();
    Contents now = Contents.of(storage);
    if (action == Action.CREATE && now.keys().containsKey("other")) {
      delete();
    }
    if (action == Action.DELETE && !now.keys().containsKey("other")) {
      storage.apply(Change.put(FaultedStorage.key("other")));
    }
    if (action == Action.ALIAS && now.aliases().containsKey("alias/b")) {
      storage.apply(
          Change.remove(List.of(storage.alias(Contents.address("alias/b")).orElseThrow())));
    }
    if (action == Action.DISABLE && now.keys().get("key").equals("Disabled")) {
      disableOrEnable();
    }
    if (action == Action.COMPACT) {
      storage.apply(Change.put(FaultedStorage.alias("alias/gone", "key")));
      storage.apply(
          Change.remove(List.of(storage.alias(Contents.address("alias/gone")).orElseThrow())));
    }
    if (action == Action.FETCH) {
      // A key whose material this node has not fetched yet: another has created it.
      replaceForeignKey();
    }
    if (cold) {
      // What fails is not used again.
      faults.plan(1, Fault.REFUSED, 0);
      assertThat(isRefused()).isTrue();
      faults.restart();
    }
    return true;
  }

  private boolean isRefused() {
    try {
      storage.sequence();
      return false;
    } catch (StoreUnavailableException e) {
      return true;
    }
  }

  private void replaceForeignKey() {
    try (RootKey key = ChangingNode.rootKey(root);
        SealedKeyStorage other = database.builder().rootKey(key).open()) {
      other
          .key(Contents.address("foreign" + foreignKeys))
          .ifPresent(before -> other.apply(Change.remove(List.of(before))));
      foreignKeys++;
      other.apply(Change.put(FaultedStorage.key("foreign" + foreignKeys)));
    }
  }

  private boolean act(Action action) {
    return switch (action) {
      case CREATE -> storage.apply(Change.put(FaultedStorage.key("other")));
      case ALIAS -> storage.apply(Change.put(FaultedStorage.alias("alias/b", "key")));
      case DISABLE -> disableOrEnable();
      case DELETE -> delete();
      case READ -> storage.key(Contents.address("key")).isPresent();
      case FETCH ->
          storage
              .key(Contents.address("foreign" + foreignKeys))
              .orElseThrow()
              .currentMaterial()
              .lend(raw -> true);
      case RESEAL -> reseal();
      case CHANGE_ROOT -> changeRoot();
      case COMPACT -> storage.compact() >= 0;
    };
  }

  private boolean delete() {
    return storage.apply(
        Change.remove(List.of(storage.key(Contents.address("other")).orElseThrow())));
  }

  private boolean disableOrEnable() {
    KeyEntry key = storage.key(Contents.address("key")).orElseThrow();
    KeyState next = key.state() == KeyState.ENABLED ? KeyState.DISABLED : KeyState.ENABLED;
    return storage.apply(Change.replace(key, key.changed(changed -> changed.state(next))));
  }

  private boolean reseal() {
    try {
      storage.reseal();
    } catch (WrongRootKeyException e) {
      // The answer to a change of the root key was lost, so this node goes on under the old one.
      assertThat(changeRoot()).isTrue();
    }
    return true;
  }

  private boolean changeRoot() {
    try (RootKey key = ChangingNode.rootKey(1 - root)) {
      storage.changeRootKey(key);
      return true;
    }
  }

  /** What the store holds, as a node sees it that opens it now, under whichever root key. */
  private Contents observed() {
    Optional<Contents> seen = seen(root);
    if (seen.isEmpty()) {
      root = 1 - root;
      seen = seen(root);
    }
    return seen.orElseThrow();
  }

  private Optional<Contents> seen(int number) {
    try (RootKey key = ChangingNode.rootKey(number);
        SealedKeyStorage other = database.builder().rootKey(key).open()) {
      return Optional.of(Contents.of(other));
    } catch (WrongRootKeyException e) {
      return Optional.empty();
    }
  }

  /** Whether the call succeeded. What it throws is a failure of the storage, or planted. */
  private boolean isDone(Callable<Boolean> call) throws Exception {
    Future<Boolean> answer = callers.submit(call);
    try {
      return answer.get(HANGING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause();
      if (failure instanceof StoreUnavailableException
          || (failure instanceof VirtualMachineError && "planted".equals(failure.getMessage()))) {
        return false;
      }
      throw new AssertionError("an unexpected failure", failure);
    }
  }

  @Override
  public void close() {
    faults.restart();
    callers.shutdownNow();
    storage.close();
    folder.close();
  }
}
