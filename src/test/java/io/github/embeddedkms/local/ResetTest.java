package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ResetTest {

  private static final String KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";
  private static final String CLOSED = "embedded-kms: the provider is closed";
  private static final String RESET = "embedded-kms: the provider was reset during the call";
  private static final Seed SEED =
      Seed.builder()
          .key(KEY_ID, key -> key.backingKey("5c".repeat(32)).alias("alias/seeded"))
          .build();

  private Instant now = Instant.parse("2026-01-02T03:04:05Z");

  /** Runs once, before the provider's clock returns the time. */
  private Runnable beforeNextClockRead = () -> {};

  private final LocalKeyProvider kms =
      LocalKeyProvider.builder()
          .seed(SEED)
          .clock(
              () -> {
                Runnable happening = beforeNextClockRead;
                beforeNextClockRead = () -> {};
                happening.run();
                return now;
              })
          .build();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  @AfterEach
  void close() {
    threads.shutdownNow();
    kms.close();
  }

  private Bytes seal(String keyId) {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  @Test
  void reset_discardsEverything_andAppliesTheSeedAgain() {
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    Bytes seeded = seal(KEY_ID);
    kms.updateAlias(b -> b.aliasName("alias/seeded").targetKeyId(keyId));
    kms.createGrant(
        b ->
            b.keyId(KEY_ID)
                .granteePrincipal("arn:aws:iam::000000000000:user/alice")
                .operations(List.of(GrantOperation.DECRYPT)));
    kms.disableKey(b -> b.keyId(KEY_ID));
    KmsClient elsewhere = kms.inRegion("eu-west-1");
    elsewhere.createKey(b -> {});
    now = now.plusSeconds(1);

    kms.reset();

    assertThat(kms.listKeys(b -> {}).keys()).singleElement().matches(k -> k.keyId().equals(KEY_ID));
    assertThat(kms.describeKey(b -> b.keyId("alias/seeded")).keyMetadata())
        .matches(metadata -> metadata.keyId().equals(KEY_ID))
        .matches(metadata -> metadata.creationDate().equals(now));
    assertThat(kms.decrypt(b -> b.ciphertextBlob(seeded)).plaintext().asUtf8String())
        .isEqualTo("hello");
    assertThat(kms.listGrants(b -> b.keyId(KEY_ID)).grants()).isEmpty();
    assertThat(elsewhere.listKeys(b -> {}).keys()).isEmpty();
    assertThat(catchThrowable(() -> seal(keyId))).isInstanceOf(NotFoundException.class);
  }

  @Test
  void reset_existingClients_workOnTheNewState() {
    KmsClient before = kms.inAccount("111122223333");
    try (var sdk = AwsSdk.client(kms)) {
      assertThat(sdk.listKeys().keys()).hasSize(1);
      kms.reset();
      String keyId = before.createKey(b -> {}).keyMetadata().keyId();
      assertThat(kms.inAccount("111122223333").describeKey(b -> b.keyId(keyId))).isNotNull();
      kms.createKey(b -> {});
      assertThat(sdk.listKeys().keys()).hasSize(2);
    }
  }

  @Test
  void reset_callInProgress_throwsReset() {
    beforeNextClockRead = kms::reset;
    assertThat(catchThrowable(() -> kms.createKey(b -> {})))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(RESET);
    assertThat(kms.listKeys(b -> {}).keys()).hasSize(1);
  }

  @Test
  void reset_storageSetInBuilder_isRefusedAndKeepsItsKeys() {
    try (LocalKeyProvider provider =
        LocalKeyProvider.builder().storage(KeyStorage.inMemory()).build()) {
      provider.createKey(b -> {});
      assertThat(catchThrowable(provider::reset))
          .isExactlyInstanceOf(UnsupportedOperationException.class)
          .hasMessage("embedded-kms: a provider that was given a storage cannot be reset");
      assertThat(provider.listKeys(b -> {}).keys()).hasSize(1);
    }
  }

  @Test
  void reset_afterClose_isRefused() {
    kms.close();
    assertThat(catchThrowable(kms::reset))
        .isExactlyInstanceOf(ServiceClosedException.class)
        .hasMessage(CLOSED);
  }

  @Test
  void builder_changedAfterwards_doesNotAffectReset() {
    LocalKeyProvider.Builder builder = LocalKeyProvider.builder().seed(SEED);
    try (LocalKeyProvider built = builder.build()) {
      builder.seed(Seed.builder().build());
      built.reset();
      assertThat(built.listKeys(b -> {}).keys()).hasSize(1);
    }
  }

  /** Whichever comes last, no engine may be left open that still accepts calls. */
  @Test
  void close_concurrentResets_leavesNoEngineOpen() throws Exception {
    for (int round = 0; round < 200; round++) {
      LocalKeyProvider racing = LocalKeyProvider.builder().seed(SEED).build();
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> both = new ArrayList<>();
      both.add(threads.submit(() -> afterwards(start, racing::close)));
      for (int i = 0; i < 3; i++) {
        both.add(
            threads.submit(
                () ->
                    afterwards(
                        start,
                        () -> {
                          Throwable refused = catchThrowable(racing::reset);
                          assertThat(refused == null || CLOSED.equals(refused.getMessage()))
                              .isTrue();
                        })));
      }
      start.countDown();
      for (Future<?> one : both) {
        one.get();
      }
      assertThat(catchThrowable(() -> racing.listKeys(b -> {}))).hasMessage(CLOSED);
    }
  }

  private static Void afterwards(CountDownLatch start, Runnable task) throws InterruptedException {
    start.await();
    task.run();
    return null;
  }

  @Test
  void reset_callsInProgress_finishOrThrowReset() throws Exception {
    Future<?> resetting =
        threads.submit(
            () -> {
              for (int i = 0; i < 2000; i++) {
                kms.reset();
              }
            });
    List<Future<Integer>> calling = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calling.add(threads.submit(() -> callUntil(resetting)));
    }
    resetting.get();
    for (Future<Integer> calls : calling) {
      assertThat(calls.get()).isPositive();
    }
    assertThat(kms.listKeys(b -> {}).keys()).hasSize(1);
  }

  private int callUntil(Future<?> done) {
    int answered = 0;
    while (!done.isDone() || answered == 0) {
      try {
        var dataKey =
            kms.generateDataKey(b -> b.keyId("alias/seeded").keySpec(DataKeySpec.AES_256));
        // The seed has the material, so that a blob can be decrypted after every reset.
        assertThat(kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob())).plaintext())
            .isEqualTo(dataKey.plaintext());
        answered++;
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage(RESET);
      }
    }
    return answered;
  }
}
