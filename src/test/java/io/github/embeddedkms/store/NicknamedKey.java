package io.github.embeddedkms.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key as a later version might store it: everything that is stored now, and optionally a
 * nickname.
 */
record NicknamedKey(KeyEntry key, @Nullable String nickname) implements Entry {

  static final EntryKind<NicknamedKey> KIND =
      EntryKind.of(
          ItemKind.KEY,
          NicknamedKey.class,
          NicknamedKeyDocument.class,
          NicknamedKeyDocument::of,
          NicknamedKeyDocument::entry);

  @Override
  public EntryKind<NicknamedKey> kind() {
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
  public NicknamedKey atVersion(long newVersion) {
    return new NicknamedKey(key.atVersion(newVersion), nickname);
  }

  NicknamedKey nicknamed(String newNickname) {
    return new NicknamedKey(key.atVersion(version() + 1), newNickname);
  }

  @Override
  public Optional<Address> owner() {
    return Optional.empty();
  }
}
