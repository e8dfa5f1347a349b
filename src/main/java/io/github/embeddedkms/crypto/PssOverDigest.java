package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;

/**
 * RSASSA-PSS (RFC 8017) over a digest that the caller has computed, by Bouncy Castle's lightweight
 * API. The JDK signs messages only.
 */
final class PssOverDigest {

  /** The numbers come from a key of ours, so Bouncy Castle need not search for factors again. */
  private static final boolean VALIDATED = true;

  private PssOverDigest() {}

  static byte[] sign(
      RSAPrivateCrtKey key, SigningAlgorithmSpec algorithm, byte[] digest, SecureRandom random) {
    RSAKeyParameters parameters =
        new RSAPrivateCrtKeyParameters(
            key.getModulus(),
            key.getPublicExponent(),
            key.getPrivateExponent(),
            key.getPrimeP(),
            key.getPrimeQ(),
            key.getPrimeExponentP(),
            key.getPrimeExponentQ(),
            key.getCrtCoefficient(),
            VALIDATED);
    PSSSigner signer = PSSSigner.createRawSigner(new RSABlindedEngine(), hashOf(algorithm));
    signer.init(true, new ParametersWithRandom(parameters, random));
    signer.update(digest, 0, digest.length);
    try {
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new AssertionError("a digest can always be signed", e);
    }
  }

  static boolean verify(
      RSAPublicKey key, SigningAlgorithmSpec algorithm, byte[] digest, byte[] signature) {
    RSAKeyParameters parameters =
        new RSAKeyParameters(false, key.getModulus(), key.getPublicExponent(), VALIDATED);
    PSSSigner verifier = PSSSigner.createRawSigner(new RSABlindedEngine(), hashOf(algorithm));
    verifier.init(false, parameters);
    verifier.update(digest, 0, digest.length);
    return verifier.verifySignature(signature);
  }

  private static Digest hashOf(SigningAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSASSA_PSS_SHA_256 -> SHA256Digest.newInstance();
      case RSASSA_PSS_SHA_384 -> new SHA384Digest();
      case RSASSA_PSS_SHA_512 -> new SHA512Digest();
      default -> throw new AssertionError(algorithm + " is not PSS");
    };
  }
}
