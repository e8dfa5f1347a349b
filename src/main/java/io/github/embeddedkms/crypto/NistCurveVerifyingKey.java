package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;

/** Verifies ECDSA signatures (FIPS 186-5) on the NIST curves, by the JDK. */
final class NistCurveVerifyingKey implements VerifyingKey {

  private final ECPublicKey key;

  NistCurveVerifyingKey(ECPublicKey key) {
    this.key = key;
  }

  @Override
  public boolean verify(
      SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message, byte[] signature) {
    if (!CurveEncoding.isSignature(signature, key.getParams().getOrder())) {
      return false;
    }
    try {
      Signature verifier = JdkAlgorithms.ecSignature("NONEwithECDSA");
      verifier.initVerify(key);
      verifier.update(MessageDigests.of(algorithm, messageType, message));
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK verifies ECDSA signatures", e);
    }
  }
}
