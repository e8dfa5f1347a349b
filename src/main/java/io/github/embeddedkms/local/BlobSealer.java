package io.github.embeddedkms.local;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.util.Optional;

/** Encrypts to ciphertext blobs, and decrypts them, with the key material of a symmetric key. */
final class BlobSealer {

  private BlobSealer() {}

  static Bytes seal(SymmetricMaterial material, EncryptionContext context, SecretBytes plaintext) {
    var header = new CiphertextBlob.Header(material.suite().code(), material.id());
    byte[] associatedData = header.associatedData(context);
    byte[] sealed = MaterialUnavailable.translate(() -> material.seal(plaintext, associatedData));
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
    return MaterialUnavailable.translate(
        () -> material.open(blob.nonceAndSealed(), associatedData));
  }
}
