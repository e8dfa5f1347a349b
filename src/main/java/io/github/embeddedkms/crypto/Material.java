package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import org.jspecify.annotations.Nullable;

/**
 * One of the key materials of a KMS key. Its capabilities depend on its kind. All kinds have an id,
 * and bytes that a storage keeps.
 *
 * <p>The id is always computed from the material and never accepted from outside. Therefore a blob
 * that names a material cannot have been created with any other material.
 *
 * <p>Safe for use by several threads.
 */
public sealed interface Material extends AutoCloseable
    permits SymmetricMaterial, HmacMaterial, PrivateKeyMaterial {

  /**
   * Thrown when a material is used after it was closed, because its key was deleted or the provider
   * was closed.
   */
  final class ClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("the key material is closed");
    }
  }

  /**
   * Returns the unique id of this material, which blobs contain.
   *
   * @return 32 bytes, not secret
   */
  Bytes id();

  /**
   * Returns the id as the service shows it.
   *
   * @return 64 lower-case hexadecimal digits
   */
  String idAsHex();

  /**
   * Lends the bytes of the material to a storage, which seals them into its database.
   *
   * @param borrower works with the bytes; must not modify or keep them, and must not close this
   *     material
   * @param <T> the result's type
   * @param <E> the borrower's checked exception
   * @return what the borrower returns
   * @throws E what the borrower throws
   * @throws ClosedException if this material is closed
   */
  <T extends @Nullable Object, E extends Exception> T lend(SecretBytes.Borrower<T, E> borrower)
      throws E;

  /**
   * Creates a second object with the same material, which is closed separately: for a multi-Region
   * key in another Region.
   *
   * @param keyId the id of the KMS key that this material belongs to, which is the same in each
   *     Region
   * @return a new object with the same id
   * @throws ClosedException if this material is closed
   */
  Material copy(String keyId);

  /** Wipes the material and everything derived from it. Uses that have begun finish or fail. */
  @Override
  void close();
}
