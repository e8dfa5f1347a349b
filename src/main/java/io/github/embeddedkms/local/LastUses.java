package io.github.embeddedkms.local;

import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.model.KeyLastUsageTrackingOperation;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import io.github.embeddedkms.store.LastUseEntry;
import io.github.embeddedkms.store.UnreadableItemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records when each key was last used: in memory at once; in a database at most once an hour for
 * each key, and when the provider is closed. There is no background thread: the call whose hour has
 * passed writes, once its response is made. A failed write does not fail the call.
 */
final class LastUses {

  private static final long WRITE_INTERVAL_MILLIS = Duration.ofHours(1).toMillis();

  /** After a failed write. A store that does not answer makes the call wait. */
  private static final long RETRY_INTERVAL_MILLIS = Duration.ofMinutes(1).toMillis();

  /** The key, or its last use, can change between reading and writing; but hardly this often. */
  private static final int MAX_TRIES = 5;

  private static final int KEYS_IN_ONE_CHANGE = 500;

  private static final Map<String, KeyLastUsageTrackingOperation> TRACKED =
      Arrays.stream(KeyLastUsageTrackingOperation.values())
          .collect(Collectors.toUnmodifiableMap(Object::toString, Function.identity()));

  /**
   * A use of a key.
   *
   * @param operation the operation that used it
   * @param millis when, in milliseconds since 1970
   */
  record Use(KeyLastUsageTrackingOperation operation, long millis) {

    Instant date() {
      return Instant.ofEpochMilli(millis);
    }
  }

  /** What this process knows of one key. */
  private static final class Recorded {

    final AtomicReference<@Nullable Use> last = new AtomicReference<>();

    /** When a call may next write. The call that moves it on is the one that writes. */
    final AtomicLong nextWrite = new AtomicLong(Long.MIN_VALUE);

    /** The time of the latest use that is known to be in the store. */
    volatile long written = Long.MIN_VALUE;
  }

  private final KeyStorage storage;
  private final ProviderClock clock;
  private final FailureListener failures;
  private final boolean writes;
  private final Instant beginning;
  private final ConcurrentMap<Address, Recorded> keys = new ConcurrentHashMap<>();

  /**
   * Begins to record.
   *
   * @param failures receives the failures of writes, of which calls do not learn
   */
  LastUses(KeyStorage storage, ProviderClock clock, FailureListener failures) {
    this.storage = storage;
    this.clock = clock;
    this.failures = failures;
    this.writes = storage.isPersistent() && !storage.isReadOnly();
    this.beginning = clock.now();
  }

  /** Returns an operation by its name, if it counts as a use; otherwise null. */
  static @Nullable KeyLastUsageTrackingOperation trackedOperation(String name) {
    return TRACKED.get(name);
  }

  /** Records a use of a key, now. */
  void record(KeyLastUsageTrackingOperation operation, KeyEntry key) {
    long now = clock.millis();
    Recorded recorded = recorded(key.address());
    Use last = recorded.last.get();
    // Nothing is allocated for the same operation in the same millisecond.
    if (last == null || last.millis < now || (last.millis == now && last.operation != operation)) {
      recorded.last.accumulateAndGet(new Use(operation, now), LastUses::later);
    }
    if (writes) {
      long next = recorded.nextWrite.get();
      if (now >= next && recorded.nextWrite.compareAndSet(next, now + WRITE_INTERVAL_MILLIS)) {
        writeNow(key.address(), recorded, now, operation);
      }
    }
  }

  private Recorded recorded(Address key) {
    Recorded found = keys.get(key);
    return found == null ? keys.computeIfAbsent(key, absent -> new Recorded()) : found;
  }

  private static Use later(@Nullable Use one, Use other) {
    return one == null || one.millis <= other.millis ? other : one;
  }

  private void writeNow(
      Address key, Recorded recorded, long now, KeyLastUsageTrackingOperation operation) {
    try {
      long stored = storedUse(key).map(use -> use.date().toEpochMilli()).orElse(Long.MIN_VALUE);
      if (stored > now - WRITE_INTERVAL_MILLIS) {
        // Another process has written within the hour.
        recorded.nextWrite.set(stored + WRITE_INTERVAL_MILLIS);
      } else {
        writeAll(List.of(key));
      }
    } catch (RuntimeException | Error e) {
      recorded.nextWrite.set(now + RETRY_INTERVAL_MILLIS);
      failures.failed(operation.toString(), e);
    }
  }

  /**
   * Writes the last uses of some keys in one change, except of keys that a newer version of this
   * library has written.
   *
   * @return why some are not written, although the store answers; null if all of them are
   */
  private @Nullable KeyStorageException write(List<Address> addresses) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      KeyStorageException leftOut = null;
      Map<Address, Use> uses = new LinkedHashMap<>();
      Map<Address, Entry> puts = new LinkedHashMap<>();
      List<Entry> unchanged = new ArrayList<>();
      for (Address address : addresses) {
        Use use = Objects.requireNonNull(recorded(address).last.get(), "recorded before");
        try {
          addPuts(address, use, puts, unchanged);
          uses.put(address, use);
        } catch (UnreadableItemException e) {
          leftOut = e;
        }
      }
      if (puts.isEmpty()
          || storage.apply(new Change(List.copyOf(puts.values()), List.of(), unchanged))) {
        uses.forEach((address, use) -> recorded(address).written = use.millis);
        return leftOut;
      }
    }
    return new KeyStorageException(
        "the last use of a key could not be written, because other changes were faster each time");
  }

  /**
   * Adds what stores a use, if the key still exists and no later use is stored.
   *
   * @throws UnreadableItemException if a newer version of this library has written the key or its
   *     last use; then nothing is added
   */
  private void addPuts(Address address, Use use, Map<Address, Entry> puts, List<Entry> unchanged) {
    Optional<KeyEntry> key = storage.key(address);
    LastUseEntry stored = storedUse(address).orElse(null);
    if (key.isEmpty()
        || isOfAnother(use, key.get())
        || (stored != null && stored.date().toEpochMilli() >= use.millis)) {
      return;
    }
    boolean isFirst = storedBeginning(address).isEmpty();
    Address at = LastUseEntry.addressOf(address);
    long version = stored == null ? 1 : stored.version() + 1;
    puts.put(at, new LastUseEntry(at, version, use.date(), use.operation));
    if (isFirst) {
      Address start = LastUseEntry.addressOfBeginning(address);
      puts.put(start, new LastUseEntry(start, 1, beginning, null));
    }
    // A key that is deleted meanwhile must not leave its last use behind.
    unchanged.add(key.get());
  }

  private Optional<LastUseEntry> storedUse(Address key) {
    return storage.entry(LastUseEntry.KIND, LastUseEntry.addressOf(key));
  }

  private Optional<LastUseEntry> storedBeginning(Address key) {
    return storage.entry(LastUseEntry.KIND, LastUseEntry.addressOfBeginning(key));
  }

  /** Returns the last use of a key, by this process or by another one that has written it. */
  Optional<Use> of(KeyEntry key) {
    Recorded recorded = keys.get(key.address());
    Use own = recorded == null ? null : recorded.last.get();
    if (own != null && isOfAnother(own, key)) {
      own = null;
    }
    Use stored =
        storedUse(key.address())
            .flatMap(
                entry ->
                    Optional.ofNullable(entry.operation())
                        .map(operation -> new Use(operation, entry.date().toEpochMilli())))
            .filter(use -> !isOfAnother(use, key))
            .orElse(null);
    return Optional.ofNullable(stored == null ? own : own == null ? stored : later(stored, own));
  }

  /** Returns whether a use is from before the key's creation: of a deleted key with the same id. */
  private static boolean isOfAnother(Use use, KeyEntry key) {
    return use.millis < key.creationDate().toEpochMilli();
  }

  /** Returns since when the uses of a key are recorded. */
  Instant trackingStart(KeyEntry key) {
    Instant start = storedBeginning(key.address()).map(LastUseEntry::date).orElse(beginning);
    return start.isAfter(key.creationDate()) ? start : key.creationDate();
  }

  /** Forgets a key that has been deleted. */
  void forget(Address key) {
    keys.remove(key);
  }

  /**
   * Writes all uses that are not in the store yet. Stops at the first failure of the store: one
   * that does not answer would make the caller wait again and again.
   *
   * @throws RuntimeException if the store, or the last use of some keys, cannot be written
   */
  void writeAll() {
    if (!writes) {
      return;
    }
    List<Address> pending = new ArrayList<>();
    keys.forEach(
        (key, recorded) -> {
          Use last = recorded.last.get();
          if (last != null && last.millis > recorded.written) {
            pending.add(key);
          }
        });
    writeAll(pending);
  }

  private void writeAll(List<Address> addresses) {
    KeyStorageException failure = null;
    for (int from = 0; from < addresses.size(); from += KEYS_IN_ONE_CHANGE) {
      int end = Math.min(from + KEYS_IN_ONE_CHANGE, addresses.size());
      KeyStorageException leftOut = write(addresses.subList(from, end));
      failure = leftOut == null ? failure : leftOut;
    }
    if (failure != null) {
      throw failure;
    }
  }
}
