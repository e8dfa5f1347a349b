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
import java.util.function.Function;
import java.util.function.Supplier;

/** Creates materials from their documents. Their bytes are unsealed on first use. */
final class StoredMaterial {

  private StoredMaterial() {}

  /**
   * Creates a material.
   *
   * @param unseal returns the bytes of the material, new ones each time; may throw any exception
   * @throws UnreadableItemException if a newer version of this library has written the document
   */
  static Material deferred(
      Address key, KeySpec keySpec, KeyDocument.Material document, Supplier<SecretBytes> unseal) {
    KeySpecTable.Line line = KeySpecTable.of(keySpec);
    if (!document.isOf(line.kind())) {
      throw UnreadableItemException.of(key);
    }
    Bytes id = document.materialId();
    if (document.suite() != null) {
      Suite suite = Suite.of(document.suite()).orElseThrow(() -> UnreadableItemException.of(key));
      return SymmetricMaterial.deferred(
          id,
          suite,
          checked(key, id, unseal, bytes -> SymmetricMaterial.of(key.id(), suite, bytes)));
    }
    Bytes publicKey = document.publicKey();
    if (publicKey != null) {
      KeyPairType type = KeyPairType.of(keySpec);
      return PrivateKeyMaterial.deferred(
          id,
          type,
          publicKey,
          checked(
              key, id, unseal, bytes -> PrivateKeyMaterial.of(key.id(), type, publicKey, bytes)));
    }
    MacAlgorithmSpec algorithm = line.mac().get(0);
    return HmacMaterial.deferred(
        id,
        algorithm,
        checked(key, id, unseal, bytes -> HmacMaterial.of(key.id(), algorithm, bytes)));
  }

  /** Checks the id of each unsealed material: a stored id is never trusted. */
  private static <M extends Material> Supplier<M> checked(
      Address key, Bytes id, Supplier<SecretBytes> unseal, Function<SecretBytes, M> create) {
    return () -> {
      M material = create(key, unseal.get(), create);
      if (!material.id().equals(id)) {
        material.close();
        throw foreign(key);
      }
      return material;
    };
  }

  /** Creates the material. It takes ownership of the bytes unless their length is wrong. */
  private static <M extends Material> M create(
      Address key, SecretBytes bytes, Function<SecretBytes, M> create) {
    try {
      return create.apply(bytes);
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
