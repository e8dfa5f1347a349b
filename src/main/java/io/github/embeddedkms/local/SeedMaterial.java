package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.util.ArrayList;
import java.util.List;

/** Creates the materials that a seed determines. */
final class SeedMaterial {

  private SeedMaterial() {}

  /**
   * Creates the materials of a key.
   *
   * @param suite the suite of symmetric material
   * @return new materials, the oldest first; empty if the seed determines none
   * @throws IllegalArgumentException if a material does not fit the key's spec; the message begins
   *     with "key" and the id
   */
  static List<Material> of(SeedKey key, Suite suite) {
    List<Material> materials = new ArrayList<>();
    try {
      if (key.privateKey() != null) {
        materials.add(privateKey(key, key.privateKey()));
      }
      for (Bytes bytes : key.backingKeys()) {
        materials.add(secret(key, suite, bytes));
      }
      return materials;
    } catch (RuntimeException e) {
      materials.forEach(Material::close);
      throw e;
    }
  }

  private static Material privateKey(SeedKey key, Bytes pkcs8) {
    try (SecretBytes copy = SecretBytes.fromByteArray(pkcs8.asByteArray())) {
      return PrivateKeyMaterial.imported(key.keyId(), KeyPairType.of(key.spec()), copy);
    } catch (IllegalArgumentException e) {
      throw SeedRefusals.key(key.keyId(), "its private key is unusable: " + e.getMessage());
    }
  }

  private static Material secret(SeedKey key, Suite suite, Bytes bytes) {
    SecretBytes copy = SecretBytes.fromByteArray(bytes.asByteArray());
    KeySpecTable.Line line = KeySpecTable.of(key.spec());
    try {
      return switch (line.kind()) {
        case SYMMETRIC -> SymmetricMaterial.of(key.keyId(), suite, copy);
        case HMAC -> HmacMaterial.of(key.keyId(), line.mac().get(0), copy);
        case PRIVATE_KEY ->
            throw new IllegalArgumentException("an asymmetric key has no backing keys");
      };
    } catch (IllegalArgumentException e) {
      copy.close();
      throw SeedRefusals.key(key.keyId(), String.valueOf(e.getMessage()));
    }
  }
}
