package io.github.embeddedkms.store;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.GenerateDataKey;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A process that opens a store and changes it at random until it is killed, and reports each change
 * before it and after it.
 */
final class ChangingNode {

  /** What is done to a store. */
  enum Work {
    /** Changes of keys and aliases. */
    CHANGES,
    /** Such changes, new root keys, and beside them another thread that seals everything again. */
    RESEALING
  }

  private static final int MOST_KEYS = 30;
  private static final int ALIASES = 20;
  private static final int ROOT_KEYS = 5;
  private static final int DAYS = 7;
  private static final long MILLISECONDS = DAYS * 24L * 60 * 60 * 1_000;

  private final Work work;
  private final SealedKeyStorage storage;
  private final LocalKeyProvider kms;
  private final Random random;
  private long now;

  private ChangingNode(Work work, SealedKeyStorage storage, long now, long seed) {
    this.work = work;
    this.storage = storage;
    this.kms =
        LocalKeyProvider.builder()
            .clock(() -> Instant.ofEpochMilli(this.now))
            .storage(storage)
            .build();
    this.now = now;
    this.random = new Random(seed);
  }

  /**
   * Begins when it is told to: by a line of the time in milliseconds, the number of the root key,
   * and a seed.
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
        new ChangingNode(work, storage, Long.parseLong(order[0]), Long.parseLong(order[2]));
    if (work == Work.RESEALING) {
      new Thread(node::reseal).start();
    }
    while (true) {
      node.change();
    }
  }

  /** Takes most of the time that a new process needs, while the one before is at work. */
  static void loadClasses(TestDatabase database) throws Exception {
    try (Connection connection = database.connect();
        LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256));
      connection.getMetaData().getDatabaseProductName();
    }
  }

  /** One of several, by its number. */
  static RootKey rootKey(int number) {
    byte[] key = new byte[RootKey.KEY_BYTES];
    key[0] = (byte) number;
    return RootKey.ofBytes(key);
  }

  private void reseal() {
    while (true) {
      storage.reseal();
      Report.say("resealed");
    }
  }

  private void change() {
    // Before the clock goes on: so one key at a time is due, even if the node before this one did
    // not come to it.
    if (storage.keysDueForDeletion(Instant.ofEpochMilli(now)).isEmpty()) {
      now++;
      Report.say("clock " + now);
    }
    List<KeyEntry> keys = Contents.keysOf(storage);
    if (!storage.keysDueForDeletion(Instant.ofEpochMilli(now)).isEmpty()) {
      purge();
    } else if (keys.size() < 3 || (keys.size() < MOST_KEYS && random.nextInt(5) == 0)) {
      create();
    } else if (work == Work.RESEALING && random.nextInt(5) == 0) {
      changeRootKey();
    } else {
      change(keys.get(random.nextInt(keys.size())));
    }
  }

  private void change(KeyEntry key) {
    String keyId = key.address().id();
    if (key.state() == KeyState.PENDING_DELETION) {
      if (random.nextBoolean()) {
        Report.change("cancel " + keyId, () -> kms.cancelKeyDeletion(b -> b.keyId(keyId)));
      } else {
        turnClock();
      }
    } else if (random.nextInt(4) == 0) {
      // Always the same number of days: so one key at a time is due.
      Report.change(
          "schedule " + keyId + " " + (now + MILLISECONDS),
          () -> kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(DAYS)));
    } else if (random.nextInt(3) == 0) {
      if (key.state() == KeyState.ENABLED) {
        Report.change("disable " + keyId, () -> kms.disableKey(b -> b.keyId(keyId)));
      } else {
        Report.change("enable " + keyId, () -> kms.enableKey(b -> b.keyId(keyId)));
      }
    } else {
      changeAlias("alias/" + random.nextInt(ALIASES), keyId);
    }
  }

  private void changeAlias(String name, String keyId) {
    Optional<AliasEntry> alias = storage.alias(Contents.address(name));
    if (alias.isEmpty()) {
      Report.change(
          "alias " + name + " " + keyId,
          () -> kms.createAlias(b -> b.aliasName(name).targetKeyId(keyId)));
    } else if (random.nextBoolean()) {
      Report.change(
          "alias " + name + " " + keyId,
          () -> kms.updateAlias(b -> b.aliasName(name).targetKeyId(keyId)));
    } else {
      Report.change("unalias " + name, () -> kms.deleteAlias(b -> b.aliasName(name)));
    }
  }

  /** The id is known once there is a key; what is sealed under it is to be opened by others. */
  private void create() {
    Report.say("try create");
    String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
    Report.say("done create " + keyId);
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

  private void turnClock() {
    now = storage.nextDeletion().orElseThrow().toEpochMilli();
    purge();
  }

  private void purge() {
    List<KeyEntry> due = storage.keysDueForDeletion(Instant.ofEpochMilli(now));
    if (due.size() != 1) {
      throw new AssertionError(due.size() + " keys are due at once");
    }
    Report.change("delete " + due.get(0).address().id(), kms::purge);
  }

  private void changeRootKey() {
    int number = random.nextInt(ROOT_KEYS);
    try (RootKey next = rootKey(number)) {
      Report.change("root " + number, () -> storage.changeRootKey(next));
    }
  }
}
