package io.github.embeddedkms.local;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.util.Optional;

/** Brings key material and blob together. */
final class BlobSealer {

  private BlobSealer() {}

  static Bytes seal(KeyMaterial material, EncryptionContext context, SecretBytes plaintext) {
    var header = new CiphertextBlob.Header(material.suite().code(), material.id());
    byte[] sealed = material.seal(plaintext, header.associatedData(context));
    return new CiphertextBlob(header, sealed).toBytes();
  }

  /** Empty if the blob is not authentic under the material, with this context. */
  static Optional<SecretBytes> open(
      KeyMaterial material, EncryptionContext context, CiphertextBlob blob) {
    // The blob's suite must be the material's own; it never chooses the algorithm.
    if (blob.header().suite() != material.suite().code()) {
      return Optional.empty();
    }
    return material.open(blob.nonceAndSealed(), blob.header().associatedData(context));
  }
}
