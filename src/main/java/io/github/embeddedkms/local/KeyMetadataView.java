package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyMetadataBuilder;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;

/** Creates the metadata of a key, as responses show it, from the stored entry. */
final class KeyMetadataView {

  private KeyMetadataView() {}

  static KeyMetadata of(ResolvedKey resolved) {
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
        .multiRegion(false)
        .macAlgorithms(algorithms.mac())
        .currentKeyMaterialId(
            key.current()
                .filter(material -> material.kind() == MaterialKind.SYMMETRIC)
                .map(MaterialEntry::idAsHex)
                .orElse(null))
        .build();
  }
}
