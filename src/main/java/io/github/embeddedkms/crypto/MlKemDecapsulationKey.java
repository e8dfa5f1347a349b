package io.github.embeddedkms.crypto;

import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;

/**
 * Decapsulates by ML-KEM (FIPS 203), with Bouncy Castle, which compares the ciphertext and selects
 * the result in constant time.
 */
final class MlKemDecapsulationKey implements DecapsulationKey {

  private final MLKEMPrivateKeyParameters key;

  MlKemDecapsulationKey(MLKEMPrivateKeyParameters key) {
    this.key = key;
  }

  @Override
  public byte[] decapsulate(byte[] ciphertext) {
    return new MLKEMExtractor(key).extractSecret(ciphertext);
  }

  @Override
  public void close() {
    key.destroy();
  }
}
