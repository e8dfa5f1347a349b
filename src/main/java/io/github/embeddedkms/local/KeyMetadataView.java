package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyMetadataBuilder;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.MultiRegionConfiguration;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Creates the metadata of a key, as responses show it, from the stored entry. */
final class KeyMetadataView {

  private KeyMetadataView() {}

  /**
   * Creates the metadata.
   *
   * @param related the related keys of a multi-Region key; null for a key of a single Region
   */
  static KeyMetadata of(ResolvedKey resolved, @Nullable MultiRegionConfiguration related) {
    KeyEntry key = resolved.entry();
    KeyAlgorithms algorithms = KeyAlgorithms.of(key);
    return KeyMetadataBuilder.builder()
        .awsAccountId(key.address().account())
        .keyId(key.address().id())
        .arn(resolved.arn())
        .creationDate(key.creationDate())
        .enabled(key.state() == KeyState.ENABLED || key.state() == KeyState.UPDATING)
        .description(key.description())
        .keyUsage(key.keyUsage())
        .keyState(key.state())
        .deletionDate(key.deletionDate())
        .validTo(earliestExpiry(key))
        .origin(key.origin())
        .expirationModel(expirationModel(key))
        .keyManager(key.keyManager())
        .customerMasterKeySpec(KeySpecs.olderNameOf(key.keySpec()))
        .keySpec(key.keySpec())
        .encryptionAlgorithms(algorithms.encryption())
        .signingAlgorithms(algorithms.signing())
        .keyAgreementAlgorithms(algorithms.agreement())
        .encapsulationAlgorithms(algorithms.encapsulation())
        .multiRegion(related != null)
        .multiRegionConfiguration(related)
        .pendingDeletionWindowInDays(key.life().pendingWindowInDays())
        .macAlgorithms(algorithms.mac())
        .currentKeyMaterialId(currentKeyMaterialId(key))
        .build();
  }

  /** Returns when the first of the materials expires that the key cannot be used without. */
  private static @Nullable Instant earliestExpiry(KeyEntry key) {
    return key.materials().stream()
        .filter(material -> !ImportedMaterials.isPending(material))
        .map(MaterialEntry::validTo)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** Returns null for a key without imported material, and for one whose material is missing. */
  private static @Nullable ExpirationModelType expirationModel(KeyEntry key) {
    if (key.origin() != OriginType.EXTERNAL
        || key.materials().stream()
            .allMatch(
                material -> material.material() == null || ImportedMaterials.isPending(material))) {
      return null;
    }
    return earliestExpiry(key) == null
        ? ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE
        : ExpirationModelType.KEY_MATERIAL_EXPIRES;
  }

  /** A replica that is being created does not show its material yet. */
  private static @Nullable String currentKeyMaterialId(KeyEntry key) {
    return key.current()
        .filter(material -> material.kind() == MaterialKind.SYMMETRIC)
        .filter(material -> key.state() != KeyState.CREATING)
        .map(MaterialEntry::idAsHex)
        .orElse(null);
  }
}
