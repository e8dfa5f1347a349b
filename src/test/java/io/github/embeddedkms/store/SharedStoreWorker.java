package io.github.embeddedkms.store;

import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.SecretBytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A node that randomly changes a few keys and aliases that others change at the same time. Can also
 * run as a program.
 */
final class SharedStoreWorker implements AutoCloseable {

  static final Address COUNTER = new Address("111122223333", "eu-central-1", "alias/counter");

  private static final int ALIASES = 3;

  /**
   * The result of a worker: the number of acknowledged changes, and how many of them only counted.
   */
  record Done(int changes, int counted) {}

  private final SealedKeyStorage storage;
  private final Random random;
  private final AtomicInteger changes = new AtomicInteger();
  private final KeyStorage counting;
  private final LocalKeyProvider kms;
  private Instant now = Instant.parse("2026-03-04T05:06:07.089Z");

  /**
   * Opens a file, or a database by its URL. Several workers may find at the same time that there is
   * no store yet.
   */
  SharedStoreWorker(String place, int seed) {
    this.storage =
        builder(place)
            .rootKey(RootKey.unsealedForTests())
            // Only a failure takes that long: a commit may wait for a slow disk.
            .timeout(Duration.ofSeconds(60))
            .open();
    this.random = new Random(seed);
    this.counting = counting();
    this.kms =
        LocalKeyProvider.builder()
            .region(COUNTER.region())
            .account(COUNTER.account())
            .clock(() -> now)
            .storage(counting)
            .build();
  }

  private static SealedKeyStorageBuilder builder(String place) {
    if (!place.startsWith("jdbc:")) {
      return SealedKeyStorage.builder(Path.of(place));
    }
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setURL(place);
    return SealedKeyStorage.builder(database);
  }

  /** Returns the storage, with its acknowledged changes counted. */
  private KeyStorage counting() {
    return (KeyStorage)
        Proxy.newProxyInstance(
            KeyStorage.class.getClassLoader(),
            new Class<?>[] {KeyStorage.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(storage, arguments);
                if (method.getName().equals("apply") && Boolean.TRUE.equals(result)) {
                  changes.incrementAndGet();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Makes the given number of random changes, and counts in between. */
  Done work(int rounds) {
    int counted = 0;
    for (int i = 0; i < rounds; i++) {
      try {
        change();
      } catch (NotFoundException
          | AlreadyExistsException
          | KmsInvalidStateException
          | DisabledException e) {
        // Expected, because others change the same keys and aliases.
      }
      if (i % 4 == 0) {
        count();
        counted++;
      }
    }
    return new Done(changes.get(), counted);
  }

  private void change() {
    String alias = "alias/" + random.nextInt(ALIASES);
    switch (random.nextInt(9)) {
      case 0, 1 -> {
        String key = kms.createKey(b -> {}).keyMetadata().keyId();
        kms.createAlias(b -> b.aliasName(alias).targetKeyId(key));
      }
      case 2, 3 -> kms.updateAlias(b -> b.aliasName(alias).targetKeyId(anyKey()));
      case 4 -> kms.disableKey(b -> b.keyId(anyKey()));
      case 5 -> kms.enableKey(b -> b.keyId(anyKey()));
      case 6 -> kms.deleteAlias(b -> b.aliasName(alias));
      case 7 -> {
        var blob =
            kms.encrypt(b -> b.keyId(alias).plaintext(SecretBytes.fromUtf8String("shared")))
                .ciphertextBlob();
        kms.generateDataKey(b -> b.keyId(alias).numberOfBytes(16)).plaintext().close();
        if (blob.length() < 75) {
          throw new AssertionError("no blob");
        }
      }
      default -> {
        String key = anyKey();
        kms.scheduleKeyDeletion(b -> b.keyId(key).pendingWindowInDays(7));
        now = now.plus(Duration.ofDays(7));
        kms.purge();
      }
    }
  }

  private String anyKey() {
    List<KeyListEntry> keys = kms.listKeys(b -> {}).keys();
    if (keys.isEmpty()) {
      throw new NotFoundException("there are no keys");
    }
    return keys.get(random.nextInt(keys.size())).keyId();
  }

  /** Adds one to a number that all workers share. */
  private void count() {
    Instant then = Instant.EPOCH;
    boolean counted = false;
    while (!counted) {
      AliasEntry next =
          storage
              .alias(COUNTER)
              .map(
                  entry ->
                      entry.retargeted(
                          Integer.toString(Integer.parseInt(entry.targetKeyId()) + 1), then))
              .orElse(new AliasEntry(COUNTER, 1, "1", then, then));
      counted = counting.apply(Change.put(next));
    }
  }

  /** Returns everything that this node sees, after a refresh from the database. */
  String state() {
    Address start = new Address(COUNTER.account(), COUNTER.region(), "");
    StringBuilder state = new StringBuilder("sequence " + storage.sequence());
    storage
        .keysAfter(start, 10_000)
        .forEach(
            key ->
                state
                    .append(", ")
                    .append(key.address().id())
                    .append(' ')
                    .append(key.version())
                    .append(' ')
                    .append(Documents.write(key).asUtf8String()));
    storage.aliasesAfter(start, 10_000).forEach(alias -> state.append(", ").append(alias));
    return state.toString();
  }

  long sequence() {
    return storage.sequence();
  }

  int counter() {
    return Integer.parseInt(storage.alias(COUNTER).orElseThrow().targetKeyId());
  }

  @Override
  public void close() {
    kms.close();
  }

  /**
   * Waits for a line before it opens the store and works, and for another line before it prints
   * what it sees.
   */
  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    in.readLine();
    try (SharedStoreWorker worker =
        new SharedStoreWorker(arguments[0], Integer.parseInt(arguments[1]))) {
      Done done = worker.work(Integer.parseInt(arguments[2]));
      System.out.println(done.changes() + " " + done.counted());
      in.readLine();
      System.out.println(worker.state());
    }
  }
}
