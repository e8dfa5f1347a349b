package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Puts what a seed says into a storage, in one change: all of it or nothing. */
final class Seeding {

  private final KeyStorage storage;
  private final KeyCreation creation;
  private final Supplier<Instant> now;

  Seeding(KeyStorage storage, KeyCreation creation, Supplier<Instant> now) {
    this.storage = storage;
    this.creation = creation;
    this.now = now;
  }

  /** Makes the keys and aliases in the caller's Region and account. */
  void apply(Seed seed, Caller caller) {
    nothingIsTaken(seed, caller);
    List<Entry> entries = new ArrayList<>();
    try {
      for (SeedKey key : seed.keys()) {
        entries.add(creation.seededKey(caller, key));
      }
      for (CreateAlias alias : seed.aliases()) {
        Instant created = now.get();
        entries.add(
            new AliasEntry(
                Names.address(caller, alias.aliasName()),
                1,
                alias.targetKeyId(),
                created,
                created));
      }
      if (!storage.apply(new Change(entries, List.of(), List.of()))) {
        throw new IllegalStateException("embedded-kms: the storage is used by somebody else");
      }
    } catch (RuntimeException | Error e) {
      entries.forEach(Seeding::wipe);
      throw e;
    }
  }

  private void nothingIsTaken(Seed seed, Caller caller) {
    for (SeedKey key : seed.keys()) {
      if (storage.key(Names.address(caller, key.keyId())).isPresent()) {
        throw SeedChecks.keyRefused(key.keyId(), "the storage has it already");
      }
    }
    for (CreateAlias alias : seed.aliases()) {
      if (storage.alias(Names.address(caller, alias.aliasName())).isPresent()) {
        throw SeedChecks.aliasRefused(alias, "the storage has it already");
      }
    }
  }

  private static void wipe(Entry entry) {
    if (entry instanceof KeyEntry key) {
      key.materials().forEach(KeyMaterial::close);
    }
  }
}
