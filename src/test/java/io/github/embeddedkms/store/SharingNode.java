package io.github.embeddedkms.store;

import io.github.embeddedkms.store.FaultyConnections.Fault;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.Report;
import io.github.embeddedkms.store.process.RiskyChanges;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

/**
 * A process that changes its own keys and aliases in a store that others change too, over
 * connections with faults, until it is killed. Each process changes the root key and reseals at
 * random times; the others then open the store again.
 */
final class SharingNode extends RiskyChanges {

  /** Longer than others hold the store's lock. A call that hangs takes this long. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** About the number of steps of a change. */
  private static final int STEPS = 60;

  private static final int MOST_ATTEMPTS = 100;

  private final TestDatabase database;
  private final String owner;
  private final Random random;
  private final FaultyConnections faults;
  private final ChangingNode node;
  private volatile SealedKeyStorage storage;

  private SharingNode(TestDatabase database, String owner, long now, Random random) {
    this.database = database;
    this.owner = owner;
    this.random = random;
    this.faults = new FaultyConnections(database);
    this.storage = openAfterFaults();
    this.node = new ChangingNode(ChangingNode.Work.SHARED, owner, storage, this, now, random);
  }

  /** Starts after reading a line with the time in milliseconds, an unused number, and a seed. */
  public static void main(String[] arguments) throws Exception {
    Report.endWithFailures();
    TestDatabase database = new TestDatabase(arguments[0]);
    String owner = arguments[1];
    ChangingNode.loadClasses(database);
    Report.say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String[] order = in.readLine().split(" ", -1);
    Random random = new Random(Long.parseLong(order[2]));
    SharingNode sharing = new SharingNode(database, owner, Long.parseLong(order[0]), random);
    new Thread(sharing::reseal).start();
    sharing.change();
  }

  private void change() {
    while (true) {
      try {
        node.change();
      } catch (RuntimeException e) {
        // Failed before any change was attempted.
        requireExpected(e);
        openAgain();
      }
    }
  }

  /** Opens the store again if another node has changed the root key and begun an epoch. */
  private void openAgain() {
    try {
      storage.sequence();
    } catch (WrongRootKeyException e) {
      SealedKeyStorage before = storage;
      storage = openAfterFaults();
      node.use(storage);
      before.close();
    } catch (StoreUnavailableException e) {
      // The failure had another reason.
    }
  }

  private SealedKeyStorage openAfterFaults() {
    for (int attempt = 0; true; attempt++) {
      planFault();
      try {
        return ChangingNode.open(key -> builder().timeout(TIMEOUT).rootKey(key).open());
      } catch (RuntimeException | Error e) {
        if (attempt == MOST_ATTEMPTS || !isExpected(e)) {
          throw e;
        }
      } finally {
        faults.restart();
      }
    }
  }

  private SealedKeyStorageBuilder builder() {
    return database.isSqlite()
        ? new SealedKeyStorageBuilder(
            () ->
                new FileConnections(
                    database.file(), file -> faults.wrap(SqliteDriver.connect(file))))
        : SealedKeyStorage.builder(faults.wrap(database.dataSource()));
  }

  /** Plans a fault for every third change, but rarely one that takes long. */
  private void planFault() {
    if (random.nextInt(3) == 0) {
      Fault[] faultKinds = Fault.values();
      Fault fault = faultKinds[random.nextInt(faultKinds.length)];
      if (fault != Fault.HANG || random.nextInt(10) == 0) {
        faults.plan(1 + random.nextInt(STEPS), fault, random.nextInt(3));
      }
    }
  }

  private void reseal() {
    while (true) {
      try {
        storage.reseal();
        Report.say("resealed");
      } catch (RuntimeException | Error e) {
        // The root key was changed; this fails until the other thread has opened the store again.
        requireExpected(e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      // Planted by a fault.
    }
  }

  @Override
  protected boolean succeeds(Runnable action) {
    planFault();
    try {
      action.run();
      return true;
    } catch (RuntimeException | Error e) {
      requireExpected(e);
      return false;
    } finally {
      faults.restart();
      // Clears a planted interrupt that no call has noticed.
      Thread.interrupted();
    }
  }

  private static void requireExpected(Throwable failure) {
    if (!isExpected(failure)) {
      Report.fail(failure);
    }
  }

  private static boolean isExpected(Throwable failure) {
    Thread.interrupted();
    return isUnavailable(failure)
        || failure instanceof WrongRootKeyException
        || (failure instanceof IllegalStateException
            && "the key storage is closed".equals(failure.getMessage()))
        || (failure instanceof VirtualMachineError && "planted".equals(failure.getMessage()));
  }

  @Override
  protected Contents contents() {
    for (int attempt = 0; true; attempt++) {
      try {
        return Contents.of(storage, owner);
      } catch (StoreUnavailableException | WrongRootKeyException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
        openAgain();
      }
    }
  }
}
