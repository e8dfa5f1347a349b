package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.store.KeyEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms of a key, in the service's order. Only the list of the key's usage is present,
 * although most specs have algorithms for several usages.
 */
record KeyAlgorithms(
    @Nullable List<EncryptionAlgorithmSpec> encryption,
    @Nullable List<SigningAlgorithmSpec> signing,
    @Nullable List<MacAlgorithmSpec> mac,
    @Nullable List<KeyAgreementAlgorithmSpec> agreement,
    @Nullable List<EncapsulationAlgorithmSpec> encapsulation) {

  static KeyAlgorithms of(KeyEntry key) {
    KeySpecTable.Line line = KeySpecTable.of(key.keySpec());
    KeyUsageType usage = key.keyUsage();
    return new KeyAlgorithms(
        usage == KeyUsageType.ENCRYPT_DECRYPT ? line.encryption() : null,
        usage == KeyUsageType.SIGN_VERIFY ? line.signing() : null,
        usage == KeyUsageType.GENERATE_VERIFY_MAC ? line.mac() : null,
        usage == KeyUsageType.KEY_AGREEMENT ? line.agreement() : null,
        usage == KeyUsageType.ENCAPSULATE_DECAPSULATE ? line.encapsulation() : null);
  }
}
