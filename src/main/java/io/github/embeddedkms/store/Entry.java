package io.github.embeddedkms.store;

/**
 * An immutable thing that is stored. The first version of an entry is 1; every change replaces it
 * by one whose version is higher by 1.
 */
public sealed interface Entry permits KeyEntry, AliasEntry {

  /**
   * Where it stands.
   *
   * @return account, Region and id
   */
  Address address();

  /**
   * How often it was written, this time included.
   *
   * @return 1 or more
   */
  long version();
}
