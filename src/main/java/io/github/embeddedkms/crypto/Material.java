package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import org.jspecify.annotations.Nullable;

/**
 * The secret behind a KMS key: one of its key materials. What it can do depends on its kind; what
 * all kinds have in common is an id, and that a storage keeps their bytes.
 *
 * <p>The id is always computed from the material and never believed from outside; therefore a blob
 * that names a material can have been made by no other.
 *
 * <p>Safe for use by several threads.
 */
public sealed interface Material extends AutoCloseable permits SymmetricMaterial {

  /**
   * A material was used after it was closed: the key that it belonged to is gone, or the provider
   * is.
   */
  final class ClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("the key material is closed");
    }
  }

  /**
   * The id that names this material among all, and by which a blob finds it.
   *
   * @return 32 bytes, no secret
   */
  Bytes id();

  /**
   * The id as the service shows it.
   *
   * @return 64 lower-case hexadecimal digits
   */
  String idAsHex();

  /**
   * Lends the material itself, to a storage that seals it into its database.
   *
   * @param borrower works with the bytes; must neither change nor keep them, nor close this
   *     material
   * @param <T> the result's type
   * @param <E> the borrower's checked exception
   * @return what the borrower returns
   * @throws E what the borrower throws
   * @throws ClosedException if this material is closed
   */
  <T extends @Nullable Object, E extends Exception> T lend(SecretBytes.Borrower<T, E> borrower)
      throws E;

  /** Wipes the material and what is derived from it. Uses that have begun finish or fail. */
  @Override
  void close();
}
