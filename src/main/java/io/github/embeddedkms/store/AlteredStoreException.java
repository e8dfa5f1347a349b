package io.github.embeddedkms.store;

/**
 * Thrown when the content of the store is not what this library wrote: someone without the root key
 * edited, forged, moved, restored or removed a row, or a disk failed. None of the altered content
 * is used. Retrying does not help: restore a backup, or {@linkplain
 * SealedKeyStorageBuilder#accept() accept} the present content if it is what you want.
 */
public final class AlteredStoreException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message which key, alias or store, and what is wrong with it
   */
  public AlteredStoreException(String message) {
    super(message);
  }

  /**
   * Creates the error.
   *
   * @param message which key, alias or store, and what is wrong with it
   * @param cause the exception of the database
   */
  public AlteredStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
