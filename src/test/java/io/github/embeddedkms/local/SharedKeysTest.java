package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads use the same keys and aliases, while the clock advances and keys are deleted. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@OverDatabases
class SharedKeysTest {

  private static final int THREADS = 8;
  private static final int ALIASES = 4;

  private final AtomicReference<Instant> now = new AtomicReference<>(Fixture.NOW);
  private final TestStore store = TestStore.create();
  private final LocalKeyProvider kms =
      LocalKeyProvider.builder().clock(now::get).storage(store.open()).build();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final Set<String> deleted = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void createKeys() {
    for (int i = 0; i < 6; i++) {
      keys.add(createKey());
    }
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    kms.close();
    store.close();
  }

  private String createKey() {
    return kms.createKey(b -> {}).keyMetadata().keyId();
  }

  private <T> List<T> inParallel(Callable<T> task) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(Collections.nCopies(THREADS, task))) {
      results.add(result.get());
    }
    return results;
  }

  /** Returns the number of threads, of several concurrent ones, whose call succeeds. */
  private long winners(Runnable call, Class<? extends KmsException> loserError) throws Exception {
    return inParallel(
            () -> {
              try {
                call.run();
                return true;
              } catch (KmsException e) {
                assertThat(e).isExactlyInstanceOf(loserError);
                return false;
              }
            })
        .stream()
        .filter(won -> won)
        .count();
  }

  @Test
  void exclusiveChange_manyThreads_succeedsOnce() throws Exception {
    for (int round = 0; round < TestStore.scaled(100); round++) {
      String key = createKey();
      String alias = "alias/round-" + round;
      assertThat(
              winners(
                  () -> kms.createAlias(b -> b.aliasName(alias).targetKeyId(key)),
                  AlreadyExistsException.class))
          .isEqualTo(1);
      assertThat(
              winners(
                  () -> kms.scheduleKeyDeletion(b -> b.keyId(key)), KmsInvalidStateException.class))
          .isEqualTo(1);
      assertThat(
              winners(
                  () -> kms.cancelKeyDeletion(b -> b.keyId(key)), KmsInvalidStateException.class))
          .isEqualTo(1);
      assertThat(winners(() -> kms.deleteAlias(b -> b.aliasName(alias)), NotFoundException.class))
          .isEqualTo(1);
    }
  }

  @Test
  void deletion_concurrentAliasChanges_leavesNoAlias() throws Exception {
    for (int round = 0; round < TestStore.scaled(100); round++) {
      String key = createKey();
      String other = createKey();
      String alias = "alias/racing-" + round;
      kms.createAlias(b -> b.aliasName(alias).targetKeyId(other));
      kms.scheduleKeyDeletion(b -> b.keyId(key).pendingWindowInDays(7));
      kms.cancelKeyDeletion(b -> b.keyId(key));
      AtomicInteger next = new AtomicInteger();
      inParallel(
          () -> {
            int number = next.getAndIncrement();
            try {
              switch (number % 4) {
                case 0 -> kms.createAlias(b -> b.aliasName(alias + number).targetKeyId(key));
                case 1 -> kms.updateAlias(b -> b.aliasName(alias).targetKeyId(key));
                case 2 -> {
                  kms.scheduleKeyDeletion(b -> b.keyId(key).pendingWindowInDays(7));
                  now.updateAndGet(instant -> instant.plus(Duration.ofDays(7)));
                  kms.purge();
                }
                default -> kms.listAliases(b -> {});
              }
            } catch (NotFoundException | KmsInvalidStateException | AlreadyExistsException e) {
              // Legal: the key is deleted or pending deletion, the alias exists or is deleted.
            }
            return null;
          });
      assertThat(exists(key)).isFalse();
      assertThat(kms.listAliasesPages(b -> {}).items().map(AliasListEntry::targetKeyId))
          .doesNotContain(key);
    }
  }

  /**
   * Cancels and deletes one key repeatedly: after a successful cancellation the key must still
   * exist.
   */
  @Test
  void cancel_succeedsDuringDeletion_keyIsKept() throws Exception {
    cancelDuringDeletion(TestStore.scaled(1000));
  }

  @Tag("thorough")
  @Test
  void cancel_succeedsDuringDeletion_manyTimes_keyIsKept() throws Exception {
    cancelDuringDeletion(3000);
  }

  private void cancelDuringDeletion(int rounds) throws Exception {
    AtomicInteger saved = new AtomicInteger();
    Future<?> cancelling =
        threads.submit(
            () -> {
              for (int round = 0; round < rounds; round++) {
                String key = createKey();
                kms.scheduleKeyDeletion(b -> b.keyId(key).pendingWindowInDays(7));
                Thread.onSpinWait();
                try {
                  kms.cancelKeyDeletion(b -> b.keyId(key));
                } catch (NotFoundException e) {
                  continue;
                }
                assertThat(exists(key)).isTrue();
                saved.incrementAndGet();
              }
              return null;
            });
    while (!cancelling.isDone()) {
      now.updateAndGet(instant -> instant.plus(Duration.ofDays(7)));
      kms.purge();
    }
    cancelling.get();
    assertThat(saved).hasPositiveValue();
  }

  private boolean exists(String key) {
    try {
      kms.describeKey(b -> b.keyId(key));
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** A blob and the key that encrypted it. */
  private record EncryptedBlob(Bytes blob, String key) {}

  @Test
  void allOperations_concurrent_resultsAreLegalAndStateIsConsistent() throws Exception {
    Queue<EncryptedBlob> created = new ConcurrentLinkedQueue<>();
    AtomicInteger seeds = new AtomicInteger();
    inParallel(
        () -> {
          Random random = new Random(seeds.incrementAndGet());
          for (int i = 0; i < TestStore.scaled(2000); i++) {
            oneCall(random, created);
          }
          return null;
        });
    Set<String> left =
        kms.listKeysPages(b -> {}).items().map(KeyListEntry::keyId).collect(Collectors.toSet());
    assertThat(kms.listAliasesPages(b -> {}).items())
        .allSatisfy(
            alias -> {
              assertThat(left).contains(alias.targetKeyId());
              assertThat(kms.describeKey(b -> b.keyId(alias.aliasName())).keyMetadata().keyId())
                  .isEqualTo(alias.targetKeyId());
            });
    assertThat(created).isNotEmpty();
    assertThat(deleted).as("keys that were deleted in the meantime").isNotEmpty();
    assertThat(left).doesNotContainAnyElementsOf(deleted);
    for (EncryptedBlob each : created) {
      assertDecryptsIfKeyAllows(each, left.contains(each.key));
    }
  }

  private void assertDecryptsIfKeyAllows(EncryptedBlob each, boolean keyIsLeft) {
    try {
      kms.decrypt(b -> b.ciphertextBlob(each.blob)).plaintext().close();
      assertThat(keyIsLeft).isTrue();
    } catch (AccessDeniedException e) {
      assertThat(keyIsLeft).isFalse();
    } catch (DisabledException | KmsInvalidStateException e) {
      KeyState state = kms.describeKey(b -> b.keyId(each.key)).keyMetadata().keyState();
      assertThat(state).isNotEqualTo(KeyState.ENABLED);
    }
  }

  /**
   * Makes a call of any kind. Its results are legal if they are possible in some order of all
   * calls.
   */
  private void oneCall(Random random, Queue<EncryptedBlob> created) {
    List<String> present = List.copyOf(keys);
    String key = present.get(random.nextInt(present.size()));
    String alias = "alias/" + random.nextInt(ALIASES);
    Class<?> notFound = NotFoundException.class;
    Class<?> invalidState = KmsInvalidStateException.class;
    switch (random.nextInt(13)) {
      case 0, 1, 2 ->
          assertLegal(
              () -> created.add(encryptAndDecrypt(random.nextBoolean() ? key : alias)),
              notFound,
              invalidState,
              DisabledException.class);
      case 3 -> assertLegal(() -> kms.disableKey(b -> b.keyId(key)), notFound, invalidState);
      case 4, 5 -> assertLegal(() -> kms.enableKey(b -> b.keyId(key)), notFound, invalidState);
      case 6 ->
          assertLegal(
              () -> kms.createAlias(b -> b.aliasName(alias).targetKeyId(key)),
              notFound,
              invalidState,
              AlreadyExistsException.class);
      case 7 ->
          assertLegal(
              () -> kms.updateAlias(b -> b.aliasName(alias).targetKeyId(key)),
              notFound,
              invalidState);
      case 8 -> assertLegal(() -> kms.deleteAlias(b -> b.aliasName(alias)), notFound);
      case 9 -> {
        if (random.nextInt(10) == 0) {
          assertLegal(() -> kms.cancelKeyDeletion(b -> b.keyId(key)), notFound, invalidState);
        }
      }
      case 10 -> {
        if (random.nextInt(5) == 0) {
          assertLegal(
              () -> kms.scheduleKeyDeletion(b -> b.keyId(key).pendingWindowInDays(7)),
              notFound,
              invalidState);
        }
      }
      case 11 ->
          assertLegal(
              () ->
                  assertThat(kms.listAliases(b -> {}).aliases()).hasSizeLessThanOrEqualTo(ALIASES));
      default -> {
        now.updateAndGet(instant -> instant.plus(Duration.ofHours(12)));
        if (!exists(key) && deleted.add(key)) {
          keys.add(createKey());
          keys.remove(key);
        }
      }
    }
  }

  private static void assertLegal(Runnable call, Class<?>... legalResults) {
    try {
      call.run();
    } catch (KmsException e) {
      assertThat(e.getClass()).isIn((Object[]) legalResults);
    }
  }

  /** Encrypts and decrypts. Decryption must succeed if the state of the key still allows it. */
  private EncryptedBlob encryptAndDecrypt(String name) {
    SecretBytes plaintext = SecretBytes.fromUtf8String("shared");
    var encrypted = kms.encrypt(b -> b.keyId(name).plaintext(plaintext));
    kms.generateDataKey(b -> b.keyId(encrypted.keyId()).numberOfBytes(16)).plaintext().close();
    String keyId = encrypted.keyId().substring(encrypted.keyId().lastIndexOf('/') + 1);
    EncryptedBlob result = new EncryptedBlob(encrypted.ciphertextBlob(), keyId);
    try {
      var opened = kms.decrypt(b -> b.ciphertextBlob(result.blob));
      assertThat(opened.plaintext()).isEqualTo(plaintext);
      assertThat(opened.keyId()).isEqualTo(encrypted.keyId());
    } catch (DisabledException | KmsInvalidStateException | AccessDeniedException e) {
      // The key was disabled or deleted in between.
    }
    return result;
  }
}
