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
   * The place of an entry in a group of entries of its kind, such as the aliases of a key.
   *
   * @param group identifies the group among those of its kind: the address of a key for the entries
   *     of that key; otherwise, an address that no entry has
   * @param position where the entry is in the group, which is sorted by positions; not the position
   *     of another entry of the group
   */
  record Listing(Address group, String position) {}

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
   * Returns the key that this entry belongs to, if it is not a key itself.
   *
   * @return the address of a key; empty for keys, and for entries that belong to no key
   */
  default Optional<Address> owner() {
    return Optional.empty();
  }

  /**
   * Returns the groups that list this entry. An entry that belongs to a key is listed by that key,
   * in the order of ids, unless its kind defines other groups.
   *
   * @return one place in each group
   */
  default List<Listing> listings() {
    return owner().map(owner -> List.of(new Listing(owner, address().id()))).orElse(List.of());
  }

  /**
   * Returns where this entry is in a group.
   *
   * @param group a group
   * @return its position; empty if the group does not list it
   */
  default Optional<String> positionIn(Address group) {
    for (Listing listing : listings()) {
      if (listing.group().equals(group)) {
        return Optional.of(listing.position());
      }
    }
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
