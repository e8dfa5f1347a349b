package io.github.embeddedkms.envelope;

import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Renews one data key of a cache before it expires. Other threads use the old one meanwhile. A
 * failure is not reported: the old data key is valid until it expires, and after that the next
 * caller gets the failure.
 */
final class CacheRenewal {

  private final DataKeyCache cache;
  private final CacheEntry old;
  private final Supplier<DataKey> service;

  CacheRenewal(DataKeyCache cache, CacheEntry old, Supplier<DataKey> service) {
    this.cache = cache;
    this.old = old;
    this.service = service;
  }

  /**
   * Renews on an executor, which may run the task on this thread.
   *
   * @param lease of the old data key; closed if an Error ends this method
   * @return the same lease
   */
  Lease leaseDuring(Lease lease, Executor executor) {
    boolean returned = false;
    try {
      runOn(executor);
      returned = true;
      return lease;
    } finally {
      if (!returned) {
        lease.close();
      }
    }
  }

  /** If the executor rejects the task or fails, the next attempt is made later. */
  private void runOn(Executor executor) {
    boolean accepted = false;
    try {
      executor.execute(
          () -> {
            Lease lease = renew(0, 0);
            if (lease != null) {
              lease.close();
            }
          });
      accepted = true;
    } catch (RuntimeException e) {
      // The executor is busy, has been shut down or has failed. Callers go on with the old data
      // key.
    } finally {
      if (!accepted) {
        cache.failRenewal(old);
      }
    }
  }

  /**
   * Renews on this thread.
   *
   * @param lease of the old data key
   * @param length the length of the message that the lease is for
   * @param otherwise lends a data key if the old one has expired during a failed renewal
   * @return a lease of the new data key, or the lease of the old one if the renewal failed
   */
  Lease leaseOr(Lease lease, long length, Supplier<Lease> otherwise) {
    boolean returned = false;
    try {
      Lease renewed = renew(1, length);
      if (renewed == null && !cache.isExpired(old)) {
        returned = true;
        return lease;
      }
      if (renewed != null) {
        return renewed;
      }
    } finally {
      if (!returned) {
        lease.close();
      }
    }
    return otherwise.get();
  }

  /** Requests a data key and puts it in the cache. Returns null if the service fails. */
  private @Nullable Lease renew(long messages, long bytes) {
    CacheEntry entry = cache.forRenewalOf(old, messages, bytes);
    DataKey dataKey = null;
    boolean ended = false;
    try {
      dataKey = service.get();
      Lease lease = cache.leaseOf(entry, dataKey);
      entry.dataKey = dataKey;
      cache.endRenewal(old, entry);
      ended = true;
      return lease;
    } catch (RuntimeException e) {
      return null;
    } finally {
      if (!ended) {
        cache.failRenewal(old);
        if (dataKey != null) {
          dataKey.close();
        }
      }
    }
  }
}
