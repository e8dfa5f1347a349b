package io.github.embeddedkms.envelope;

import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.model.Bytes;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches plaintext data keys, a bounded number of them for a bounded time. Safe for use by several
 * threads. For each key, one thread calls the service outside the lock; other threads that need the
 * same key wait for its result, for a bounded time.
 *
 * <p>A data key is wiped when it is removed, or as soon as its last user has returned it. Nothing
 * runs in the background, except renewals on the caller's executor: expired keys are removed at the
 * next call.
 */
final class DataKeyCache implements AutoCloseable {

  /**
   * What a data key is for. The context is kept whole rather than as a hash: two contexts must
   * never share an entry.
   *
   * @param keys the keys to seal under, or the one key that opens
   * @param digest SHA-256 of the sealed data key to open; empty for sealing
   * @param context the canonical bytes of the context
   */
  record Purpose(List<String> keys, Bytes digest, Bytes context) {

    boolean isSealing() {
      return digest.length() == 0;
    }
  }

  /**
   * How often a waiting thread checks without being notified: an Error may keep the loader from
   * notifying it.
   */
  private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How often a renewal is attempted, at most, before the data key expires. */
  private static final int ATTEMPTS = 4;

  private final CacheLimits limits;
  private final Duration waitTimeout;
  private final @Nullable Executor renewer;
  private final LongSupplier nanoTime;

  /**
   * Oldest first. All entries have the same maximum age, so the first is the first to expire;
   * renewed ones can be out of order by the duration of a call of the service.
   */
  private final Map<Purpose, CacheEntry> entries = new LinkedHashMap<>();

  private long hits;
  private long misses;
  private long evictions;
  private boolean closed;

  /**
   * Creates an empty cache.
   *
   * @param waitTimeout how long a thread waits for another thread's call of the service
   * @param renewer runs renewals; null for the calling thread
   */
  DataKeyCache(
      CacheLimits limits, Duration waitTimeout, @Nullable Executor renewer, LongSupplier nanoTime) {
    this.limits = limits;
    this.waitTimeout = waitTimeout;
    this.renewer = renewer;
    this.nanoTime = nanoTime;
  }

  /**
   * Lends a data key for one message. A thread that waits for another thread's call of the service
   * gets that call's exception too: otherwise all waiting threads would call an unavailable
   * service, one after the other. If the other thread ended with an Error, which concerns only that
   * thread, the next thread calls the service.
   *
   * @param length the length of the message's plaintext, 0 if unknown; charged at once
   * @param service requests a new data key
   * @throws KmsInternalException if another thread's call takes too long, or this thread is
   *     interrupted while it waits
   */
  Lease lend(Purpose purpose, long length, Supplier<DataKey> service) {
    if (purpose.isSealing() && length > limits.maximumBytes()) {
      synchronized (this) {
        requireOpen();
        misses++;
      }
      return Lease.of(service.get());
    }
    Lease lease = lendCached(purpose, length, service);
    CacheEntry due = limits.renews() ? beginRenewal(purpose) : null;
    if (due == null) {
      return lease;
    }
    CacheRenewal renewal = new CacheRenewal(this, due, service);
    if (renewer != null) {
      return renewal.leaseDuring(lease, renewer);
    }
    return renewal.leaseOr(lease, length, () -> lendCached(purpose, length, service));
  }

  private Lease lendCached(Purpose purpose, long length, Supplier<DataKey> service) {
    long began = System.nanoTime();
    while (true) {
      CacheEntry mine = null;
      try {
        CacheEntry found;
        synchronized (this) {
          requireOpen();
          removeExpired();
          found = entries.get(purpose);
          if (found != null && !found.isLoading()) {
            Lease lease = found.failed ? null : lease(found, length);
            if (lease != null) {
              return lease;
            }
            if (found.failed) {
              // Its loader is about to remove it as well. It never held a data key, so this is not
              // an eviction.
              entries.remove(purpose, found);
            } else {
              remove(found);
            }
            found = null;
          }
          if (found == null) {
            // Its age counts from before the call of the service, which may take a long time.
            mine = newEntry(purpose, 1, length);
            add(mine);
          }
        }
        if (mine != null) {
          return load(mine, service);
        }
        CacheEntry others =
            Objects.requireNonNull(found, "found, because this thread does not load");
        await(others, began);
        synchronized (this) {
          Lease lease = others.failed ? null : lease(others, length);
          if (lease != null) {
            return lease;
          }
        }
        // Other threads have used it up while this thread was waiting, or its loader ended with an
        // Error.
      } finally {
        if (mine != null) {
          settle(mine);
        }
      }
    }
  }

  private CacheEntry newEntry(Purpose purpose, long messages, long bytes) {
    return new CacheEntry(
        purpose, nanoTime.getAsLong(), messages, bytes, limits.refreshAfter().toNanos());
  }

  private void add(CacheEntry entry) {
    misses++;
    if (entries.size() == limits.maximumEntries()) {
      remove(entries.values().iterator().next());
    }
    entries.put(entry.purpose, entry);
  }

  private Lease load(CacheEntry entry, Supplier<DataKey> service) {
    DataKey dataKey = null;
    try {
      dataKey = service.get();
      // Create the lease before other threads see the key: after that, nothing may fail here.
      Lease lease = leaseOf(entry, dataKey);
      entry.dataKey = dataKey;
      return lease;
    } catch (RuntimeException e) {
      entry.failure = e;
      throw e;
    } finally {
      if (entry.dataKey == null && dataKey != null) {
        dataKey.close();
      }
    }
  }

  /**
   * Ends loading in every case. Memory or stack may be exhausted, so the first step neither
   * allocates nor calls a method: once it is done, no thread waits long for this entry or uses it.
   */
  private void settle(CacheEntry entry) {
    if (entry.dataKey == null) {
      entry.failed = true;
    }
    entry.done.countDown();
    if (entry.failed) {
      synchronized (this) {
        entries.remove(entry.purpose, entry);
      }
    }
  }

  /** Waits for the loader of an entry, and throws the loader's exception if it failed. */
  private void await(CacheEntry entry, long began) {
    try {
      while (entry.isLoading()) {
        long left = waitTimeout.toNanos() - (System.nanoTime() - began);
        if (left <= 0) {
          throw timedOut(entry);
        }
        var unused = entry.done.await(Math.min(left, RECHECK_NANOS), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KmsInternalException(
          "embedded-kms: interrupted while another thread was asking for the data key; try again");
    }
    if (entry.failed && entry.failure != null) {
      throw entry.failure;
    }
  }

  /**
   * Removes an entry whose loader hangs, so that the next caller calls the service instead of
   * waiting for it. This thread may have waited for several loaders; an entry whose own loader has
   * not taken too long is kept.
   */
  private synchronized KmsInternalException timedOut(CacheEntry entry) {
    boolean tooLong = System.nanoTime() - entry.loadingSince >= waitTimeout.toNanos();
    if (tooLong && entries.remove(entry.purpose, entry)) {
      release(entry);
    }
    return new KmsInternalException(
        "embedded-kms: another thread has been asking for the data key for "
            + waitTimeout.toMillis()
            + " ms; try again");
  }

  /** Returns another lease of a loaded data key, or null if it is used up. Guarded by the lock. */
  private @Nullable Lease lease(CacheEntry entry, long length) {
    DataKey dataKey = Objects.requireNonNull(entry.dataKey, "loaded");
    Lease lease = leaseOf(entry, dataKey);
    return take(entry, length) ? lease : null;
  }

  Lease leaseOf(CacheEntry entry, DataKey dataKey) {
    return new Lease(dataKey, bytes -> charge(entry, bytes), () -> giveBack(entry));
  }

  private boolean take(CacheEntry entry, long length) {
    if (entry.removed || isExpired(entry)) {
      return false;
    }
    if (entry.purpose.isSealing()) {
      // A message of unknown length needs room for at least one byte.
      if (entry.messages == limits.maximumMessages()
          || entry.bytes > limits.maximumBytes() - Math.max(length, 1)) {
        return false;
      }
      entry.messages++;
      entry.bytes += length;
    }
    entry.users++;
    hits++;
    return true;
  }

  private synchronized void charge(CacheEntry entry, long bytes) {
    // Saturates instead of overflowing.
    entry.bytes = Math.min(entry.bytes, Long.MAX_VALUE - bytes) + bytes;
  }

  private synchronized void giveBack(CacheEntry entry) {
    entry.users--;
    wipeIfUnused(entry);
  }

  boolean isExpired(CacheEntry entry) {
    return age(entry) >= limits.maximumAge().toNanos();
  }

  private long age(CacheEntry entry) {
    return nanoTime.getAsLong() - entry.began;
  }

  /** Returns the entry if this thread is to renew it, or null. */
  private synchronized @Nullable CacheEntry beginRenewal(Purpose purpose) {
    CacheEntry entry = entries.get(purpose);
    if (closed
        || entry == null
        || entry.dataKey == null
        || entry.beingRenewed
        || age(entry) < entry.renewAtAge) {
      return null;
    }
    entry.beingRenewed = true;
    return entry;
  }

  /** Returns a new entry for a renewal, with its first use. It is not in the cache. */
  synchronized CacheEntry forRenewalOf(CacheEntry old, long messages, long bytes) {
    misses++;
    return newEntry(old.purpose, messages, bytes);
  }

  /**
   * Puts a renewed entry in the place of the old one, whose users keep it. If the old one has left
   * the cache meanwhile, the new one does not enter it.
   */
  synchronized void endRenewal(CacheEntry old, CacheEntry renewed) {
    if (entries.get(old.purpose) == old) {
      remove(old);
      entries.put(renewed.purpose, renewed);
    } else {
      renewed.removed = true;
    }
  }

  /**
   * Keeps the old entry after a renewal has failed. The next attempt follows after a quarter of the
   * time between {@code refreshAfter} and the maximum age: otherwise each caller would call an
   * unavailable service.
   */
  synchronized void failRenewal(CacheEntry old) {
    long interval = limits.maximumAge().minus(limits.refreshAfter()).toNanos();
    old.renewAtAge = age(old) + interval / ATTEMPTS;
    old.beingRenewed = false;
  }

  private void removeExpired() {
    for (Iterator<CacheEntry> oldest = entries.values().iterator(); oldest.hasNext(); ) {
      CacheEntry entry = oldest.next();
      if (!isExpired(entry)) {
        return;
      }
      oldest.remove();
      release(entry);
    }
  }

  private void remove(CacheEntry entry) {
    entries.remove(entry.purpose, entry);
    release(entry);
  }

  private void release(CacheEntry entry) {
    if (entry.dataKey != null) {
      evictions++;
    }
    entry.removed = true;
    wipeIfUnused(entry);
  }

  private static void wipeIfUnused(CacheEntry entry) {
    // An entry without users is loaded, because its loader counts as a user.
    DataKey dataKey = entry.dataKey;
    if (entry.removed && entry.users == 0 && dataKey != null) {
      dataKey.close();
    }
  }

  synchronized CacheStatistics statistics() {
    return new CacheStatistics(hits, misses, evictions, entries.size());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("embedded-kms: the envelope is closed");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (Iterator<CacheEntry> all = entries.values().iterator(); all.hasNext(); ) {
      CacheEntry entry = all.next();
      all.remove();
      release(entry);
    }
  }
}
