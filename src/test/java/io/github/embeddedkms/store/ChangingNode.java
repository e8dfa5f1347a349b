package io.github.embeddedkms.store;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.store.fixture.Intercepted;
import io.github.embeddedkms.store.process.Changes;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.Report;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A process that opens a store and makes random changes until it is killed. It reports each change
 * before and after it is made.
 */
final class ChangingNode {

  /** The kinds of work that a node does on a store. */
  enum Work {
    /** Changes of keys and aliases. */
    CHANGES,
    /** Such changes and new root keys, while another thread seals everything again. */
    RESEALING,
    /** The same by several nodes at once, each with its own keys and aliases, and with faults. */
    SHARED,
    /** Changes of all kinds while memory or stack runs out. */
    EXHAUSTED
  }

  /** The specs of the keys that are created. One of each usage, and quickly generated. */
  private static final List<KeySpec> SPECS =
      List.of(
          KeySpec.SYMMETRIC_DEFAULT,
          KeySpec.ECC_NIST_EDWARDS25519,
          KeySpec.HMAC_256,
          KeySpec.ML_KEM_512);

  private static final int MOST_KEYS = 30;
  private static final int ALIASES = 20;
  private static final int ROOT_KEYS = 5;
  private static final int MOST_ATTEMPTS = 1_000;

  /**
   * The names of policies. The default policy's comes often enough for each to be removed again.
   */
  private static final List<String> POLICIES = List.of(Contents.DEFAULT_POLICY, "guest", "auditor");

  private static final int DAYS = 7;
  private static final long MILLISECONDS = DAYS * 24L * 60 * 60 * 1_000;

  private final Work work;
  private final String owner;
  private final Changes changes;
  private final Random random;
  private SealedKeyStorage storage;
  private LocalKeyProvider kms;
  private long now;

  /**
   * Creates a node.
   *
   * @param owner the owner of the keys and aliases that it changes, see {@link
   *     Contents#of(KeyStorage, String)}
   * @param now its time in milliseconds
   */
  ChangingNode(
      Work work, String owner, SealedKeyStorage storage, Changes changes, long now, Random random) {
    this.work = work;
    this.owner = owner;
    this.changes = changes;
    this.now = now;
    this.random = random;
    this.storage = storage;
    this.kms = provider(storage);
  }

  /**
   * Returns a storage to which no last uses are written, so that its sequence counts the changes
   * that calls make, and nothing else.
   */
  static KeyStorage withoutLastUses(SealedKeyStorage storage) {
    return Intercepted.of(
        KeyStorage.class,
        (proxy, method, arguments) ->
            method.getName().equals("isPersistent")
                ? false
                : Intercepted.call(storage, method, arguments));
  }

  private LocalKeyProvider provider(SealedKeyStorage of) {
    return LocalKeyProvider.builder()
        .clock(() -> Instant.ofEpochMilli(now))
        .storage(work == Work.CHANGES ? withoutLastUses(of) : of)
        .failureListener((operation, failure) -> requireUnaltered(failure))
        .build();
  }

  /** Continues with the same store, opened again. */
  void use(SealedKeyStorage opened) {
    storage = opened;
    kms = provider(opened);
  }

  /** Ends the process if a store is reported as altered, which no fault may cause. */
  static void requireUnaltered(Throwable failure) {
    if (failure instanceof AlteredStoreException) {
      Report.fail(failure);
    }
  }

  /**
   * Starts after reading a line with the time in milliseconds, the number of the root key, and a
   * seed.
   */
  public static void main(String[] arguments) throws Exception {
    Report.endWithFailures();
    Work work = Work.valueOf(arguments[0]);
    TestDatabase database = new TestDatabase(arguments[1]);
    loadClasses(database);
    Report.say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String[] order = in.readLine().split(" ", -1);
    SealedKeyStorage storage =
        database.builder().rootKey(rootKey(Integer.parseInt(order[1]))).open();
    ChangingNode node =
        new ChangingNode(
            work,
            "",
            storage,
            Changes.ofHealthyNode(),
            Long.parseLong(order[0]),
            new Random(Long.parseLong(order[2])));
    if (work == Work.RESEALING) {
      new Thread(node::reseal).start();
    }
    while (true) {
      node.change();
    }
  }

  /**
   * Loads the classes, which takes most of the start of a process, while the previous process
   * works.
   */
  static void loadClasses(TestDatabase database) throws Exception {
    try (Connection connection = database.connect();
        LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256));
      connection.getMetaData().getDatabaseProductName();
    }
  }

  /** Returns one of several root keys, by its number. */
  static RootKey rootKey(int number) {
    byte[] key = new byte[RootKey.KEY_BYTES];
    key[0] = (byte) number;
    return RootKey.ofBytes(key);
  }

  static RootKey anyRootKey(Random random) {
    return rootKey(random.nextInt(ROOT_KEYS));
  }

  /** Opens a store whose root key other nodes may be changing. */
  static SealedKeyStorage open(Function<RootKey, SealedKeyStorage> opening) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try (RootKey key = rootKey(attempt % ROOT_KEYS)) {
        return opening.apply(key);
      } catch (WrongRootKeyException e) {
        // Try the next one.
      }
    }
    throw new AssertionError("no root key fits");
  }

  private void reseal() {
    while (true) {
      storage.reseal();
      Report.say("resealed");
    }
  }

  void change() {
    // Comes before the clock advances, so that at most one key is due at a time, even if the
    // previous node did not get to delete it.
    if (storage.due(Instant.ofEpochMilli(now)).isEmpty()) {
      now++;
      Report.say("clock " + now);
    }
    List<KeyEntry> keys = Contents.keysOf(storage, owner);
    if (!storage.due(Instant.ofEpochMilli(now)).isEmpty()) {
      purge();
    } else if (keys.size() < 3 || (keys.size() < MOST_KEYS && random.nextInt(5) == 0)) {
      create();
    } else if (work != Work.CHANGES && random.nextInt(5) == 0) {
      changeRootKey();
    } else {
      change(keys.get(random.nextInt(keys.size())));
    }
  }

  private void change(KeyEntry key) {
    String keyId = key.address().id();
    if (key.state() == KeyState.PENDING_DELETION) {
      if (random.nextBoolean()) {
        changes.make("cancel " + keyId, () -> kms.cancelKeyDeletion(b -> b.keyId(keyId)));
      } else if (work == Work.SHARED) {
        delete(key);
      } else {
        turnClock();
      }
    } else if (random.nextInt(4) == 0) {
      // Always the same number of days, so that at most one key is due at a time.
      changes.make(
          "schedule " + keyId + " " + (now + MILLISECONDS),
          () -> kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(DAYS)));
    } else if (random.nextInt(3) == 0) {
      if (key.state() == KeyState.ENABLED) {
        changes.make("disable " + keyId, () -> kms.disableKey(b -> b.keyId(keyId)));
      } else {
        changes.make("enable " + keyId, () -> kms.enableKey(b -> b.keyId(keyId)));
      }
    } else if (random.nextInt(4) == 0) {
      changePolicy(key.address());
    } else {
      changeAlias("alias/" + owner + random.nextInt(ALIASES), keyId);
    }
  }

  private void changePolicy(Address key) {
    String name = POLICIES.get(random.nextInt(POLICIES.size()));
    Policy policy = Contents.policyOf(name);
    changes.make(
        "policy " + key.id() + " " + name,
        () ->
            apply(
                key,
                () ->
                    Change.put(
                        storage.key(key).orElseThrow().changed(next -> next.policy(policy)))));
  }

  private void changeAlias(String name, String keyId) {
    Optional<AliasEntry> alias = storage.alias(Contents.address(name));
    if (alias.isEmpty()) {
      changes.make(
          "alias " + name + " " + keyId,
          () -> kms.createAlias(b -> b.aliasName(name).targetKeyId(keyId)));
    } else if (random.nextBoolean() && usageOf(alias.get().targetKeyId()) == usageOf(keyId)) {
      changes.make(
          "alias " + name + " " + keyId,
          () -> kms.updateAlias(b -> b.aliasName(name).targetKeyId(keyId)));
    } else {
      changes.make("unalias " + name, () -> kms.deleteAlias(b -> b.aliasName(name)));
    }
  }

  /** Returns the usage of a key, which also tells its kind here. */
  private KeyUsageType usageOf(String keyId) {
    return storage.key(Contents.address(keyId)).orElseThrow().keyUsage();
  }

  /**
   * Creates a key. Under a symmetric one, also seals a data key, which other nodes must be able to
   * open.
   */
  private void create() {
    KeySpec spec = work == Work.EXHAUSTED ? SPECS.get(0) : SPECS.get(random.nextInt(SPECS.size()));
    KeyUsageType usage = KeySpecTable.of(spec).usages().iterator().next();
    changes
        .create(
            () ->
                kms.createKey(key -> key.description(owner).keySpec(spec).keyUsage(usage))
                    .keyMetadata()
                    .keyId())
        .filter(keyId -> spec == KeySpec.SYMMETRIC_DEFAULT)
        .ifPresent(this::seal);
  }

  private void seal(String keyId) {
    GenerateDataKey.Response made =
        kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256));
    Base64.Encoder base64 = Base64.getEncoder();
    Report.say(
        "blob "
            + keyId
            + " "
            + base64.encodeToString(made.ciphertextBlob().asByteArray())
            + " "
            + base64.encodeToString(made.plaintext().asByteArray()));
  }

  /** Deletes the key immediately, because nodes that share a store have no common clock here. */
  private void delete(KeyEntry key) {
    Address address = key.address();
    changes.make(
        "delete " + address.id(), () -> apply(address, () -> Change.remove(withAliases(address))));
  }

  /**
   * Applies a change of a key, whose entries are read again in each attempt: if another node has
   * changed the root key, the store was opened again meanwhile, and the entries read before are not
   * those of the storage.
   */
  private void apply(Address key, Supplier<Change> change) {
    for (int attempt = 0; !storage.apply(change.get()); attempt++) {
      if (attempt == MOST_ATTEMPTS) {
        throw new AssertionError("the key " + key.id() + " changes all the time");
      }
    }
  }

  private List<Entry> withAliases(Address key) {
    List<Entry> entries = new ArrayList<>(storage.aliasesOf(key, "", Integer.MAX_VALUE));
    entries.add(storage.key(key).orElseThrow());
    return entries;
  }

  private void turnClock() {
    now = storage.nextDue().orElseThrow().toEpochMilli();
    purge();
  }

  private void purge() {
    List<Entry> due = storage.due(Instant.ofEpochMilli(now));
    if (due.size() != 1) {
      throw new AssertionError(due.size() + " keys are due at once");
    }
    changes.make("delete " + due.get(0).address().id(), kms::purge);
  }

  private void changeRootKey() {
    int number = random.nextInt(ROOT_KEYS);
    try (RootKey next = rootKey(number)) {
      changes.make("root " + number, () -> storage.changeRootKey(next));
    }
  }
}
