package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * Signs by ECDSA on secp256k1, with Bouncy Castle. Its multiplication of the base point looks up
 * its table without revealing the index, but its arithmetic modulo the order of the curve does not
 * take constant time, and is not blinded. Do not use it where an attacker can measure the time of
 * single signatures precisely.
 *
 * <p>Each signature has a new random number from the operating system. Like the service, this class
 * does not choose the smaller of the two possible values of {@code s}.
 */
final class Secp256k1SigningKey implements SigningKey {

  private final ECPrivateKeyParameters key;
  private final SecureRandom random = SystemRandom.create();

  Secp256k1SigningKey(ECPrivateKeyParameters key) {
    this.key = key;
  }

  @Override
  public byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message) {
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ParametersWithRandom(key, random));
    BigInteger[] signature =
        signer.generateSignature(MessageDigests.of(algorithm, messageType, message));
    try {
      return StandardDSAEncoding.INSTANCE.encode(
          key.getParameters().getN(), signature[0], signature[1]);
    } catch (IOException e) {
      throw new AssertionError("two numbers can always be encoded", e);
    }
  }
}
