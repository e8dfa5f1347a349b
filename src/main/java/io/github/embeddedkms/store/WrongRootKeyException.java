package io.github.embeddedkms.store;

/**
 * Thrown when the store was sealed under another root key, or under a root key of another kind.
 * Nothing was written.
 */
public final class WrongRootKeyException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message what does not match
   */
  public WrongRootKeyException(String message) {
    super(message);
  }

  /**
   * Creates the error.
   *
   * @param message what does not match
   * @param cause the exception of a foreign root key, such as an {@code Aead}
   */
  public WrongRootKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
