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
 * The store keys of all epochs that rows are sealed under, usually one, and the root key that opens
 * them.
 *
 * <p>Several threads may look up keys, and one may close all of them, while another thread changes
 * them. No lock is held, since the root key may be a foreign Aead, whose calls can take any time.
 */
final class StoreKeys implements AutoCloseable {

  static final int FIRST_EPOCH = 1;
  private static final int STORE_KEY_BYTES = 32;

  private final Bytes storeId;
  private final Map<Integer, StoreKey> byEpoch = new ConcurrentHashMap<>();

  /** The bytes of the same keys, which are needed to seal them under another root key. */
  private final Map<Integer, SecretBytes> raw = new ConcurrentHashMap<>();

  /** The rows of keys that were generated here, until they are known to be stored. */
  private final Map<Integer, StoreKeyRow> generated = new ConcurrentHashMap<>();

  private volatile OpenedRoot root;
  private volatile boolean closed;

  /** Creates an empty set of keys, which owns the root key and closes it. */
  StoreKeys(Bytes storeId, OpenedRoot root) {
    this.storeId = storeId;
    this.root = root;
  }

  /**
   * Opens the keys of rows that are not open yet, and closes keys whose rows no longer exist.
   *
   * @throws WrongRootKeyException if the rows were sealed under another root key
   * @throws AlteredStoreException if a key was altered
   */
  void update(List<StoreKeyRow> rows) {
    // A key that was generated here but never stored may have the same epoch as a stored one.
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
   * Refuses to continue if another node has changed the root key. A key that is generated here
   * would be sealed under the old root key: the store could not be opened with any root key until
   * its older epochs are dropped, and then only with the old one.
   *
   * @throws WrongRootKeyException if the rows are not under the root key of this node
   */
  void requireSameRoot(List<StoreKeyRow> rows) {
    for (StoreKeyRow row : rows) {
      root.open(storeId, row).close();
    }
  }

  /** Generates the key of a new epoch, to be stored. It can be used until the next update. */
  StoreKeyRow generate(int epoch, SecureRandom random) {
    SecretBytes key = SecretBytes.filledBy(STORE_KEY_BYTES, random::nextBytes);
    StoreKeyRow row;
    try {
      row = root.seal(storeId, epoch, key);
    } catch (RuntimeException | Error e) {
      key.close();
      throw e;
    }
    // Recorded first: whatever happens afterwards, the next update checks whether the key was
    // stored.
    generated.put(epoch, row);
    add(epoch, key);
    return row;
  }

  /**
   * Seals the store key of a row under another root key.
   *
   * @throws AlteredStoreException if it is not one of the keys of the last update. No epoch can
   *     have begun since then
   */
  StoreKeyRow sealUnder(OpenedRoot other, StoreKeyRow row) {
    SecretBytes key = raw.get(row.epoch());
    if (key == null) {
      throw new AlteredStoreException(
          "the store has an unknown store key, of epoch " + row.epoch());
    }
    return other.seal(storeId, row.epoch(), key);
  }

  /**
   * Replaces the root key. Keys of new epochs are sealed under the new one, which is owned from now
   * on.
   */
  void changeRoot(OpenedRoot other) {
    OpenedRoot before = root;
    root = other;
    before.close();
    if (closed) {
      // close() may have closed the previous root key only.
      other.close();
    }
  }

  /**
   * Records that the key of an epoch is stored. Its row is no longer compared, since a change of
   * the root key alters it.
   */
  void markStored(int epoch) {
    generated.remove(epoch);
  }

  /** Closes a root key that was passed to {@link #changeRoot}, unless it is in use. */
  void closeUnlessInUse(OpenedRoot other) {
    if (root != other) {
      other.close();
    }
  }

  /** Returns the key of an epoch that is known to be open. */
  StoreKey open(int epoch) {
    return of(epoch).orElseThrow(() -> new AssertionError("epoch " + epoch + " is not open"));
  }

  /**
   * Returns the key of an epoch, if there is one.
   *
   * @throws IllegalStateException if the storage is closed
   */
  Optional<StoreKey> of(int epoch) {
    if (closed) {
      throw new IllegalStateException("the key storage is closed");
    }
    return Optional.ofNullable(byEpoch.get(epoch));
  }

  /**
   * Opens a token that was sealed in any of the epochs.
   *
   * @throws IllegalStateException if the storage is closed
   */
  Optional<SecretBytes> openToken(byte[] sealed, int position, byte[] data) {
    if (closed) {
      throw new IllegalStateException("the key storage is closed");
    }
    for (StoreKey key : byEpoch.values()) {
      try {
        Optional<SecretBytes> token = key.openToken(sealed, position, data);
        if (token.isPresent()) {
          return token;
        }
      } catch (StoreKey.ClosedException e) {
        // Its epoch has ended meanwhile, and with it the validity of its tokens.
      }
    }
    return Optional.empty();
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
      // close() may have run before this key was added.
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
