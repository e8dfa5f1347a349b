package io.github.embeddedkms.store;

import io.github.embeddedkms.model.KeyLastUsageTrackingOperation;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last use of a key that is recorded, or the beginning of the records of an account and Region.
 * It is not part of the key's own entry: it is written by calls that do not change the key, and
 * must not be in the way of those that do.
 *
 * @param address account, Region, and the id of the key with a suffix
 * @param version how many times it has been written
 * @param date when the key was last used, or since when uses are recorded
 * @param operation the operation that used the key; null for the beginning of the records
 */
public record LastUseEntry(
    Address address, long version, Instant date, @Nullable KeyLastUsageTrackingOperation operation)
    implements Entry {

  /** The kind of all last uses. */
  public static final EntryKind<LastUseEntry> KIND =
      EntryKind.of(
          ItemKind.LAST_USE,
          LastUseEntry.class,
          LastUseDocument.class,
          LastUseDocument::of,
          LastUseDocument::entry);

  /**
   * Makes the id another one than the key's. A version of this library that does not know this kind
   * refuses what is stored under the id of such an entry, which must not be the key.
   */
  static final String ID_SUFFIX = "/last-use";

  /**
   * Returns where the last use of a key is stored.
   *
   * @param key account, Region and key id
   * @return the address of its last use
   */
  public static Address addressOf(Address key) {
    return new Address(key.account(), key.region(), key.id() + ID_SUFFIX);
  }

  /**
   * Returns where the beginning of the records is stored.
   *
   * @param key the address of any key of the account and Region
   * @return the address of the beginning
   */
  public static Address addressOfBeginning(Address key) {
    return new Address(key.account(), key.region(), ID_SUFFIX);
  }

  @Override
  public EntryKind<LastUseEntry> kind() {
    return KIND;
  }

  @Override
  public LastUseEntry atVersion(long newVersion) {
    return new LastUseEntry(address, newVersion, date, operation);
  }

  /** Returns the key that was used; empty for the beginning of the records. */
  @Override
  public Optional<Address> owner() {
    String id = address.id();
    return operation == null
        ? Optional.empty()
        : Optional.of(
            new Address(
                address.account(),
                address.region(),
                id.substring(0, id.length() - ID_SUFFIX.length())));
  }
}
