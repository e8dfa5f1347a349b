package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.MultiRegionConfiguration;
import io.github.embeddedkms.model.MultiRegionKey;
import io.github.embeddedkms.model.MultiRegionKeyType;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the related keys of multi-Region keys: a primary key and its replicas.
 *
 * <p>Shared properties are stored in each of the related keys, and changed in all of them by one
 * change. Every change to which keys are related writes a new version of the primary key too. So a
 * change that requires an unchanged primary key misses no replica.
 */
final class RelatedKeys {

  private final KeyStorage storage;

  RelatedKeys(KeyStorage storage) {
    this.storage = storage;
  }

  /** Returns the related keys of a multi-Region key, itself included; none for other keys. */
  List<KeyEntry> of(KeyEntry key) {
    Address address = key.address();
    return address.isMultiRegion()
        ? storage.relatedKeys(address.account(), address.id())
        : List.of();
  }

  /** Returns the related keys of a multi-Region key without itself; none for other keys. */
  List<KeyEntry> others(KeyEntry key) {
    return of(key).stream().filter(other -> !other.address().equals(key.address())).toList();
  }

  /**
   * Creates a change to a property that related keys share.
   *
   * @param key a primary key, or a key of a single Region
   * @param shared sets the property
   */
  Change changeShared(KeyEntry key, Consumer<KeyEntry.Parts> shared) {
    List<Entry> puts = new ArrayList<>();
    for (KeyEntry replica : others(key)) {
      puts.add(replica.changed(shared));
    }
    puts.add(key.changed(shared));
    return new Change(puts, List.of(), List.of(key));
  }

  /**
   * Creates a change to the imported material of a key. If material waits for its rotation, the
   * change follows in the related keys.
   *
   * @param before the key as it was read
   * @param after its next version
   */
  Change changeMaterials(KeyEntry before, KeyEntry after) {
    boolean waiting =
        ImportedMaterials.pending(before).isPresent()
            || ImportedMaterials.pending(after).isPresent();
    if (!waiting || !before.address().isMultiRegion()) {
      return Change.replace(before, after);
    }
    List<KeyEntry> others = others(before);
    List<Entry> unchanged = new ArrayList<>(others);
    unchanged.add(before);
    return new Change(PendingMaterials.settled(others, List.of(after)), List.of(), unchanged);
  }

  /** Creates a change that rotates a key and its replicas to the material that waits for that. */
  Change rotateToPending(KeyEntry key, Instant now) {
    List<Entry> puts = new ArrayList<>();
    for (KeyEntry replica : others(key)) {
      puts.add(ImportedMaterials.rotated(replica, now));
    }
    puts.add(ImportedMaterials.rotated(key, now));
    return new Change(puts, List.of(), List.of(key));
  }

  /** Requires a primary key or a key of a single Region, for operations on shared properties. */
  static void requireNotReplica(Call<?> call) {
    if (call.key().isReplica()) {
      // The service's own message was never recorded.
      throw new UnsupportedOperationException(
          "embedded-kms: "
              + call.keyArn()
              + " is a replica: call "
              + call.operation()
              + " on its primary key, in "
              + primaryRegionOf(call.key()));
    }
  }

  /** Returns the Region of the primary key of a multi-Region key. */
  static String primaryRegionOf(KeyEntry key) {
    KeyEntry.Relations relations = Objects.requireNonNull(key.relations(), "a multi-Region key");
    return Objects.requireNonNull(relations.primaryRegion(), "a multi-Region key");
  }

  /** Returns the related keys as a response shows them; null for a key of a single Region. */
  @Nullable MultiRegionConfiguration configuration(Caller caller, KeyEntry key) {
    return key.address().isMultiRegion() ? configuration(caller, key, of(key)) : null;
  }

  /** Returns the same for a multi-Region key and given related keys, itself included. */
  static MultiRegionConfiguration configuration(
      Caller caller, KeyEntry key, List<KeyEntry> related) {
    String primaryRegion = primaryRegionOf(key);
    Address address = key.address();
    return new MultiRegionConfiguration(
        key.isReplica() ? MultiRegionKeyType.REPLICA : MultiRegionKeyType.PRIMARY,
        view(caller, new Address(address.account(), primaryRegion, address.id())),
        related.stream()
            .map(KeyEntry::address)
            .filter(each -> !each.region().equals(primaryRegion))
            .map(each -> view(caller, each))
            .toList());
  }

  private static MultiRegionKey view(Caller caller, Address key) {
    return new MultiRegionKey(Names.keyArn(caller, key), key.region());
  }
}
