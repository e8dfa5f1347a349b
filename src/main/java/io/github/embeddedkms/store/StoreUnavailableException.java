package io.github.embeddedkms.store;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the database of the store cannot be reached, does not respond in time, is full or
 * read-only, or is locked for too long. Nothing is lost, and a retry succeeds once the cause is
 * removed. A change in progress was made completely or not at all.
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
   * @param cause the exception of the database, or null
   */
  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Creates the error for a call whose deadline has passed. */
  static StoreUnavailableException noAnswer(@Nullable Throwable cause) {
    return new StoreUnavailableException("the store's database did not answer in time", cause);
  }

  /**
   * Creates the error for a call that other threads of this process have kept waiting for too long.
   */
  static StoreUnavailableException inUse() {
    return new StoreUnavailableException("the store is in use by other threads for too long");
  }

  /** Creates the error for an interrupted thread. Its interrupt status must be kept. */
  static StoreUnavailableException interrupted() {
    return new StoreUnavailableException("interrupted while waiting for the store");
  }
}
