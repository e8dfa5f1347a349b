package io.github.embeddedkms.local;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Supplier;

/** Encrypts to ciphertext blobs, and decrypts them, with the key material of a symmetric key. */
final class BlobSealer {

  /**
   * Thrown when material had to be read from the database before its use, and the database failed.
   * Never leaves this room.
   */
  static final class MaterialUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final StoreUnavailableException reason;

    MaterialUnavailable(StoreUnavailableException reason) {
      // The reason has the message and the stack trace.
      super(null, null, false, false);
      this.reason = reason;
    }

    StoreUnavailableException reason() {
      return reason;
    }
  }

  private BlobSealer() {}

  static Bytes seal(SymmetricMaterial material, EncryptionContext context, SecretBytes plaintext) {
    var header = new CiphertextBlob.Header(material.suite().code(), material.id());
    byte[] associatedData = header.associatedData(context);
    byte[] sealed = translateUnavailable(() -> material.seal(plaintext, associatedData));
    return new CiphertextBlob(header, sealed).toBytes();
  }

  /**
   * Returns the plaintext, or empty if the blob is not authentic under the material with this
   * context.
   */
  static Optional<SecretBytes> open(
      SymmetricMaterial material, EncryptionContext context, CiphertextBlob blob) {
    // The blob's suite must equal the material's: a blob must not choose the algorithm.
    if (blob.header().suite() != material.suite().code()) {
      return Optional.empty();
    }
    byte[] associatedData = blob.header().associatedData(context);
    return translateUnavailable(() -> material.open(blob.nonceAndSealed(), associatedData));
  }

  /** The first use of a material may read it from its storage. Nothing else in a cipher does. */
  private static <T> T translateUnavailable(Supplier<T> use) {
    try {
      return use.get();
    } catch (StoreUnavailableException e) {
      throw new MaterialUnavailable(e);
    }
  }
}
