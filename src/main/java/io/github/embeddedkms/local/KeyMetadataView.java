package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyMetadataBuilder;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.MultiRegionConfiguration;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
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
        .origin(key.origin())
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

  /** A replica that is being created does not show its material yet. */
  private static @Nullable String currentKeyMaterialId(KeyEntry key) {
    return key.current()
        .filter(material -> material.kind() == MaterialKind.SYMMETRIC)
        .filter(material -> key.state() != KeyState.CREATING)
        .map(MaterialEntry::idAsHex)
        .orElse(null);
  }
}
