package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
@OverDatabases
class ManyThreadsTest {

  private static final int THREADS = 8;

  /** How many each thread creates. */
  private static final int RSA_KEYS = 3;

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  /** One more, for what happens meanwhile. */
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);

  @AfterEach
  void close() {
    threads.shutdownNow();
    fixture.close();
  }

  private <T> List<T> inParallel(int times, Callable<T> task) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(Collections.nCopies(times, task))) {
      results.add(result.get());
    }
    return results;
  }

  @Test
  void createAlias_targetChangesConcurrently_losesNoAlias() throws Exception {
    Future<?> switching =
        threads.submit(
            () -> {
              for (int i = 0; i < TestStore.scaled(2000); i++) {
                kms.disableKey(b -> b.keyId(fixture.keyId));
                kms.enableKey(b -> b.keyId(fixture.keyId));
              }
            });
    for (int i = 0; i < TestStore.scaled(500); i++) {
      String name = "alias/busy-" + i;
      kms.createAlias(b -> b.aliasName(name).targetKeyId(fixture.keyId));
      assertThat(kms.describeKey(b -> b.keyId(name)).keyMetadata().keyId())
          .isEqualTo(fixture.keyId);
      if (i % 40 == 39) {
        // Before the key has as many as the quota allows.
        kms.listAliasesPages(b -> b.keyId(fixture.keyId))
            .items()
            .toList()
            .forEach(alias -> kms.deleteAlias(b -> b.aliasName(alias.aliasName())));
      }
    }
    switching.get();
  }

  @Test
  void dataKeys_keyEnabledAndDisabledConcurrently_areCompleteOrRefused() throws Exception {
    Future<?> switching =
        threads.submit(
            () -> {
              for (int i = 0; i < TestStore.scaled(500); i++) {
                kms.disableKey(b -> b.keyId(fixture.keyId));
                kms.enableKey(b -> b.keyId(fixture.keyId));
              }
            });
    List<Integer> created =
        inParallel(
            THREADS - 1,
            () -> {
              int count = 0;
              while (!switching.isDone() || count == 0) {
                count += generatesAndDecryptsDataKey() ? 1 : 0;
              }
              return count;
            });
    switching.get();
    assertThat(created).allMatch(count -> count > 0);
  }

  private boolean generatesAndDecryptsDataKey() {
    try {
      var dataKey = kms.generateDataKey(b -> b.keyId(Fixture.ALIAS).keySpec(DataKeySpec.AES_256));
      SecretBytes opened = kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob())).plaintext();
      assertThat(opened).isEqualTo(dataKey.plaintext());
      return true;
    } catch (DisabledException e) {
      return false;
    }
  }

  @Test
  void close_callsInProgress_finishOrThrowClosed() throws Exception {
    for (int round = 0; round < TestStore.scaled(100); round++) {
      Fixture closing = new Fixture();
      Future<?> close =
          threads.submit(
              () -> {
                Thread.sleep(2);
                closing.close();
                return null;
              });
      inParallel(
          THREADS - 1,
          () -> {
            while (true) {
              try {
                var dataKey =
                    closing.kms.generateDataKey(b -> b.keyId(closing.keyId).numberOfBytes(32));
                assertThat(dataKey.plaintext().asByteArray()).isNotEqualTo(new byte[32]);
                closing.kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob()));
                closing.kms.describeKey(b -> b.keyId(Fixture.ALIAS));
                assertThat(closing.kms.listKeys(b -> {}).keys()).hasSize(2);
              } catch (IllegalStateException e) {
                assertThat(e).hasMessage("embedded-kms: the provider is closed");
                return null;
              }
            }
          });
      close.get();
    }
  }

  /** Each key decrypts what was encrypted under it until it is deleted, and nothing afterwards. */
  @Test
  void rsaKeys_createdAndUsedWhileOthersAreDeleted_decryptUntilTheirDeletion() throws Exception {
    AtomicLong seconds = new AtomicLong();
    BlockingQueue<String> unwanted = new LinkedBlockingQueue<>();
    try (TestStore store = TestStore.create();
        LocalKeyProvider provider =
            LocalKeyProvider.builder()
                .storage(store.open())
                .clock(() -> Instant.EPOCH.plusSeconds(seconds.get()))
                .build()) {
      AtomicInteger creators = new AtomicInteger(THREADS);
      Future<?> deleting =
          threads.submit(
              () -> {
                int deleted = 0;
                while (creators.get() > 0 || !unwanted.isEmpty()) {
                  String keyId = unwanted.poll(10, TimeUnit.MILLISECONDS);
                  if (keyId != null) {
                    provider.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
                    seconds.addAndGet(TimeUnit.DAYS.toSeconds(7));
                    deleted += provider.purge();
                  }
                }
                return deleted;
              });
      List<Integer> decrypted =
          inParallel(
              THREADS,
              () -> {
                try {
                  return usesRsaKeysUntilTheyAreDeleted(provider, unwanted);
                } finally {
                  creators.decrementAndGet();
                }
              });
      assertThat(decrypted).allMatch(count -> count > 0);
      deleting.get();
      assertThat(provider.listKeys(b -> {}).keys()).isEmpty();
    }
  }

  private static int usesRsaKeysUntilTheyAreDeleted(
      LocalKeyProvider kms, BlockingQueue<String> unwanted) {
    EncryptionAlgorithmSpec algorithm = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
    int decrypted = 0;
    for (int i = 0; i < RSA_KEYS; i++) {
      String keyId =
          kms.createKey(b -> b.keySpec(KeySpec.RSA_2048).keyUsage(KeyUsageType.ENCRYPT_DECRYPT))
              .keyMetadata()
              .keyId();
      SecretBytes plaintext = SecretBytes.fromUtf8String(keyId);
      for (int uses = 0; true; uses++) {
        try {
          Bytes ciphertext =
              kms.encrypt(b -> b.keyId(keyId).plaintext(plaintext).encryptionAlgorithm(algorithm))
                  .ciphertextBlob();
          assertThat(
                  kms.decrypt(
                          b ->
                              b.keyId(keyId)
                                  .ciphertextBlob(ciphertext)
                                  .encryptionAlgorithm(algorithm))
                      .plaintext())
              .isEqualTo(plaintext);
          decrypted++;
        } catch (NotFoundException e) {
          break;
        } catch (KmsInvalidStateException e) {
          assertThat(e).hasMessageEndingWith(" is pending deletion.");
        }
        if (uses == 3) {
          unwanted.add(keyId);
        }
      }
    }
    return decrypted;
  }

  @Test
  void nonces_areNeverRepeated() throws Exception {
    assertNoNonceRepeats(1 << 13);
  }

  @Test
  @Tag("thorough")
  void nonces_ofAMillionBlobs_areNeverRepeated() throws Exception {
    assertNoNonceRepeats(1 << 20);
  }

  /** Compares salt and nonce of all blobs, which several threads encrypt under one key. */
  private void assertNoNonceRepeats(int blobs) throws Exception {
    Set<Bytes> nonces = ConcurrentHashMap.newKeySet();
    SecretBytes plaintext = SecretBytes.fromUtf8String("x");
    inParallel(
        THREADS,
        () -> {
          for (int i = 0; i < blobs / THREADS; i++) {
            byte[] blob =
                kms.encrypt(b -> b.keyId(fixture.keyId).plaintext(plaintext))
                    .ciphertextBlob()
                    .asByteArray();
            assertThat(nonces.add(Bytes.fromByteArray(Arrays.copyOfRange(blob, 34, 58)))).isTrue();
          }
          return null;
        });
    assertThat(nonces).hasSize(blobs);
  }
}
