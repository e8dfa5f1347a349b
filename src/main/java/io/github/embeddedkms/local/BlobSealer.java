package io.github.embeddedkms.local;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Supplier;

/** Brings key material and blob together. */
final class BlobSealer {

  /**
   * Material had to be fetched before it could be used, and the database did not give it. Never
   * leaves this room.
   */
  static final class MaterialUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final StoreUnavailableException reason;

    MaterialUnavailable(StoreUnavailableException reason) {
      // What there is to tell is in the reason: no stack trace of its own.
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
    byte[] sealed = fetching(() -> material.seal(plaintext, associatedData));
    return new CiphertextBlob(header, sealed).toBytes();
  }

  /** Empty if the blob is not authentic under the material, with this context. */
  static Optional<SecretBytes> open(
      SymmetricMaterial material, EncryptionContext context, CiphertextBlob blob) {
    // The blob's suite must be the material's own; it never chooses the algorithm.
    if (blob.header().suite() != material.suite().code()) {
      return Optional.empty();
    }
    byte[] associatedData = blob.header().associatedData(context);
    return fetching(() -> material.open(blob.nonceAndSealed(), associatedData));
  }

  /** A material that is used first asks its storage; nothing else in a cipher does. */
  private static <T> T fetching(Supplier<T> use) {
    try {
      return use.get();
    } catch (StoreUnavailableException e) {
      throw new MaterialUnavailable(e);
    }
  }
}
