package io.github.embeddedkms.local;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.SealedSecret;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.util.Optional;

/** Encrypts to ciphertext blobs, and decrypts them, with the key material of a symmetric key. */
final class BlobSealer {

  private BlobSealer() {}

  static Bytes seal(SymmetricMaterial material, EncryptionContext context, SecretBytes plaintext) {
    CiphertextBlob.Header header = headerOf(material);
    byte[] prefix = header.asByteArray();
    byte[] associatedData = header.associatedData(context);
    return Bytes.fromByteArray(
        MaterialUnavailable.translate(() -> material.seal(prefix, plaintext, associatedData)));
  }

  /** Draws a secret from the operating system and encrypts it to a blob. */
  static SealedSecret sealNewSecret(
      SymmetricMaterial material, EncryptionContext context, int length) {
    CiphertextBlob.Header header = headerOf(material);
    byte[] prefix = header.asByteArray();
    byte[] associatedData = header.associatedData(context);
    return MaterialUnavailable.translate(
        () -> material.sealNewSecret(prefix, length, associatedData));
  }

  private static CiphertextBlob.Header headerOf(SymmetricMaterial material) {
    return new CiphertextBlob.Header(material.suite().code(), material.id());
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
        () -> material.open(blob.content(), CiphertextBlob.NONCE_POSITION, associatedData));
  }
}
