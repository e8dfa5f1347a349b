package io.github.embeddedkms.store;

/**
 * What the store holds is not what was written there: a row was edited, forged, moved, put back or
 * taken away by somebody without the root key, or a disk failed. Nothing of it is used. Trying
 * again does not help: restore a backup, or have what is there accepted if it is wanted.
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
   * @param cause what the database said
   */
  public AlteredStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
