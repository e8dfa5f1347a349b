package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.SM2Signer;

/** Verifies SM2 signatures (GB/T 32918.2), by Bouncy Castle, under the default id of signers. */
final class Sm2VerifyingKey implements VerifyingKey {

  private final ECPublicKeyParameters key;

  Sm2VerifyingKey(ECPublicKeyParameters key) {
    this.key = key;
  }

  @Override
  public boolean verify(
      SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message, byte[] signature) {
    if (!CurveEncoding.isSignature(signature, key.getParameters().getN())) {
      return false;
    }
    boolean isDigest = messageType == MessageType.DIGEST;
    SM2Signer verifier = isDigest ? new Sm2OverDigest(message) : new SM2Signer();
    verifier.init(false, key);
    if (!isDigest) {
      verifier.update(message, 0, message.length);
    }
    return verifier.verifySignature(signature);
  }
}
