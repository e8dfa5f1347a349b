package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * Verifies ECDSA signatures (FIPS 186-5) by Bouncy Castle: those on secp256k1, and the rare ones on
 * NIST curves that the JDK cannot verify.
 */
final class BouncyEcdsaVerifyingKey implements VerifyingKey {

  private final ECPublicKeyParameters key;

  BouncyEcdsaVerifyingKey(ECPublicKeyParameters key) {
    this.key = key;
  }

  @Override
  public boolean verify(
      SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message, byte[] signature) {
    BigInteger order = key.getParameters().getN();
    if (!CurveEncoding.isSignature(signature, order)) {
      return false;
    }
    try {
      BigInteger[] numbers = StandardDSAEncoding.INSTANCE.decode(order, signature);
      ECDSASigner verifier = new ECDSASigner();
      verifier.init(false, key);
      return verifier.verifySignature(
          MessageDigests.of(algorithm, messageType, message), numbers[0], numbers[1]);
    } catch (IOException e) {
      return false;
    }
  }
}
