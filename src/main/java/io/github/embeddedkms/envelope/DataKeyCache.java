package io.github.embeddedkms.envelope;

import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.model.Bytes;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
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
 * runs in the background: expired keys are removed at the next call.
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

  private static final class Entry {
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
    long messages = 1;
    long bytes;
    boolean removed;

    Entry(Purpose purpose, long began, long length) {
      this.purpose = purpose;
      this.began = began;
      this.bytes = length;
    }

    boolean isLoading() {
      return dataKey == null && !failed;
    }
  }

  private final CacheLimits limits;
  private final Duration waitTimeout;
  private final LongSupplier nanoTime;

  /** Oldest first. All entries have the same maximum age, so the first is the first to expire. */
  private final Map<Purpose, Entry> entries = new LinkedHashMap<>();

  private long hits;
  private long misses;
  private long evictions;
  private boolean closed;

  /**
   * Creates an empty cache.
   *
   * @param waitTimeout how long a thread waits for another thread's call of the service
   */
  DataKeyCache(CacheLimits limits, Duration waitTimeout, LongSupplier nanoTime) {
    this.limits = limits;
    this.waitTimeout = waitTimeout;
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
    long began = System.nanoTime();
    while (true) {
      Entry mine = null;
      try {
        Entry found;
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
            mine = new Entry(purpose, nanoTime.getAsLong(), length);
            add(mine);
          }
        }
        if (mine != null) {
          return load(mine, service);
        }
        Entry others = Objects.requireNonNull(found, "found, because this thread does not load");
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

  private void add(Entry entry) {
    misses++;
    if (entries.size() == limits.maximumEntries()) {
      remove(entries.values().iterator().next());
    }
    entries.put(entry.purpose, entry);
  }

  private Lease load(Entry entry, Supplier<DataKey> service) {
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
  private void settle(Entry entry) {
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
  private void await(Entry entry, long began) {
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
  private synchronized KmsInternalException timedOut(Entry entry) {
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
  private @Nullable Lease lease(Entry entry, long length) {
    DataKey dataKey = Objects.requireNonNull(entry.dataKey, "loaded");
    Lease lease = leaseOf(entry, dataKey);
    return take(entry, length) ? lease : null;
  }

  private Lease leaseOf(Entry entry, DataKey dataKey) {
    return new Lease(dataKey, bytes -> charge(entry, bytes), () -> giveBack(entry));
  }

  private boolean take(Entry entry, long length) {
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

  private synchronized void charge(Entry entry, long bytes) {
    // Saturates instead of overflowing.
    entry.bytes = Math.min(entry.bytes, Long.MAX_VALUE - bytes) + bytes;
  }

  private synchronized void giveBack(Entry entry) {
    entry.users--;
    wipeIfUnused(entry);
  }

  private boolean isExpired(Entry entry) {
    return nanoTime.getAsLong() - entry.began >= limits.maximumAge().toNanos();
  }

  private void removeExpired() {
    for (Iterator<Entry> oldest = entries.values().iterator(); oldest.hasNext(); ) {
      Entry entry = oldest.next();
      if (!isExpired(entry)) {
        return;
      }
      oldest.remove();
      release(entry);
    }
  }

  private void remove(Entry entry) {
    entries.remove(entry.purpose, entry);
    release(entry);
  }

  private void release(Entry entry) {
    if (entry.dataKey != null) {
      evictions++;
    }
    entry.removed = true;
    wipeIfUnused(entry);
  }

  private static void wipeIfUnused(Entry entry) {
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
    for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      all.remove();
      release(entry);
    }
  }
}
