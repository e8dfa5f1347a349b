package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;

/**
 * Elliptic curve Diffie-Hellman on the curve of SM2, with Bouncy Castle. This is the service's
 * {@code ECDH}, not the key exchange protocol of GB/T 32918.3. The multiplication does not take
 * constant time, and is not blinded: see {@link Secp256k1SigningKey}.
 */
final class Sm2AgreementKey implements AgreementKey {

  private final ECPrivateKeyParameters key;

  Sm2AgreementKey(ECPrivateKeyParameters key) {
    this.key = key;
  }

  @Override
  public byte[] agree(Bytes peer) {
    ECDHBasicAgreement agreement = new ECDHBasicAgreement();
    agreement.init(key);
    return CurveEncoding.fixed(
        agreement.calculateAgreement(BouncyCurves.publicKey(KeyPairType.SM2, peer)),
        KeyPairType.SM2.size());
  }
}
