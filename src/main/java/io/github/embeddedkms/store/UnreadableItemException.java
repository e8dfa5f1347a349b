package io.github.embeddedkms.store;

/**
 * A key or alias was written by a newer version of this library, and this one cannot read it. All
 * others can be used.
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
