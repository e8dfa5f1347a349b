package io.github.embeddedkms.store;

/**
 * Thrown when there is no store where one was expected: the name may be mistyped, or the store was
 * never created. Nothing was created.
 */
public final class StoreNotFoundException extends KeyStorageException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param place the expected location of the store: a file, or a database without its credentials
   */
  public StoreNotFoundException(String place) {
    super("there is no store in " + place);
  }
}
