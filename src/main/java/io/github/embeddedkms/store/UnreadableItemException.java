package io.github.embeddedkms.store;

/**
 * A key or alias that this version of the library cannot read: a newer one has written it. All
 * others can be used.
 */
final class UnreadableItemException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  private UnreadableItemException(String message) {
    super(message);
  }

  static UnreadableItemException of(Address address) {
    return new UnreadableItemException(
        address.describe() + " was written by a newer version of embedded-kms");
  }
}
