package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.IncorrectKeyMaterialException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.ImportKeyMaterial;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One import of material into a key: whether the key takes it, and as what. Only symmetric
 * encryption keys take more than one material.
 *
 * <p>The messages of IncorrectKeyMaterialException were never recorded.
 */
final class MaterialImport {

  private final KeyEntry key;
  private final String keyArn;
  private final ImportKeyMaterial request;

  MaterialImport(Call<ImportKeyMaterial> call) {
    this.key = call.key();
    this.keyArn = call.keyArn();
    this.request = call.request();
  }

  /**
   * Creates material from unwrapped bytes.
   *
   * @param suite the suite of symmetric material
   * @param bytes the bytes, which are copied
   * @throws IncorrectKeyMaterialException if they do not fit the spec of the key
   */
  static Material materialOf(ResolvedKey key, Suite suite, SecretBytes bytes) {
    String keyId = key.entry().address().id();
    KeySpecTable.Line line = KeySpecTable.of(key.entry().keySpec());
    if (line.kind() == MaterialKind.PRIVATE_KEY) {
      try {
        return PrivateKeyMaterial.imported(keyId, KeyPairType.of(key.entry().keySpec()), bytes);
      } catch (IllegalArgumentException e) {
        // No cause: only the message is known to have no part of the key in it.
        throw incorrect("the private key of " + key.arn() + " is unusable: " + e.getMessage());
      }
    }
    SecretBytes owned = bytes.lend(SecretBytes::fromByteArray);
    try {
      return line.kind() == MaterialKind.SYMMETRIC
          ? SymmetricMaterial.of(keyId, suite, owned)
          : HmacMaterial.of(keyId, line.mac().get(0), owned);
    } catch (IllegalArgumentException e) {
      owned.close();
      throw incorrect(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the entry of a material.
   *
   * @param validTo when it expires; null for never
   * @return an entry with this material, or with the same material that the key has already
   * @throws IncorrectKeyMaterialException if the key does not take it
   * @throws KmsInvalidStateException if another material waits for its rotation
   */
  MaterialEntry entry(Material material, @Nullable Instant validTo) {
    Optional<MaterialEntry> known = ImportedMaterials.find(key, material.id());
    if (isNew()) {
      requireNew(material, known.isPresent());
      return MaterialEntry.imported(
          material, nextState(), validTo, request.keyMaterialDescription());
    }
    MaterialEntry existing = known.orElseThrow(() -> unknown(material));
    requireNamed(material);
    Material present = existing.material();
    return existing.withBytes(
        present == null ? material : present,
        validTo,
        request.keyMaterialDescription() == null
            ? existing.description()
            : request.keyMaterialDescription());
  }

  private boolean isNew() {
    return request.importType() == null
        ? key.materials().isEmpty()
        : request.importType() == ImportType.NEW_KEY_MATERIAL;
  }

  private KeyMaterialState nextState() {
    return key.materials().isEmpty() ? KeyMaterialState.CURRENT : KeyMaterialState.PENDING_ROTATION;
  }

  private void requireNew(Material material, boolean known) {
    if (known) {
      throw incorrect(
          "the key material (id: "
              + material.idAsHex()
              + ") is already associated with "
              + keyArn
              + ": import it as EXISTING_KEY_MATERIAL");
    }
    if (request.keyMaterialId() != null) {
      // The key has never had any material, so that no id can be right.
      throw unknown(material);
    }
    ImportedMaterials.pending(key)
        .ifPresent(
            pending -> {
              throw new KmsInvalidStateException(
                  "New key material (id: "
                      + material.idAsHex()
                      + ") cannot be imported into KMS key "
                      + keyArn
                      + ", because another key material (id: "
                      + pending.idAsHex()
                      + ") is pending rotation.");
            });
  }

  private void requireNamed(Material material) {
    String named = request.keyMaterialId();
    if (named != null && !named.equals(material.idAsHex())) {
      throw incorrect("the key material has the id " + material.idAsHex() + ", not " + named);
    }
  }

  /** For keys other than symmetric ones, ids of materials are never shown. */
  private IncorrectKeyMaterialException unknown(Material material) {
    return incorrect(
        material instanceof SymmetricMaterial
            ? "the key material (id: "
                + material.idAsHex()
                + ") is not associated with "
                + keyArn
                + ": new material has the ImportType NEW_KEY_MATERIAL"
            : "the key material is not the one that was imported into " + keyArn + " before");
  }

  private static IncorrectKeyMaterialException incorrect(String message) {
    return new IncorrectKeyMaterialException("embedded-kms: " + message);
  }
}
