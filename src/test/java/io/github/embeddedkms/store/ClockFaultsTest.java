package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clocks that are set back: nothing is lost, and no copy is used for longer than it should be. */
class ClockFaultsTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  @TempDir Path directory;
  private final AtomicLong nanoTime = new AtomicLong();
  private Instant now = NOW;

  private SealedKeyStorage open() {
    return SealedKeyStorage.builder(directory.resolve("keys.db"))
        .rootKey(RootKey.unsealedForTests())
        .nanoTime(nanoTime::get)
        .open();
  }

  @Test
  void clock_setBack_keysAreKeptUntilTheirDeletionDate() {
    String keyId;
    try (LocalKeyProvider kms = provider()) {
      keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.createAlias(alias -> alias.aliasName("alias/a").targetKeyId(keyId));
      kms.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
      now = NOW.minus(Duration.ofDays(1_000));
      assertThat(kms.purge()).isZero();
      String other = kms.createKey(key -> {}).keyMetadata().keyId();
      Bytes blob = kms.generateDataKey(key -> key.keyId(other).numberOfBytes(1)).ciphertextBlob();
      kms.decrypt(request -> request.ciphertextBlob(blob));
      assertThat(kms.describeKey(key -> key.keyId(other)).keyMetadata().creationDate())
          .isEqualTo(now);
    }
    try (LocalKeyProvider kms = provider()) {
      var metadata = kms.describeKey(key -> key.keyId("alias/a")).keyMetadata();
      assertThat(metadata.keyState()).isEqualTo(KeyState.PENDING_DELETION);
      assertThat(metadata.deletionDate()).isEqualTo(NOW.plus(Duration.ofDays(7)));
      now = NOW.plus(Duration.ofDays(7)).minusMillis(1);
      assertThat(kms.purge()).isZero();
      now = now.plusMillis(1);
      assertThat(kms.purge()).isEqualTo(1);
      assertThat(kms.listKeys(request -> {}).keys()).hasSize(1);
    }
  }

  private LocalKeyProvider provider() {
    return LocalKeyProvider.builder().clock(() -> now).storage(open()).build();
  }

  @Test
  void nanoTime_setBack_copyIsRefreshed() {
    try (SealedKeyStorage one = open();
        SealedKeyStorage other = open()) {
      assertThat(other.apply(Change.put(FaultedStorage.key("key")))).isTrue();
      assertThat(one.key(Contents.address("key"))).isEmpty();
      nanoTime.addAndGet(-Duration.ofHours(1).toNanos());
      assertThat(one.key(Contents.address("key"))).isPresent();
      assertThat(other.apply(Change.put(FaultedStorage.key("next")))).isTrue();
      nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(one.key(Contents.address("next"))).isPresent();
    }
  }
}
