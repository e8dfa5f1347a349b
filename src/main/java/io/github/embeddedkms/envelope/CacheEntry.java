package io.github.embeddedkms.envelope;

import io.github.embeddedkms.envelope.DataKeyCache.Purpose;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A data key of a {@link DataKeyCache}, or the place for one that a thread is requesting. */
final class CacheEntry {

  final Purpose purpose;

  /** By the cache's clock, which tests can set. */
  final long began;

  /** By the system's clock, which bounds waits. */
  final long loadingSince = System.nanoTime();

  /** Counted down when the loader has ended, with or without a result. */
  final CountDownLatch done = new CountDownLatch(1);

  // Written by the loader: the data key, or the failure and then the flag.
  volatile @Nullable DataKey dataKey;
  @Nullable RuntimeException failure;
  volatile boolean failed;

  // Guarded by the cache's lock. The loader has the first use.
  int users = 1;
  long messages;
  long bytes;
  boolean removed;

  /** Whether a thread is requesting the data key that will replace this one. */
  boolean beingRenewed;

  /** By the cache's clock, how old this entry is before the next attempt to renew it. */
  long renewAtAge;

  CacheEntry(Purpose purpose, long began, long messages, long bytes, long renewAtAge) {
    this.purpose = purpose;
    this.began = began;
    this.messages = messages;
    this.bytes = bytes;
    this.renewAtAge = renewAtAge;
  }

  boolean isLoading() {
    return dataKey == null && !failed;
  }
}
