package io.github.embeddedkms.store;

/**
 * Thrown when a key or alias was written by a newer version of this library that this version
 * cannot read. All other keys and aliases can be used.
 */
public final class UnreadableItemException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  private UnreadableItemException(String message) {
    super(message);
  }

  static UnreadableItemException of(Address address) {
    return new UnreadableItemException(
        address.describe() + " was written by a newer version of embedded-kms");
  }
}
