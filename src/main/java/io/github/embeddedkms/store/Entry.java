package io.github.embeddedkms.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An immutable stored object, such as a key or an alias. The first version of an entry is 1; every
 * change replaces it with one whose version is higher by 1.
 */
public interface Entry {

  /**
   * Returns the kind of this entry.
   *
   * @return its kind
   */
  EntryKind<?> kind();

  /**
   * Returns the address of this entry.
   *
   * @return account, Region and id
   */
  Address address();

  /**
   * Returns how many times this entry has been written, including this version.
   *
   * @return 1 or more
   */
  long version();

  /**
   * Returns the same entry with another version.
   *
   * @param version 1 or more
   * @return the entry
   */
  Entry atVersion(long version);

  /**
   * Returns the key that this entry belongs to, if it is not a key itself. Entries can be listed by
   * their key.
   *
   * @return the address of a key; empty for keys, and for entries that belong to no key
   */
  default Optional<Address> owner() {
    return Optional.empty();
  }

  /**
   * Returns the times at which this entry needs an action: the end of a waiting period, for
   * example.
   *
   * @return times, in any order
   */
  default List<Instant> dueDates() {
    return List.of();
  }
}
