package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;

/**
 * Signs by ECDSA (FIPS 186-5) on the NIST curves. The JDK's arithmetic takes constant time, and
 * each signature has a new random number from the operating system, on which the secrecy of the key
 * depends.
 */
final class NistCurveSigningKey implements SigningKey {

  private final PrivateKey key;
  private final SecureRandom random = SystemRandom.create();

  NistCurveSigningKey(PrivateKey key) {
    this.key = key;
  }

  @Override
  public byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message) {
    try {
      Signature signature = JdkAlgorithms.ecSignature("NONEwithECDSA");
      signature.initSign(key, random);
      signature.update(MessageDigests.of(algorithm, messageType, message));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK signs by ECDSA", e);
    }
  }
}
