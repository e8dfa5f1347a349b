package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Data keys in the clear, for a bounded time and a bounded number. Safe for use by several threads;
 * the service is asked by one thread for each key and outside the lock, while those that want the
 * same key wait for the answer.
 *
 * <p>A data key is wiped when it leaves, or as soon as those have given it back who have it then.
 * Nothing runs in the background: what is too old leaves at the next call.
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

  private static final class Entry {
    final CompletableFuture<DataKey> dataKey = new CompletableFuture<>();
    final Purpose purpose;
    final long began;

    // Guarded by the cache's lock. Whoever asks the service has its first use.
    int users = 1;
    long messages = 1;
    long bytes;
    boolean left;

    Entry(Purpose purpose, long began, long length) {
      this.purpose = purpose;
      this.began = began;
      this.bytes = length;
    }
  }

  private final CacheLimits limits;
  private final LongSupplier nanoTime;

  /** In the order of their age: all may become equally old, so the first is too old first. */
  private final Map<Purpose, Entry> entries = new LinkedHashMap<>();

  private long hits;
  private long misses;
  private long evictions;
  private boolean closed;

  DataKeyCache(CacheLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * Lends a data key for one message. Whoever waits for another thread's answer gets its error too:
   * a service that is down would otherwise be asked by all of them, one after the other.
   *
   * @param length how much plaintext it has, 0 if that is not known; charged at once
   * @param service asks for a new one
   */
  Lease lend(Purpose purpose, long length, Supplier<DataKey> service) {
    if (purpose.isSealing() && length > limits.maximumBytes()) {
      synchronized (this) {
        requireOpen();
        misses++;
      }
      return Lease.of(service.get());
    }
    while (true) {
      Entry entry;
      boolean isNew = false;
      synchronized (this) {
        requireOpen();
        removeOld();
        entry = entries.get(purpose);
        if (entry != null && entry.dataKey.isDone()) {
          if (take(entry, length)) {
            return lease(entry);
          }
          remove(entry);
          entry = null;
        }
        if (entry == null) {
          entry = add(purpose, length);
          isNew = true;
        }
      }
      if (isNew) {
        return load(entry, service);
      }
      await(entry);
      synchronized (this) {
        if (take(entry, length)) {
          return lease(entry);
        }
      }
      // Others have used it up while this thread was waiting.
    }
  }

  private Entry add(Purpose purpose, long length) {
    misses++;
    if (entries.size() == limits.maximumEntries()) {
      remove(entries.values().iterator().next());
    }
    // Its age counts from before it was asked for: an answer may take long.
    Entry entry = new Entry(purpose, nanoTime.getAsLong(), length);
    entries.put(purpose, entry);
    return entry;
  }

  private Lease load(Entry entry, Supplier<DataKey> service) {
    try {
      entry.dataKey.complete(service.get());
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        entry.users--;
        entries.remove(entry.purpose, entry);
      }
      entry.dataKey.completeExceptionally(e);
      throw e;
    }
    return lease(entry);
  }

  /** All who wait for an answer get it, an error too. */
  private static void await(Entry entry) {
    try {
      entry.dataKey.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
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

  private Lease lease(Entry entry) {
    return new Lease(entry.dataKey.join(), bytes -> charge(entry, bytes), () -> giveBack(entry));
  }

  private synchronized void charge(Entry entry, long bytes) {
    // Far above every limit it stays there.
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
    evictions++;
    entry.left = true;
    wipeIfDone(entry);
  }

  private static void wipeIfDone(Entry entry) {
    // Without users it is loaded: whoever asks the service is one.
    if (entry.left && entry.users == 0) {
      entry.dataKey.join().close();
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
    List.copyOf(entries.values()).forEach(this::remove);
  }
}
