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

  /**
   * Creates the error.
   *
   * @param message which store, and what does not fit
   * @param cause what a root key that is not ours to compute with said
   */
  public WrongRootKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
