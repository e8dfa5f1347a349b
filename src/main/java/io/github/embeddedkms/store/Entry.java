package io.github.embeddedkms.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An immutable thing that is stored. The first version of an entry is 1; every change replaces it
 * by one whose version is higher by 1.
 */
public interface Entry {

  /**
   * What kind of entry this is.
   *
   * @return its kind
   */
  EntryKind<?> kind();

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

  /**
   * The same entry with another version.
   *
   * @param version 1 or more
   * @return the entry
   */
  Entry atVersion(long version);

  /**
   * The key that this belongs to, if it is not a key itself: entries can be listed by their key.
   *
   * @return the address of a key; empty for keys, and for what belongs to no key
   */
  default Optional<Address> owner() {
    return Optional.empty();
  }

  /**
   * When something is to be done with this entry: the end of a waiting period, for example.
   *
   * @return moments, in any order
   */
  default List<Instant> dueDates() {
    return List.of();
  }
}
