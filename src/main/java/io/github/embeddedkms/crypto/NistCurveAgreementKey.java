package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import javax.crypto.KeyAgreement;

/**
 * Elliptic curve Diffie-Hellman (NIST SP 800-56A, section 5.7.1.2) on the NIST curves, by the JDK,
 * whose arithmetic takes constant time.
 */
final class NistCurveAgreementKey implements AgreementKey {

  private final KeyPairType type;
  private final PrivateKey key;

  NistCurveAgreementKey(KeyPairType type, PrivateKey key) {
    this.type = type;
    this.key = key;
  }

  @Override
  public byte[] agree(Bytes peer) {
    try {
      KeyAgreement agreement = JdkAlgorithms.ecAgreement();
      agreement.init(key);
      agreement.doPhase(NistCurveKeys.publicKey(peer), true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK agrees on the secret of two points of " + type);
    }
  }
}
