package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.FaultyConnections.Fault;
import io.github.embeddedkms.store.fixture.TemporaryFolder;
import io.github.embeddedkms.store.process.Contents;
import java.io.IOException;
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

/** A node over connections with faults. Other nodes check what becomes of its store. */
final class FaultyNode implements AutoCloseable {

  /** Where the store is, and how the node connects to it. */
  enum Storage {
    FILE,
    SQLITE_SOURCE,
    POSTGRESQL
  }

  /** The operations on the store. */
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

  /** Longer than a call takes on a busy machine. A call that hangs takes this long. */
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  /**
   * Opening a store takes longer than everything else, so only every fifth case opens it after its
   * last change; the next case sees that change as well.
   */
  private static final int CASES_PER_CHECK = 5;

  /** No machine fails in these tests, and waiting for its disk would be most of a case's time. */
  private static final String UNSYNCHRONIZED = "&options=-c%20synchronous_commit%3Doff";

  /** A lock that is never released causes the same message, but on every attempt. */
  private static final Pattern BUSY = Pattern.compile(".* (in time|for too long)");

  /** Far longer than the time limit on any machine, but shorter than an endless wait. */
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
    folder = TemporaryFolder.in(TemporaryFolder.memory(), "embedded-kms-faults-");
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
    // Loads the classes of a first connection, which takes some time.
    database.numbered(0).builder().rootKey(RootKey.unsealedForTests()).open().close();
    try (RootKey first = ChangingNode.rootKey(root)) {
      storage = builder.timeout(TIMEOUT).maximumStaleness(Duration.ZERO).rootKey(first).open();
    }
    storage.apply(Change.put(FaultedStorage.key("key")));
  }

  /**
   * Runs one case.
   *
   * @param part the position of the faulty step among the steps that the action takes without a
   *     fault: 0 for the first one, and less than 1
   * @return whether the call reached the faulty step
   */
  boolean reachesFault(Action action, boolean cold, Fault fault, double part, int cleanups)
      throws Exception {
    int count = retryWhileBusy(() -> steps(action, cold));
    return reachesFaultAtStep(action, cold, fault, 1 + (int) (part * count), cleanups);
  }

  /**
   * Runs one case.
   *
   * @param step the faulty step, 1 for the first one
   * @return whether the call reached that step
   */
  boolean reachesFaultAtStep(Action action, boolean cold, Fault fault, int step, int cleanups)
      throws Exception {
    retryWhileBusy(() -> prepare(action, cold));
    Contents before = retryWhileBusy(() -> Contents.of(storage));
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
    assertThat(retryWhileBusy(() -> Contents.of(storage))).isEqualTo(stored);
    assertThat(retryWhileBusy(this::disableOrEnable)).isTrue();
    Contents changed = retryWhileBusy(() -> Contents.of(storage));
    assertThat(changed).isNotEqualTo(stored);
    if (++cases % CASES_PER_CHECK == 0) {
      assertThat(observed()).isEqualTo(changed);
    }
    return met;
  }

  /** Repeats a call without a fault while it fails only because the machine is busy. */
  private static <T> T retryWhileBusy(Supplier<T> call) {
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

  /** Returns the number of steps of the action without a fault. */
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
      // Lets another node create a key, so that this node has not fetched its material yet.
      replaceForeignKey();
    }
    if (cold) {
      // A connection that failed is not used again.
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
      // The response to a change of the root key was lost, so this node still has the old root key.
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

  /**
   * Returns what the store holds, as seen by a node that opens the store now, under either root
   * key.
   */
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

  /**
   * Returns whether the call succeeded. It may throw only a failure of the storage or the planted
   * error.
   */
  private boolean isDone(Callable<Boolean> call) throws Exception {
    Future<Boolean> result = callers.submit(call);
    try {
      return result.get(HANGING_SECONDS, TimeUnit.SECONDS);
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
