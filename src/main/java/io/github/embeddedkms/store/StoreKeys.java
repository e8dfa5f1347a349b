package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The store keys of every epoch that rows are under, usually one, and the root key that opens them.
 *
 * <p>Keys may be looked up by several threads, and all may be closed by one, while another changes
 * them. No lock is held, since the root key may be a foreign Aead, which can take any time.
 */
final class StoreKeys implements AutoCloseable {

  static final int FIRST_EPOCH = 1;
  private static final int STORE_KEY_BYTES = 32;

  private final Bytes storeId;
  private final Map<Integer, StoreKey> byEpoch = new ConcurrentHashMap<>();

  /** The same keys as they would be sealed under another root key. */
  private final Map<Integer, SecretBytes> raw = new ConcurrentHashMap<>();

  /** The keys that were drawn here, as they were to be stored, until it is seen that they were. */
  private final Map<Integer, StoreKeyRow> generated = new ConcurrentHashMap<>();

  private volatile OpenedRoot root;
  private volatile boolean closed;

  /** Takes the root over. */
  StoreKeys(Bytes storeId, OpenedRoot root) {
    this.storeId = storeId;
    this.root = root;
  }

  /**
   * Opens what is there and not open yet, and closes what is not there any more.
   *
   * @throws WrongRootKeyException if the root key does not fit
   * @throws AlteredStoreException if a key was altered
   */
  void update(List<StoreKeyRow> rows) {
    // A key that was drawn here and never stored may bear the number of one that was.
    for (StoreKeyRow row : List.copyOf(generated.values())) {
      if (!rows.contains(row)) {
        remove(row.epoch());
      }
    }
    generated.clear();
    for (StoreKeyRow row : rows) {
      if (!byEpoch.containsKey(row.epoch())) {
        add(row.epoch(), root.open(storeId, row));
      }
    }
    Set<Integer> there = rows.stream().map(StoreKeyRow::epoch).collect(Collectors.toSet());
    Set.copyOf(byEpoch.keySet()).stream()
        .filter(epoch -> !there.contains(epoch))
        .forEach(this::remove);
  }

  /**
   * Refuses to go on if another node has changed the root key. A key that is drawn here would be
   * sealed under the old one: nobody could open the store until its older epochs are dropped, and
   * then only the old root key could.
   *
   * @throws WrongRootKeyException if the rows are not under the root key of this node
   */
  void requireSameRoot(List<StoreKeyRow> rows) {
    for (StoreKeyRow row : rows) {
      root.open(storeId, row).close();
    }
  }

  /** Draws the key of a new epoch, to be stored; until the next update it can be used. */
  StoreKeyRow generate(int epoch, SecureRandom random) {
    SecretBytes key = SecretBytes.filledBy(STORE_KEY_BYTES, random::nextBytes);
    StoreKeyRow row;
    try {
      row = root.seal(storeId, epoch, key);
    } catch (RuntimeException | Error e) {
      key.close();
      throw e;
    }
    // First that it was drawn: whatever happens then, the next update looks whether it was stored.
    generated.put(epoch, row);
    add(epoch, key);
    return row;
  }

  /**
   * The same store key, sealed under another root key.
   *
   * @throws AlteredStoreException if it is none of those that were there at the last update, since
   *     when no epoch has begun
   */
  StoreKeyRow sealUnder(OpenedRoot other, StoreKeyRow row) {
    SecretBytes key = raw.get(row.epoch());
    if (key == null) {
      throw new AlteredStoreException(
          "there is a store key of epoch " + row.epoch() + " that was never drawn");
    }
    return other.seal(storeId, row.epoch(), key);
  }

  /** From now on, keys of new epochs are sealed under another root key, which is taken over. */
  void changeRoot(OpenedRoot other) {
    OpenedRoot before = root;
    root = other;
    before.close();
    if (closed) {
      // close() may have closed the one before.
      other.close();
    }
  }

  /**
   * The key of an epoch is known to be stored. Its row is not compared any more: another root key
   * would change it.
   */
  void markStored(int epoch) {
    generated.remove(epoch);
  }

  /** Closes a root that was to be taken over, unless it was. */
  void closeUnlessInUse(OpenedRoot other) {
    if (root != other) {
      other.close();
    }
  }

  /** The key of an epoch that is known to be there. */
  StoreKey open(int epoch) {
    return of(epoch).orElseThrow(() -> new AssertionError("epoch " + epoch + " is not open"));
  }

  /**
   * The key of an epoch, if there is one.
   *
   * @throws IllegalStateException if the storage is closed
   */
  Optional<StoreKey> of(int epoch) {
    if (closed) {
      throw new IllegalStateException("the key storage is closed");
    }
    return Optional.ofNullable(byEpoch.get(epoch));
  }

  boolean hasSeveralEpochs() {
    return byEpoch.size() > 1;
  }

  private void add(int epoch, SecretBytes key) {
    SecretBytes before = raw.put(epoch, key);
    if (before != null) {
      before.close();
    }
    byEpoch.put(epoch, StoreKey.of(storeId, epoch, key));
    if (closed) {
      // close() may have looked before this one was there.
      remove(epoch);
    }
  }

  private void remove(int epoch) {
    StoreKey key = byEpoch.remove(epoch);
    if (key != null) {
      key.close();
    }
    SecretBytes bytes = raw.remove(epoch);
    if (bytes != null) {
      bytes.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      Set.copyOf(raw.keySet()).forEach(this::remove);
    } finally {
      root.close();
    }
  }
}
