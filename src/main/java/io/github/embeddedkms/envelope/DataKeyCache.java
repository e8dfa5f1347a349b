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
 * Data keys in the clear, for a bounded time and a bounded number. Safe for use by several threads;
 * one thread calls the service for each key, outside the lock, while other threads that need the
 * same key wait for the result, for a bounded time.
 *
 * <p>A data key is wiped when it is removed, or as soon as its last user has returned it. Nothing
 * runs in the background: expired keys are removed at the next call.
 */
final class DataKeyCache implements AutoCloseable {

  /**
   * What a data key is for, whole and not as a hash of it: two contexts must never be one entry.
   *
   * @param keys what is sealed under, or the one key that opens
   * @param digest SHA-256 of what is opened; empty for sealing
   * @param context the canonical bytes
   */
  record Purpose(List<String> keys, Bytes digest, Bytes context) {

    boolean isSealing() {
      return digest.length() == 0;
    }
  }

  /** How often a waiting thread checks by itself: an Error may have kept it from being notified. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final class Entry {
    final Purpose purpose;

    /** By the clock of ages, which may be a test's. */
    final long began;

    /** By the clock of waits. */
    final long loadingSince = System.nanoTime();

    /** Opened when the loader has ended, with or without a result. */
    final CountDownLatch done = new CountDownLatch(1);

    // Written by the loader: the data key, or what it failed with and then that it did.
    volatile @Nullable DataKey dataKey;
    @Nullable RuntimeException failure;
    volatile boolean failed;

    // Guarded by the cache's lock. The loader has the first use.
    int users = 1;
    long messages = 1;
    long bytes;
    boolean left;

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

  /** In the order of their age: all may become equally old, so the first is too old first. */
  private final Map<Purpose, Entry> entries = new LinkedHashMap<>();

  private long hits;
  private long misses;
  private long evictions;
  private boolean closed;

  /**
   * Creates an empty cache.
   *
   * @param waitTimeout how long a thread waits for another one that asks the service
   */
  DataKeyCache(CacheLimits limits, Duration waitTimeout, LongSupplier nanoTime) {
    this.limits = limits;
    this.waitTimeout = waitTimeout;
    this.nanoTime = nanoTime;
  }

  /**
   * Lends a data key for one message. A thread that waits for another thread's call of the service
   * gets its exception too: a service that is down would otherwise be asked by all of them, one
   * after the other. If that thread ended with an Error, which is its own, the next one asks.
   *
   * @param length how much plaintext it has, 0 if that is not known; charged at once
   * @param service asks for a new one
   * @throws KmsInternalException if another thread has been asking for too long, or this thread was
   *     interrupted while it waited
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
          removeOld();
          found = entries.get(purpose);
          if (found != null && !found.isLoading()) {
            Lease lease = found.failed ? null : lease(found, length);
            if (lease != null) {
              return lease;
            }
            if (found.failed) {
              // Its loader is about to do the same. It never held a data key, so this is not an
              // eviction.
              entries.remove(purpose, found);
            } else {
              remove(found);
            }
            found = null;
          }
          if (found == null) {
            // Its age counts from before the call of the service, which may take long.
            mine = new Entry(purpose, nanoTime.getAsLong(), length);
            add(mine);
          }
        }
        if (mine != null) {
          return load(mine, service);
        }
        Entry others = Objects.requireNonNull(found, "or else this thread loads it");
        await(others, began);
        synchronized (this) {
          Lease lease = others.failed ? null : lease(others, length);
          if (lease != null) {
            return lease;
          }
        }
        // Others have used it up while this thread was waiting, or its loader ended with an Error.
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
      // Before others see the key: once they do, nothing may fail here any more.
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
   * Ends loading in any case. Memory or stack may be exhausted, so that the first step neither
   * allocates nor calls: once it is done, no thread waits for this entry for long, or uses it.
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

  /** Waits for the loader of an entry, and throws the exception that it got. */
  private void await(Entry entry, long began) {
    try {
      while (entry.isLoading()) {
        long left = waitTimeout.toNanos() - (System.nanoTime() - began);
        if (left <= 0) {
          throw takenTooLong(entry);
        }
        var unused = entry.done.await(Math.min(left, LOOK_AGAIN_NANOS), TimeUnit.NANOSECONDS);
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
   * The next caller asks the service itself instead of waiting for the thread that hangs. This
   * thread may have waited for several loaders: one that has not taken too long itself stays.
   */
  private synchronized KmsInternalException takenTooLong(Entry entry) {
    boolean tooLong = System.nanoTime() - entry.loadingSince >= waitTimeout.toNanos();
    if (tooLong && entries.remove(entry.purpose, entry)) {
      leave(entry);
    }
    return new KmsInternalException(
        "embedded-kms: another thread has been asking for the data key for "
            + waitTimeout.toMillis()
            + " ms; try again");
  }

  /** One more use of a data key that is there, if it has one left. Guarded by the lock. */
  private @Nullable Lease lease(Entry entry, long length) {
    DataKey dataKey = Objects.requireNonNull(entry.dataKey, "loaded");
    Lease lease = leaseOf(entry, dataKey);
    return take(entry, length) ? lease : null;
  }

  private Lease leaseOf(Entry entry, DataKey dataKey) {
    return new Lease(dataKey, bytes -> charge(entry, bytes), () -> giveBack(entry));
  }

  private boolean take(Entry entry, long length) {
    if (entry.left || isOld(entry)) {
      return false;
    }
    if (entry.purpose.isSealing()) {
      // A message of unknown length needs at least one byte's room.
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
    // Saturates far above every limit.
    entry.bytes = Math.min(entry.bytes, Long.MAX_VALUE - bytes) + bytes;
  }

  private synchronized void giveBack(Entry entry) {
    entry.users--;
    wipeIfDone(entry);
  }

  private boolean isOld(Entry entry) {
    return nanoTime.getAsLong() - entry.began >= limits.maximumAge().toNanos();
  }

  private void removeOld() {
    for (Iterator<Entry> oldest = entries.values().iterator(); oldest.hasNext(); ) {
      Entry entry = oldest.next();
      if (!isOld(entry)) {
        return;
      }
      oldest.remove();
      leave(entry);
    }
  }

  private void remove(Entry entry) {
    entries.remove(entry.purpose, entry);
    leave(entry);
  }

  private void leave(Entry entry) {
    if (entry.dataKey != null) {
      evictions++;
    }
    entry.left = true;
    wipeIfDone(entry);
  }

  private static void wipeIfDone(Entry entry) {
    // Without users it is loaded: its loader is one.
    DataKey dataKey = entry.dataKey;
    if (entry.left && entry.users == 0 && dataKey != null) {
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
      leave(entry);
    }
  }
}
