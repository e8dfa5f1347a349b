package io.github.embeddedkms.store;

/**
 * The store was sealed under another root key, or under a root key of another kind. Nothing was
 * written.
 */
public final class WrongRootKeyException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message which store, and what does not fit
   */
  public WrongRootKeyException(String message) {
    super(message);
  }
}
