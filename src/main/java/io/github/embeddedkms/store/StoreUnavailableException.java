package io.github.embeddedkms.store;

/**
 * The database under the store cannot be reached, is full, read-only or locked for too long.
 * Nothing is lost, and trying again helps once that is mended; no restart is needed. A change that
 * was under way has happened wholly or not at all.
 */
public final class StoreUnavailableException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message what could not be done
   * @param cause what the database said
   */
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
