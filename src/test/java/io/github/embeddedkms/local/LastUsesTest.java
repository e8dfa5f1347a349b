package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeyLastUsageData;
import io.github.embeddedkms.model.KeyLastUsageTrackingOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.operation.GetKeyLastUsage;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.LastUseEntry;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LastUsesTest {

  private static final Instant CREATED = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final Set<String> TRACKED =
      Arrays.stream(KeyLastUsageTrackingOperation.values())
          .map(Object::toString)
          .collect(Collectors.toSet());

  private static final String REFUSED =
      "embedded-kms: the last use of a key could not be written, because other changes were faster"
          + " each time";

  @TempDir private Path folder;
  private Instant now = CREATED;
  private final List<String> failures = new ArrayList<>();
  private final List<LocalKeyProvider> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(LocalKeyProvider::close);
  }

  private LocalKeyProvider inMemory() {
    return provider(KeyStorage.inMemory());
  }

  private LocalKeyProvider provider(KeyStorage storage) {
    LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .clock(() -> now)
            .storage(storage)
            .failureListener(
                (operation, failure) -> failures.add(operation + ": " + failure.getMessage()))
            .build();
    opened.add(kms);
    return kms;
  }

  private SealedKeyStorage file() {
    return SealedKeyStorage.builder(folder.resolve("keys.db"))
        .rootKey(RootKey.unsealedForTests())
        .maximumStaleness(Duration.ZERO)
        .open();
  }

  private static String newKey(LocalKeyProvider kms) {
    return kms.createKey(b -> {}).keyMetadata().keyId();
  }

  private static GetKeyLastUsage.Response usage(LocalKeyProvider kms, String key) {
    return kms.getKeyLastUsage(b -> b.keyId(key));
  }

  private static KeyLastUsageData lastUse(LocalKeyProvider kms, String key) {
    return usage(kms, key).keyLastUsage();
  }

  private static Bytes use(LocalKeyProvider kms, String key) {
    return kms.generateDataKey(b -> b.keyId(key).keySpec(DataKeySpec.AES_256)).ciphertextBlob();
  }

  static List<Sample> samples() {
    return Sample.all().stream()
        .filter(sample -> sample.forms() != Sample.Forms.NONE)
        .filter(sample -> !sample.operation().equals("ReEncrypt"))
        .toList();
  }

  /** As with a frozen clock. */
  @Test
  void severalOperationsAtOneInstant_theLastOneCounts() {
    try (Fixture fixture = new Fixture()) {
      fixture.now = CREATED.plusSeconds(60);
      Bytes blob = use(fixture.kms, fixture.keyId);
      assertThat(lastUse(fixture.kms, fixture.keyId).operation())
          .isEqualTo(KeyLastUsageTrackingOperation.GENERATE_DATA_KEY);
      fixture.kms.decrypt(b -> b.ciphertextBlob(blob));
      assertThat(lastUse(fixture.kms, fixture.keyId).operation())
          .isEqualTo(KeyLastUsageTrackingOperation.DECRYPT);
      use(fixture.kms, fixture.keyId);
      assertThat(lastUse(fixture.kms, fixture.keyId).operation())
          .isEqualTo(KeyLastUsageTrackingOperation.GENERATE_DATA_KEY);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void everyOperation_countsIfItIsCryptographic(Sample sample) {
    try (Fixture fixture = sample.fixture()) {
      fixture.now = CREATED.plusSeconds(60);
      fixture.kms.call(sample.valid().apply(fixture));

      KeyLastUsageData data =
          fixture.kms.getKeyLastUsage(b -> b.keyId(fixture.keyId)).keyLastUsage();
      boolean used = fixture.now.equals(data.timestamp());
      assertThat(used).isEqualTo(TRACKED.contains(sample.operation()));
      if (used) {
        assertThat(data.operation()).hasToString(sample.operation());
      }
    }
  }

  @Test
  void keyNeverUsed_hasNoMembers() {
    LocalKeyProvider kms = inMemory();
    String key = newKey(kms);
    now = now.plusSeconds(1);

    GetKeyLastUsage.Response response = usage(kms, key);

    assertThat(response.keyLastUsage()).isEqualTo(KeyLastUsageData.none());
    assertThat(response.keyCreationDate()).isEqualTo(CREATED);
    assertThat(response.trackingStartDate()).isEqualTo(CREATED);
    assertThat(response.keyId()).isEqualTo(kms.describeKey(b -> b.keyId(key)).keyMetadata().arn());
  }

  @Test
  void reEncrypt_usesBothKeys() {
    LocalKeyProvider kms = inMemory();
    String source = newKey(kms);
    String destination = newKey(kms);
    Bytes blob = use(kms, source);
    now = now.plusSeconds(1);
    kms.reEncrypt(b -> b.ciphertextBlob(blob).destinationKeyId(destination));

    KeyLastUsageData from = lastUse(kms, source);
    KeyLastUsageData to = lastUse(kms, destination);

    assertThat(List.of(from.timestamp(), to.timestamp())).containsOnly(now);
    assertThat(from.operation()).isEqualTo(KeyLastUsageTrackingOperation.RE_ENCRYPT);
    assertThat(to.operation()).isEqualTo(KeyLastUsageTrackingOperation.RE_ENCRYPT);
    assertThat(from.cloudTrailEventId()).isNotEqualTo(to.cloudTrailEventId());
    assertThat(from.cloudTrailEventId()).isNotEqualTo(from.kmsRequestId());
  }

  @Test
  void dryRun_andFailure_doNotCount() {
    LocalKeyProvider kms = inMemory();
    String key =
        kms.createKey(b -> b.keySpec(KeySpec.ECC_NIST_P256).keyUsage(KeyUsageType.SIGN_VERIFY))
            .keyMetadata()
            .keyId();
    SecretBytes message = SecretBytes.fromUtf8String("m");
    SigningAlgorithmSpec ecdsa = SigningAlgorithmSpec.ECDSA_SHA_256;

    Throwable dryRun =
        catchThrowable(
            () ->
                kms.sign(b -> b.keyId(key).message(message).signingAlgorithm(ecdsa).dryRun(true)));
    Throwable wrong =
        catchThrowable(
            () ->
                kms.verify(
                    b ->
                        b.keyId(key)
                            .message(message)
                            .signature(Bytes.fromUtf8String("s"))
                            .signingAlgorithm(ecdsa)));

    assertThat(List.of(dryRun, wrong)).hasOnlyElementsOfType(KmsException.class);
    assertThat(lastUse(kms, key)).isEqualTo(KeyLastUsageData.none());
  }

  @Test
  void clockSetBack_laterUseStays() {
    LocalKeyProvider kms = inMemory();
    String key = newKey(kms);
    now = CREATED.plusSeconds(100);
    use(kms, key);
    now = CREATED.plusSeconds(50);
    kms.generateDataKeyWithoutPlaintext(b -> b.keyId(key).keySpec(DataKeySpec.AES_256));

    assertThat(lastUse(kms, key).timestamp()).isEqualTo(CREATED.plusSeconds(100));
  }

  @Test
  void store_isWrittenAtMostOnceAnHour_andWhenClosed() {
    SealedKeyStorage storage = file();
    LocalKeyProvider kms = provider(storage);
    LocalKeyProvider other = provider(file());
    String key = newKey(kms);
    use(kms, key);
    long first = storage.sequence();
    now = CREATED.plus(Duration.ofMinutes(59));
    use(kms, key);

    assertThat(storage.sequence()).isEqualTo(first);
    assertThat(lastUse(kms, key).timestamp()).isEqualTo(now);
    assertThat(lastUse(other, key).timestamp()).isEqualTo(CREATED);

    now = CREATED.plus(Duration.ofMinutes(60));
    use(kms, key);
    assertThat(lastUse(other, key).timestamp()).isEqualTo(now);

    // Another process finds that this hour's use is written already.
    long second = storage.sequence();
    now = now.plusSeconds(1);
    use(other, key);
    assertThat(storage.sequence()).isEqualTo(second);

    now = now.plusSeconds(1);
    use(kms, key);
    KeyLastUsageData last = lastUse(kms, key);
    kms.close();
    assertThat(lastUse(other, key)).isEqualTo(last);
    other.close();
    assertThat(lastUse(provider(file()), key)).isEqualTo(last);
    assertThat(failures).isEmpty();
  }

  @Test
  void manyKeys_areAllWrittenWhenClosed() {
    LocalKeyProvider kms = provider(file());
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      keys.add(newKey(kms));
    }
    keys.forEach(key -> use(kms, key));
    now = now.plusSeconds(5);
    keys.forEach(key -> use(kms, key));
    kms.close();

    LocalKeyProvider reopened = provider(file());
    assertThat(keys).allMatch(key -> now.equals(lastUse(reopened, key).timestamp()));
    assertThat(failures).isEmpty();
  }

  @Test
  void deletedKey_leavesNothingBehind() {
    LocalKeyProvider kms = provider(file());
    String key = newKey(kms);
    use(kms, key);
    now = now.plusSeconds(1);
    use(kms, key);
    kms.scheduleKeyDeletion(b -> b.keyId(key).pendingWindowInDays(7));
    now = now.plus(Duration.ofDays(8));
    kms.purge();
    kms.close();

    try (SealedKeyStorage storage = file()) {
      Address address = new Address("111122223333", "us-east-1", key);
      assertThat(
              storage.entriesAfter(
                  LastUseEntry.KIND, new Address(address.account(), address.region(), ""), 10))
          .allMatch(entry -> entry.operation() == null);
    }
  }

  @Test
  void readOnlyStore_isNotWritten() {
    LocalKeyProvider kms = provider(file());
    String key = newKey(kms);
    use(kms, key);
    kms.close();
    SealedKeyStorage storage =
        SealedKeyStorage.builder(folder.resolve("keys.db"))
            .rootKey(RootKey.unsealedForTests())
            .readOnly()
            .open();
    LocalKeyProvider reader = provider(storage);
    now = now.plus(Duration.ofHours(2));
    use(reader, key);

    assertThat(lastUse(reader, key).timestamp()).isEqualTo(now);
    reader.close();
    assertThat(lastUse(provider(file()), key).timestamp()).isEqualTo(CREATED);
    assertThat(failures).isEmpty();
  }

  @Test
  void failedWrite_reachesTheListenerOnly_andIsTriedAgainAfterAMinute() {
    PersistentStorage storage = new PersistentStorage(file());
    LocalKeyProvider kms = provider(storage);
    String key = newKey(kms);
    storage.fails = true;
    storage.tries.set(0);

    use(kms, key);
    use(kms, key);
    assertThat(failures).containsExactly("GenerateDataKey: embedded-kms: the database is gone");
    now = now.plusSeconds(60);
    use(kms, key);
    assertThat(storage.tries).hasValue(2);
    kms.close();
    assertThat(failures).hasSize(3).last().isEqualTo("close: embedded-kms: the database is gone");
  }

  @Test
  void writeRefusedEachTime_reachesTheListener_andIsTriedAgainAfterAMinute() {
    PersistentStorage storage = new PersistentStorage(file());
    LocalKeyProvider kms = provider(storage);
    String key = newKey(kms);
    LocalKeyProvider other = provider(file());
    storage.refuses = true;
    storage.tries.set(0);

    use(kms, key);
    assertThat(storage.tries).hasValue(5);
    assertThat(failures).containsExactly("GenerateDataKey: " + REFUSED);
    now = now.plusSeconds(59);
    use(kms, key);
    assertThat(storage.tries).hasValue(5);
    storage.refuses = false;
    now = now.plusSeconds(1);
    use(kms, key);
    assertThat(lastUse(other, key).timestamp()).isEqualTo(now);

    storage.refuses = true;
    now = now.plusSeconds(1);
    use(kms, key);
    kms.close();
    assertThat(failures).hasSize(2).last().isEqualTo("close: " + REFUSED);
  }

  @Test
  void manyThreads_writeOnce() throws Exception {
    PersistentStorage storage = new PersistentStorage(file());
    LocalKeyProvider kms = provider(storage);
    String key = newKey(kms);
    storage.tries.set(0);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Bytes>> calls = Collections.nCopies(200, () -> use(kms, key));
      for (Future<Bytes> call : threads.invokeAll(calls)) {
        call.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(storage.tries).hasValue(1);
  }

  @Test
  void storeOfAnOlderVersion_isTrackedSinceItWasFirstUsed() {
    LocalKeyProvider kms = provider(file());
    String old = newKey(kms);
    kms.close();
    now = CREATED.plus(Duration.ofDays(100));
    Instant upgraded = now;
    LocalKeyProvider newer = provider(file());
    now = now.plusSeconds(1);

    assertThat(usage(newer, old).trackingStartDate()).isEqualTo(upgraded);
    use(newer, newKey(newer));
    newer.close();
    now = now.plus(Duration.ofDays(1));
    assertThat(usage(provider(file()), old).trackingStartDate()).isEqualTo(upgraded);
  }

  /** Counts the changes, and refuses them on request. */
  private static final class PersistentStorage extends Fixture.CountingStorage {

    final AtomicInteger tries = new AtomicInteger();
    volatile boolean fails;
    volatile boolean refuses;

    PersistentStorage(KeyStorage storage) {
      super(storage);
    }

    @Override
    public boolean isPersistent() {
      return true;
    }

    @Override
    public boolean apply(Change change) {
      tries.incrementAndGet();
      if (fails) {
        throw new StoreUnavailableException("the database is gone");
      }
      return !refuses && super.apply(change);
    }
  }
}
