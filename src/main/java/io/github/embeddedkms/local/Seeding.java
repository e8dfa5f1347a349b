package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates the keys, aliases and grants of a seed in a storage, in one change: all or none of them.
 *
 * <p>A storage that outlives the process already has them at the next start. A key of the seed is
 * <em>already present</em> if the storage has its id, and all its material in the seed is among the
 * materials of the stored key. Such a key is left unchanged, with its state, tags, description,
 * policy, grants and aliases: an alias or a grant that was deleted stays deleted, and one that was
 * added to the seed later is not created. Other materials under the same id, and an alias of the
 * seed that points to another key, are errors. A key whose deletion was carried out is no longer in
 * the storage, so it is created again, with its aliases and grants. A multi-Region key is already
 * present if one of its related keys is: its replicas are left unchanged too.
 */
final class Seeding {

  /** Another node that applies the same seed at the same time interferes only once. */
  private static final int MAX_ATTEMPTS = 10;

  private final KeyStorage storage;
  private final KeyCreation creation;
  private final ProviderClock clock;
  private final Identities identities;

  Seeding(Components components) {
    this.storage = components.storage();
    this.identities = components.policies().identities();
    this.creation = new KeyCreation(components);
    this.clock = components.clock();
  }

  /** Creates the missing keys, aliases and grants in the caller's Region and account. */
  void apply(Seed seed, Caller caller) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (create(missing(seed, caller))) {
        return;
      }
    }
    throw new IllegalStateException(
        "embedded-kms: the seed was not applied: other processes keep changing the storage");
  }

  /** Returns the entries to create; everything else in the seed is already present. */
  private List<Entry> missing(Seed seed, Caller caller) {
    List<Entry> entries = new ArrayList<>();
    try {
      Set<String> createdKeys = new HashSet<>();
      for (SeedKey key : seed.keys()) {
        Optional<KeyEntry> found = find(caller, key.keyId());
        if (found.isPresent()) {
          requireSameMaterial(caller, key, found.get());
        } else {
          KeyEntry created = newKey(caller, key, SeedPolicies.stored(key, caller, identities));
          entries.add(created);
          entries.addAll(SeedGrants.entries(key, created, caller, identities));
          for (String region : key.replicaRegions()) {
            entries.add(newReplica(caller, created, region));
          }
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

  /** Finds a key, or one of its related keys: the primary key may be in another Region. */
  private Optional<KeyEntry> find(Caller caller, String keyId) {
    Address address = Names.address(caller, keyId);
    return storage
        .key(address)
        .or(() -> storage.relatedKeys(address.account(), keyId).stream().findFirst());
  }

  private KeyEntry newReplica(Caller caller, KeyEntry primary, String region) {
    String keyId = primary.address().id();
    if (primary.materials().isEmpty()) {
      throw SeedRefusals.key(keyId, "a key without material has no replicas");
    }
    if (region.equals(caller.region())) {
      throw SeedRefusals.key(keyId, "its replica is in " + region + ", the provider's own Region");
    }
    if (!caller.inRegion(region).partition().equals(caller.partition())) {
      throw SeedRefusals.key(
          keyId, "its replica in " + region + " is in another partition than " + caller.region());
    }
    return ReplicaCreation.replica(
        primary,
        region,
        new KeyEntry.Life(KeyState.ENABLED, null),
        clock.now(),
        "",
        List.of(),
        ReplicaCreation.copies(primary));
  }

  /** Returns false if another change was faster; then nothing was created. */
  private boolean create(List<Entry> entries) {
    if (entries.isEmpty()) {
      // A read-only storage would reject even an empty change.
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

  private void requireSameMaterial(Caller caller, SeedKey key, KeyEntry found) {
    if (found.keySpec() != key.spec() || found.keyUsage() != key.usage()) {
      throw SeedRefusals.key(
          key.keyId(),
          "the storage has this key with KeySpec "
              + found.keySpec()
              + " and KeyUsage "
              + found.keyUsage()
              + ", the seed with "
              + key.spec()
              + " and "
              + key.usage());
    }
    if (found.origin() != key.origin()) {
      throw SeedRefusals.key(
          key.keyId(),
          "the storage has this key with Origin "
              + found.origin()
              + ", the seed with "
              + key.origin());
    }
    if (!key.hasMaterial()) {
      return;
    }
    KeyEntry sown = newKey(caller, key, null);
    try {
      if (!sown.materials().stream()
          .allMatch(each -> ImportedMaterials.find(found, each.id()).isPresent())) {
        throw SeedRefusals.key(
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
      throw SeedRefusals.alias(
          alias,
          "the storage has it for key "
              + found.targetKeyId()
              + ", the seed for key "
              + alias.targetKeyId()
              + "; change the seed, or point the alias back with UpdateAlias");
    }
  }

  private KeyEntry newKey(Caller caller, SeedKey key, @Nullable Policy policy) {
    requireAvailable(caller, key);
    Suite suite = KeyCreation.suiteOf(caller);
    if (key.spec() == KeySpec.SYMMETRIC_DEFAULT) {
      requireLength(caller, key, suite);
    }
    List<Material> materials =
        key.hasMaterial()
            ? SeedMaterial.of(key, suite)
            : key.origin() == OriginType.EXTERNAL
                ? List.of()
                : List.of(creation.newMaterial(caller, key.keyId(), key.spec()));
    return KeyCreation.newKey(
            Names.address(caller, key.keyId()),
            creation.birth(key.spec(), key.usage(), key.origin()),
            key.description(),
            key.tags(),
            materials)
        .changed(next -> next.rotation(rotationOf(key)).policy(policy))
        .atVersion(1);
  }

  /** A rotation in the past happens once, when the key is first used. */
  private KeyEntry.@Nullable Rotation rotationOf(SeedKey key) {
    Instant next = key.nextRotation();
    if (next == null) {
      return null;
    }
    Instant now = clock.shared();
    return new KeyEntry.Rotation(
        RotationOperations.DEFAULT_PERIOD_IN_DAYS,
        next.isBefore(now) ? now : next.truncatedTo(ChronoUnit.MILLIS));
  }

  private static void requireAvailable(Caller caller, SeedKey key) {
    try {
      KeySpecs.requireAvailable(caller, key.spec(), "KeySpec");
    } catch (KmsException e) {
      throw SeedRefusals.key(key.keyId(), SeedChecks.messageOf(e));
    }
  }

  private static void requireLength(Caller caller, SeedKey key, Suite suite) {
    for (Bytes material : key.backingKeys()) {
      if (material.length() != suite.keyBytes()) {
        throw SeedRefusals.key(
            key.keyId(),
            "material in "
                + caller.region()
                + " has "
                + suite.keyBytes()
                + " bytes, not "
                + material.length());
      }
    }
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
