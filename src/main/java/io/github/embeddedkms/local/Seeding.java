package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Creates the keys and aliases of a seed in a storage, in one change: all of them or none.
 *
 * <p>A storage that outlives the process has them already at the next start. A key of the seed is
 * <em>already sown</em> if the storage has its id and every backing key that the seed gives is
 * among the key's materials. Such a key is left as it is found, with its state, tags, description
 * and aliases: an alias that was deleted stays deleted, and one that the seed has gained since is
 * not created. Other materials under the same id, or an alias of the seed that points to another
 * key, are errors. A key whose deletion was carried out is no longer in the storage, so it is
 * created again, with its aliases.
 */
final class Seeding {

  /** Another node that applies the same seed at the same time gets in between once. */
  private static final int MOST_ATTEMPTS = 10;

  private final KeyStorage storage;
  private final KeyCreation creation;
  private final KmsClock clock;

  Seeding(Components components) {
    this.storage = components.storage();
    this.creation = new KeyCreation(components);
    this.clock = components.clock();
  }

  /** Creates what is missing in the caller's Region and account. */
  void apply(Seed seed, Caller caller) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (create(missing(seed, caller))) {
        return;
      }
    }
    throw new IllegalStateException("embedded-kms: the storage is used by somebody else");
  }

  /** The entries to create; everything else in the seed is already sown. */
  private List<Entry> missing(Seed seed, Caller caller) {
    List<Entry> entries = new ArrayList<>();
    try {
      Set<String> createdKeys = new HashSet<>();
      for (SeedKey key : seed.keys()) {
        Optional<KeyEntry> found = storage.key(Names.address(caller, key.keyId()));
        if (found.isPresent()) {
          requireSown(caller, key, found.get());
        } else {
          entries.add(newKey(caller, key));
          createdKeys.add(key.keyId());
        }
      }
      for (CreateAlias alias : seed.aliases()) {
        Optional<AliasEntry> found = storage.alias(Names.address(caller, alias.aliasName()));
        if (found.isPresent()) {
          requireSameTarget(alias, found.get());
        } else if (createdKeys.contains(alias.targetKeyId())) {
          entries.add(newAlias(caller, alias));
        }
      }
      return entries;
    } catch (RuntimeException | Error e) {
      entries.forEach(Seeding::wipe);
      throw e;
    }
  }

  /** False if another change was faster; then nothing was created. */
  private boolean create(List<Entry> entries) {
    if (entries.isEmpty()) {
      // A storage that may only be read is not asked to change.
      return true;
    }
    boolean created = false;
    try {
      created = storage.apply(new Change(entries, List.of(), List.of()));
      return created;
    } finally {
      if (!created) {
        entries.forEach(Seeding::wipe);
      }
    }
  }

  private void requireSown(Caller caller, SeedKey key, KeyEntry found) {
    if (key.backingKeys().isEmpty()) {
      return;
    }
    KeyEntry sown = newKey(caller, key);
    try {
      if (!sown.materials().stream().allMatch(each -> found.material(each.id()).isPresent())) {
        throw SeedChecks.keyRefused(
            key.keyId(),
            "the storage has this key with other material; use another storage, or give the key"
                + " another id in the seed");
      }
    } finally {
      wipe(sown);
    }
  }

  private static void requireSameTarget(CreateAlias alias, AliasEntry found) {
    if (!found.targetKeyId().equals(alias.targetKeyId())) {
      throw SeedChecks.aliasRefused(
          alias,
          "the storage has it for key "
              + found.targetKeyId()
              + ", the seed for key "
              + alias.targetKeyId()
              + "; change the seed, or point the alias back with UpdateAlias");
    }
  }

  private KeyEntry newKey(Caller caller, SeedKey key) {
    Suite suite = KeyCreation.suiteOf(caller);
    for (Bytes material : key.backingKeys()) {
      if (material.length() != suite.keyBytes()) {
        throw SeedChecks.keyRefused(
            key.keyId(),
            "material in "
                + caller.region()
                + " has "
                + suite.keyBytes()
                + " bytes, not "
                + material.length());
      }
    }
    // The lengths are right: no material fails to be made and leaves others behind.
    List<SymmetricMaterial> materials =
        key.backingKeys().isEmpty()
            ? List.of(creation.newMaterial(key.keyId(), suite))
            : key.backingKeys().stream().map(bytes -> material(key.keyId(), suite, bytes)).toList();
    return creation.newKey(
        Names.address(caller, key.keyId()), key.description(), key.tags(), materials);
  }

  private static SymmetricMaterial material(String keyId, Suite suite, Bytes bytes) {
    SecretBytes copy = SecretBytes.fromByteArray(bytes.asByteArray());
    return SymmetricMaterial.of(keyId, suite, copy);
  }

  private AliasEntry newAlias(Caller caller, CreateAlias alias) {
    Instant created = clock.now();
    return new AliasEntry(
        Names.address(caller, alias.aliasName()), 1, alias.targetKeyId(), created, created);
  }

  private static void wipe(Entry entry) {
    if (entry instanceof KeyEntry key) {
      key.closeMaterials();
    }
  }
}
