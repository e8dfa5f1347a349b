package io.github.embeddedkms.store;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.fixture.Exhaustion;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.PossibleChange;
import io.github.embeddedkms.store.process.Report;
import io.github.embeddedkms.store.process.RiskyChanges;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A process that repeatedly runs out of memory or stack while it works on a store. After each time
 * its storage must work as before, without a restart.
 */
final class ExhaustedNode extends RiskyChanges {

  private static final int HANGING_SECONDS = 120;
  private static final int FIRST_KEYS = 3;

  /** With the other aliases of this node, no more than a key can have. */
  private static final int MANY = 25;

  private final TestDatabase database;
  private final Exhaustion.Resource resource;
  private final Random random;
  private final SealedKeyStorage storage;
  private final LocalKeyProvider kms;
  private final ChangingNode node;
  private final ExecutorService others = Executors.newCachedThreadPool();
  private boolean calm = true;
  private @Nullable Exhaustion exhausted;

  private ExhaustedNode(
      TestDatabase database, Exhaustion.Resource resource, long now, Random random) {
    this.database = database;
    this.resource = resource;
    this.random = random;
    this.storage = open(random.nextBoolean());
    // The provider's clock stays at a time when no key is due.
    this.kms =
        LocalKeyProvider.builder()
            .clock(() -> Instant.EPOCH)
            .storage(storage)
            .failureListener((operation, failure) -> ChangingNode.requireUnaltered(failure))
            .build();
    this.node = new ChangingNode(ChangingNode.Work.EXHAUSTED, "", storage, this, now, random);
  }

  /** Starts after reading a line with the time in milliseconds, an unused number, and a seed. */
  public static void main(String[] arguments) throws Exception {
    endWithFailures();
    TestDatabase database = new TestDatabase(arguments[1]);
    Report.say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String[] order = in.readLine().split(" ", -1);
    ExhaustedNode node =
        new ExhaustedNode(
            database,
            Exhaustion.Resource.valueOf(arguments[0]),
            Long.parseLong(order[0]),
            new Random(Long.parseLong(order[2])));
    node.begin();
    int times = Integer.parseInt(arguments[2]);
    for (int time = 0; time < times; time++) {
      Report.say("exhausted " + node.exhaust());
      in.readLine();
    }
    node.storage.close();
    Report.say("closed");
    System.exit(0);
  }

  /** Other threads may end with an Error here, because this process exhausts their memory. */
  private static void endWithFailures() {
    Thread main = Thread.currentThread();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          if (thread == main || !isExhaustion(failure)) {
            Report.fail(failure);
          }
        });
  }

  private SealedKeyStorage open(boolean pooled) {
    return ChangingNode.open(
        key -> {
          SealedKeyStorageBuilder builder =
              pooled ? SealedKeyStorage.builder(database.dataSource()) : database.builder();
          return builder.maximumStaleness(Duration.ZERO).rootKey(key).open();
        });
  }

  private void begin() {
    for (int key = 0; key < FIRST_KEYS; key++) {
      node.change();
    }
    calm = false;
  }

  /** Works until memory or stack has been exhausted once, and then as if nothing had happened. */
  private String exhaust() throws Exception {
    exhausted = null;
    while (exhausted == null) {
      switch (random.nextInt(4)) {
        case 0 -> succeeds(use(random.nextInt(4)));
        case 1 -> {
          changeManyAsAnother();
          succeeds(this::contents);
        }
        default -> node.change();
      }
    }
    Exhaustion last = exhausted;
    Throwable failure = last.failure();
    others.submit(this::work).get(HANGING_SECONDS, TimeUnit.SECONDS);
    last.end(this::work);
    return last + ": " + failure;
  }

  /** Makes many changes through another node, which this node then has to read at once. */
  private void changeManyAsAnother() {
    try (SealedKeyStorage another = open(false)) {
      List<AliasEntry> there =
          another.aliasesAfter(Contents.address("alias/many"), MANY).stream()
              .filter(alias -> alias.address().id().startsWith("alias/many"))
              .toList();
      if (there.isEmpty()) {
        String keyId = Contents.keysOf(another, "").get(0).address().id();
        List<Entry> aliases =
            IntStream.range(0, MANY)
                .<Entry>mapToObj(number -> FaultedStorage.alias("alias/many" + number, keyId))
                .toList();
        another.apply(new Change(aliases, List.of(), List.of()));
        aliases.forEach(alias -> Report.say("done alias " + alias.address().id() + " " + keyId));
      } else {
        another.apply(Change.remove(there));
        there.forEach(alias -> Report.say("done unalias " + alias.address().id()));
      }
    }
  }

  /** Reads everything, uses it and changes it. */
  private void work() {
    use(random.nextInt(4)).run();
    try (SealedKeyStorage another = open(false)) {
      if (!contents().equals(Contents.of(another))) {
        throw new AssertionError(contents() + " is not " + Contents.of(another));
      }
    }
    PossibleChange change = PossibleChange.of(storage, "alias/after");
    Report.change(change.words(), change.action());
  }

  private Runnable use(int kind) {
    return switch (kind) {
      case 0 -> this::sealAndOpen;
      case 1 -> this::contents;
      case 2 -> this::reseal;
      case 3 -> this::openAgain;
      default -> throw new AssertionError(kind);
    };
  }

  private void sealAndOpen() {
    for (KeyEntry key : Contents.keysOf(storage, "")) {
      if (key.state() == KeyState.ENABLED) {
        String keyId = key.address().id();
        var sealed = kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
        kms.decrypt(b -> b.ciphertextBlob(sealed.ciphertextBlob())).plaintext().close();
      }
    }
  }

  private void reseal() {
    try {
      storage.reseal();
    } catch (WrongRootKeyException e) {
      // A change of the root key took effect although it failed: this node still has the old root
      // key.
      try (RootKey next = ChangingNode.anyRootKey(random)) {
        storage.changeRootKey(next);
      }
    }
  }

  private void openAgain() {
    try (SealedKeyStorage again = open(random.nextBoolean())) {
      Contents.of(again);
    }
  }

  @Override
  protected boolean succeeds(Runnable action) {
    if (calm || exhausted != null) {
      action.run();
      return true;
    }
    Exhaustion tried = Exhaustion.run(resource, random, action);
    Throwable failure = tried.failure();
    if (failure == null) {
      tried.end(() -> {});
      return true;
    }
    if (!isUnavailable(failure) && !isExhaustion(failure)) {
      throw new AssertionError(tried + " failed otherwise", failure);
    }
    exhausted = tried;
    return false;
  }

  private static boolean isExhaustion(Throwable failure) {
    for (Throwable next = failure; next != null; next = next.getCause()) {
      if (next instanceof VirtualMachineError) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected Contents contents() {
    return Contents.of(storage);
  }
}
