package io.github.embeddedkms;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Compares a key that has nearly 50,000 grants, the maximum, with one that has ten, in memory and
 * in databases: calls under grants, changes of the key, its deletion, and the opening of a store
 * with it. The arguments choose the storages. Calls of the two keys take turns, and medians are
 * compared.
 */
public final class GrantLoad {

  private static final int FEW = 10;

  /** One fewer than the quota, so that one more can be created and revoked. */
  private static final int MANY = 49_999;

  private static final int BATCH = 1_000;
  private static final int CALLS = 300;
  private static final int WARM_UP = 3_000;
  private static final String ACCOUNT = LocalKeyProvider.DEFAULT_ACCOUNT;
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final Path directory;
  private final String kind;
  private final KmsClock clock = KmsClock.running();
  private EmbeddedPostgres server;

  private GrantLoad(Path directory, String kind) {
    this.directory = directory;
    this.kind = kind;
  }

  /** A key and what is called with it. */
  private record Subject(LocalKeyProvider kms, String keyId, int grants, Bytes ciphertext) {

    KmsClient lastGrantee() {
      return kms.client(kms.defaultCaller().actingAs(user(grants - 1)));
    }

    void decrypt() {
      lastGrantee()
          .decrypt(b -> b.ciphertextBlob(ciphertext).encryptionContext(Map.of("tenant", "t")))
          .plaintext()
          .close();
    }

    void createAndRevoke() {
      CreateGrant.Response created =
          kms.createGrant(
              b ->
                  b.keyId(keyId)
                      .granteePrincipal(user(MANY))
                      .operations(List.of(GrantOperation.DECRYPT)));
      kms.revokeGrant(b -> b.keyId(keyId).grantId(created.grantId()));
    }

    void listPage() {
      kms.listGrants(b -> b.keyId(keyId).limit(FEW));
    }

    void disableAndEnable() {
      kms.disableKey(b -> b.keyId(keyId));
      kms.enableKey(b -> b.keyId(keyId));
    }
  }

  /** Compares the two keys in each storage: {@code memory}, {@code sqlite}, {@code postgresql}. */
  public static void main(String[] arguments) throws IOException {
    List<String> kinds =
        arguments.length == 0 ? List.of("memory", "sqlite", "postgresql") : List.of(arguments);
    for (String kind : kinds) {
      Path directory = Files.createTempDirectory(Path.of("target"), "grant-load");
      GrantLoad load = new GrantLoad(directory, kind);
      try {
        load.run();
      } finally {
        load.close();
      }
    }
  }

  private KeyStorage open() throws IOException {
    return switch (kind) {
      case "memory" -> KeyStorage.inMemory();
      case "sqlite" -> sealed(SealedKeyStorage.builder(directory.resolve("keys.db")));
      case "postgresql" -> {
        if (server == null) {
          server =
              EmbeddedPostgres.builder()
                  .setDataDirectory(directory.resolve("server"))
                  .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
                  .setServerConfig("unix_socket_directories", "''")
                  .start();
        }
        yield sealed(SealedKeyStorage.builder(server.getPostgresDatabase()));
      }
      default -> throw new IllegalArgumentException(kind + " is no kind of storage");
    };
  }

  private static KeyStorage sealed(SealedKeyStorageBuilder builder) {
    return builder.rootKey(RootKey.unsealedForTests()).timeout(Duration.ofSeconds(60)).open();
  }

  private LocalKeyProvider provider(KeyStorage storage) {
    // Only root users are allowed anything without a policy of their own, so that grants decide.
    return LocalKeyProvider.builder()
        .storage(storage)
        .clock(clock)
        .identities(Identities.of(Map.of()))
        .build();
  }

  private void run() throws IOException {
    KeyStorage storage = open();
    LocalKeyProvider kms = provider(storage);
    Subject few = subject(kms, storage, FEW);
    Subject many = subject(kms, storage, MANY);
    compare("Decrypt under the last grant", few::decrypt, many::decrypt);
    compare("CreateGrant and RevokeGrant", few::createAndRevoke, many::createAndRevoke);
    compare("a page of ListGrants", few::listPage, many::listPage);
    compare("DisableKey and EnableKey", few::disableAndEnable, many::disableAndEnable);
    if (!kind.equals("memory")) {
      kms.close();
      long begin = System.nanoTime();
      storage = open();
      print("opening a store with both keys", System.nanoTime() - begin);
      kms = provider(storage);
    }
    print("deletion of the key with " + FEW + " grants", deletion(kms, few));
    print("deletion of the key with " + MANY + " grants", deletion(kms, many));
    kms.close();
  }

  private static Subject subject(LocalKeyProvider kms, KeyStorage storage, int grants) {
    String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
    Address key = new Address(ACCOUNT, kms.defaultCaller().region(), keyId);
    List<Entry> batch = new ArrayList<>();
    for (int i = 0; i < grants; i++) {
      batch.add(grant(key, i));
      if (batch.size() == BATCH || i == grants - 1) {
        if (!storage.apply(new Change(batch, List.of(), List.of()))) {
          throw new IllegalStateException("the grants were not created");
        }
        batch.clear();
      }
    }
    Bytes ciphertext =
        kms.encrypt(
                b ->
                    b.keyId(keyId)
                        .plaintext(SecretBytes.fromUtf8String("secret"))
                        .encryptionContext(Map.of("tenant", "t")))
            .ciphertextBlob();
    return new Subject(kms, keyId, grants, ciphertext);
  }

  private static GrantEntry grant(Address key, int i) {
    String id = String.format("%064x", i + 1);
    Grant grant =
        new Grant(
            id,
            null,
            Instant.EPOCH,
            ACCOUNT,
            user(i),
            null,
            user(i),
            null,
            List.of(GrantOperation.DECRYPT),
            new GrantConstraints(Map.of("tenant", "t"), null, null));
    return new GrantEntry(GrantEntry.addressOf(key, id), 1, i, grant);
  }

  private static String user(int i) {
    return "arn:aws:iam::" + ACCOUNT + ":user/u" + i;
  }

  private void compare(String what, Runnable few, Runnable many) {
    int warmUp = kind.equals("memory") ? WARM_UP : CALLS / 10;
    for (int i = 0; i < warmUp; i++) {
      few.run();
      many.run();
    }
    long[] ofFew = new long[CALLS];
    long[] ofMany = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      ofFew[i] = time(few);
      ofMany[i] = time(many);
    }
    double ratio = (double) median(ofMany) / median(ofFew);
    OUT.printf("%s, %s: %d grants ÷ %d grants = %.2f%n", kind, what, MANY, FEW, ratio);
  }

  private long deletion(LocalKeyProvider kms, Subject subject) {
    kms.scheduleKeyDeletion(b -> b.keyId(subject.keyId()).pendingWindowInDays(7));
    clock.advance(Duration.ofDays(8));
    Supplier<Integer> purge = kms::purge;
    return time(
        () -> {
          if (purge.get() != 1) {
            throw new IllegalStateException("the key was not deleted");
          }
        });
  }

  private static long time(Runnable call) {
    long begin = System.nanoTime();
    call.run();
    return System.nanoTime() - begin;
  }

  private static long median(long[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private void print(String what, long nanos) {
    OUT.printf("%s, %s: %.1f ms%n", kind, what, nanos / 1e6);
  }

  private void close() throws IOException {
    if (server != null) {
      server.close();
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
