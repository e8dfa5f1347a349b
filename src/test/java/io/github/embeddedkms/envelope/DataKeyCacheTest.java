package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When the data keys of the cache are wiped. */
class DataKeyCacheTest {

  private final AtomicLong time = new AtomicLong();
  private final DataKeyCache cache =
      new DataKeyCache(
          CacheLimits.ofMaximumAge(Duration.ofSeconds(1)).withMaximumEntries(1),
          Duration.ofSeconds(10),
          null,
          time::get);
  private final SecretBytes secret = SecretBytes.fromByteArray(new byte[32]);

  private Lease lend(String key, SecretBytes dataKey) {
    Bytes empty = Bytes.fromByteArray(new byte[0]);
    return cache.lend(
        new DataKeyCache.Purpose(List.of(key), empty, empty),
        0,
        () -> new DataKey(dataKey, List.of()));
  }

  private void assertWiped() {
    assertThatIllegalStateException()
        .isThrownBy(secret::asByteArray)
        .withMessage("the secret is closed");
  }

  @Test
  void dataKey_returned_isKeptUntilItExpires() {
    lend("a", secret).close();
    assertThat(secret.asByteArray()).hasSize(32);
    time.set(1_000_000_000);
    lend("b", SecretBytes.fromByteArray(new byte[32])).close();
    assertWiped();
  }

  @Test
  void dataKey_evictedWhileUnused_isWipedAtOnce() {
    lend("a", secret).close();
    lend("b", SecretBytes.fromByteArray(new byte[32])).close();
    assertWiped();
  }

  @Test
  void dataKey_inUse_isWipedWhenTheLastUserReturnsIt() {
    Lease one = lend("a", secret);
    Lease other = lend("a", secret);
    assertThat(other.dataKey()).isSameAs(one.dataKey());
    cache.close();
    one.close();
    assertThat(secret.asByteArray()).hasSize(32);
    other.close();
    assertWiped();
  }

  @Test
  void dataKey_cacheClosedDuringTheRequest_isUsedOnceAndWiped() {
    Lease lease =
        cache.lend(
            new DataKeyCache.Purpose(
                List.of("a"), Bytes.fromByteArray(new byte[0]), Bytes.fromByteArray(new byte[0])),
            0,
            () -> {
              cache.close();
              return new DataKey(secret, List.of());
            });
    assertThat(lease.dataKey().secret().asByteArray()).hasSize(32);
    lease.close();
    assertWiped();
  }
}
