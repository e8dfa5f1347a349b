package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;

/**
 * Verifies ECDSA signatures (FIPS 186-5) on the NIST curves, by the JDK.
 *
 * <p>The JDK refuses valid signatures whose {@code r} is smaller than the coordinate that it is the
 * remainder of. Bouncy Castle verifies those. A program that does not choose its random numbers so
 * never creates one: the probability is 2^-128 for P-256, and smaller for the other curves.
 */
final class NistCurveVerifyingKey implements VerifyingKey {

  private final KeyPairType type;
  private final Bytes encoded;
  private final ECPublicKey key;
  private final BigInteger order;

  /** The coordinates of points are below this number. */
  private final BigInteger field;

  NistCurveVerifyingKey(KeyPairType type, Bytes encoded, ECPublicKey key) {
    this.type = type;
    this.encoded = encoded;
    this.key = key;
    order = key.getParams().getOrder();
    field = ((ECFieldFp) key.getParams().getCurve().getField()).getP();
  }

  @Override
  public boolean verify(
      SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message, byte[] signature) {
    if (!CurveEncoding.isSignature(signature, order)) {
      return false;
    }
    if (CurveEncoding.firstNumber(signature).add(order).compareTo(field) < 0) {
      return new BouncyEcdsaVerifyingKey(BouncyCurves.publicKey(type, encoded))
          .verify(algorithm, messageType, message, signature);
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
