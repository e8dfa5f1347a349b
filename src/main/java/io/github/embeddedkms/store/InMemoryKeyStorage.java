package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.model.Bytes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Entries in concurrent maps: readers take no lock, writers take one for all. A reader that looks
 * twice may see a change between its looks, as it may with a database.
 */
final class InMemoryKeyStorage implements KeyStorage {

  /** Where a material is looked up. */
  private record MaterialAddress(String account, String region, Bytes materialId) {}

  private final ConcurrentMap<Address, KeyEntry> keys = new ConcurrentHashMap<>();
  private final ConcurrentMap<Address, AliasEntry> aliases = new ConcurrentHashMap<>();
  private final ConcurrentMap<MaterialAddress, Address> keysByMaterial = new ConcurrentHashMap<>();
  private volatile boolean closed;

  @Override
  public Optional<KeyEntry> key(Address address) {
    requireOpen();
    return Optional.ofNullable(keys.get(address));
  }

  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    requireOpen();
    Address address = keysByMaterial.get(new MaterialAddress(account, region, materialId));
    return address == null ? Optional.empty() : key(address);
  }

  @Override
  public Optional<AliasEntry> alias(Address address) {
    requireOpen();
    return Optional.ofNullable(aliases.get(address));
  }

  @Override
  public synchronized boolean apply(Change change) {
    requireOpen();
    if (!isCurrent(change)) {
      return false;
    }
    change.puts().forEach(this::put);
    change.removes().forEach(this::remove);
    return true;
  }

  @Override
  public synchronized void close() {
    closed = true;
    keys.values().forEach(key -> key.materials().forEach(KeyMaterial::close));
    keys.clear();
    aliases.clear();
    keysByMaterial.clear();
  }

  private boolean isCurrent(Change change) {
    return change.puts().stream().allMatch(entry -> hasVersion(entry, entry.version() - 1))
        && change.removes().stream().allMatch(entry -> hasVersion(entry, entry.version()))
        && change.unchanged().stream().allMatch(entry -> hasVersion(entry, entry.version()));
  }

  private boolean hasVersion(Entry entry, long version) {
    Entry stored = mapOf(entry).get(entry.address());
    return (stored == null ? 0 : stored.version()) == version;
  }

  private Map<Address, ? extends Entry> mapOf(Entry entry) {
    return entry instanceof KeyEntry ? keys : aliases;
  }

  private void put(Entry entry) {
    if (entry instanceof KeyEntry key) {
      KeyEntry before = keys.put(key.address(), key);
      key.materials().forEach(material -> keysByMaterial.put(at(key, material), key.address()));
      if (before != null) {
        before.materials().stream()
            .filter(material -> !key.materials().contains(material))
            .forEach(material -> forget(before, material));
      }
    } else if (entry instanceof AliasEntry alias) {
      aliases.put(alias.address(), alias);
    }
  }

  private void remove(Entry entry) {
    if (entry instanceof KeyEntry key) {
      keys.remove(key.address());
      key.materials().forEach(material -> forget(key, material));
    } else {
      aliases.remove(entry.address());
    }
  }

  private void forget(KeyEntry key, KeyMaterial material) {
    keysByMaterial.remove(at(key, material));
    material.close();
  }

  private static MaterialAddress at(KeyEntry key, KeyMaterial material) {
    return new MaterialAddress(key.address().account(), key.address().region(), material.id());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the key storage is closed");
    }
  }
}
