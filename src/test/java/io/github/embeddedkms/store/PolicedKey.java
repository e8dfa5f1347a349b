package io.github.embeddedkms.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key as a later version might store it: everything that is stored now, and optionally a policy.
 */
record PolicedKey(KeyEntry key, @Nullable String policy) implements Entry {

  static final EntryKind<PolicedKey> KIND =
      EntryKind.of(
          ItemKind.KEY,
          PolicedKey.class,
          PolicedKeyDocument.class,
          PolicedKeyDocument::of,
          PolicedKeyDocument::entry);

  @Override
  public EntryKind<PolicedKey> kind() {
    return KIND;
  }

  @Override
  public Address address() {
    return key.address();
  }

  @Override
  public long version() {
    return key.version();
  }

  @Override
  public PolicedKey atVersion(long newVersion) {
    return new PolicedKey(key.atVersion(newVersion), policy);
  }

  PolicedKey policed(String newPolicy) {
    return new PolicedKey(key.atVersion(version() + 1), newPolicy);
  }

  @Override
  public Optional<Address> owner() {
    return Optional.empty();
  }
}
