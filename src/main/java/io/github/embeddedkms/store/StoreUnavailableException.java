package io.github.embeddedkms.store;

import org.jspecify.annotations.Nullable;

/**
 * The database under the store cannot be reached, does not answer in time, is full, read-only or
 * locked for too long. Nothing is lost, and trying again helps once that is mended. A change that
 * was under way has happened wholly or not at all.
 */
public final class StoreUnavailableException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message what could not be done
   */
  public StoreUnavailableException(String message) {
    this(message, null);
  }

  /**
   * Creates the error.
   *
   * @param message what could not be done
   * @param cause what the database said, if it said anything
   */
  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The time of the call is over. */
  static StoreUnavailableException noAnswer(@Nullable Throwable cause) {
    return new StoreUnavailableException("the store's database did not answer in time", cause);
  }

  /** Other threads of this process were in the way. */
  static StoreUnavailableException inUse() {
    return new StoreUnavailableException("the store is in use by other threads for too long");
  }

  /** The calling thread was interrupted, and stays so. */
  static StoreUnavailableException interrupted() {
    return new StoreUnavailableException("interrupted while waiting for the store");
  }
}
