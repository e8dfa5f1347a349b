package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.util.function.Supplier;

/**
 * Creates materials from their documents. Their bytes are unsealed on first use. What a material
 * keeps until then is small, since a large store has many that are never used.
 */
final class StoredMaterial {

  /** Returns the bytes of a material, new ones each time; may throw any exception. */
  interface Unsealing {
    SecretBytes unseal(Address key, Bytes materialId);
  }

  /** Creates a material of a key from its bytes. */
  private interface Creation<M extends Material> {
    M create(String keyId, SecretBytes bytes);
  }

  private StoredMaterial() {}

  /**
   * Creates a material.
   *
   * @throws UnreadableItemException if a newer version of this library has written the document
   */
  static Material deferred(
      Address key, KeySpec keySpec, KeyDocument.Material document, Unsealing unsealing) {
    KeySpecTable.Line line = KeySpecTable.of(keySpec);
    if (!document.isOf(line.kind())) {
      throw UnreadableItemException.of(key);
    }
    Bytes id = document.materialId();
    if (document.suite() != null) {
      Suite suite = Suite.of(document.suite()).orElseThrow(() -> UnreadableItemException.of(key));
      return SymmetricMaterial.deferred(id, suite, checked(key, id, unsealing, creation(suite)));
    }
    Bytes publicKey = document.publicKey();
    if (publicKey != null) {
      KeyPairType type = KeyPairType.of(keySpec);
      Creation<PrivateKeyMaterial> creation =
          (keyId, bytes) -> PrivateKeyMaterial.of(keyId, type, publicKey, bytes);
      return PrivateKeyMaterial.deferred(
          id, type, publicKey, checked(key, id, unsealing, creation));
    }
    MacAlgorithmSpec algorithm = line.mac().get(0);
    Creation<HmacMaterial> creation = (keyId, bytes) -> HmacMaterial.of(keyId, algorithm, bytes);
    return HmacMaterial.deferred(id, algorithm, checked(key, id, unsealing, creation));
  }

  /** Returns one object for all materials of a suite. */
  private static Creation<SymmetricMaterial> creation(Suite suite) {
    return switch (suite) {
      case XAES_256_GCM -> (keyId, bytes) -> SymmetricMaterial.of(keyId, Suite.XAES_256_GCM, bytes);
      case XSM4_GCM -> (keyId, bytes) -> SymmetricMaterial.of(keyId, Suite.XSM4_GCM, bytes);
    };
  }

  /** Checks the id of each unsealed material: a stored id is never trusted. */
  private static <M extends Material> Supplier<M> checked(
      Address key, Bytes id, Unsealing unsealing, Creation<M> creation) {
    return () -> {
      M material = create(key, unsealing.unseal(key, id), creation);
      if (!material.id().equals(id)) {
        material.close();
        throw foreign(key);
      }
      return material;
    };
  }

  /** Creates the material. It takes ownership of the bytes unless their length is wrong. */
  private static <M extends Material> M create(
      Address key, SecretBytes bytes, Creation<M> creation) {
    try {
      return creation.create(key.id(), bytes);
    } catch (IllegalArgumentException e) {
      // The row is authentic, so its bytes were stored for a key of another spec. The cause is
      // dropped: it describes the bytes.
      bytes.close();
      throw foreign(key);
    }
  }

  private static AlteredStoreException foreign(Address key) {
    return new AlteredStoreException(key.describe() + ": a key material belongs to another key");
  }
}
