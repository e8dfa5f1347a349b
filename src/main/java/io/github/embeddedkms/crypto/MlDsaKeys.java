package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * Key pairs of ML-DSA (FIPS 204), by Bouncy Castle's lightweight API, and signatures with an empty
 * context. Private keys are kept as their seed.
 */
final class MlDsaKeys implements KeyFamily {

  private static final int SEED_BYTES = 32;

  @Override
  public KeyPair generate(KeyPairType type, SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return encode(type, seed);
  }

  /** Encodes the key pair of a seed, which is wiped. */
  private static KeyPair encode(KeyPairType type, byte[] seed) {
    MLDSAPrivateKeyParameters key = expand(type, seed);
    byte[] publicKey = key.getPublicKey();
    key.destroy();
    return new KeyPair(type, Seeds.encode(type, seed), KeyEncoding.publicKey(type, publicKey));
  }

  @Override
  public KeyPair parse(KeyPairType type, byte[] encoded) {
    return encode(
        type,
        Seeds.parse(
            type,
            encoded,
            SEED_BYTES,
            seed -> {
              MLDSAPrivateKeyParameters key = expand(type, seed);
              byte[] expanded = encodeExpanded(key);
              key.destroy();
              return expanded;
            }));
  }

  // Its replacement, withPreferredFormat, is not in Bouncy Castle 1.86.
  @SuppressWarnings("deprecation")
  private static byte[] encodeExpanded(MLDSAPrivateKeyParameters key) {
    return key.getParametersWithFormat(MLDSAPrivateKeyParameters.EXPANDED_KEY).getEncoded();
  }

  /**
   * Returns the key of a seed. The caller destroys the key, which wipes its own copy of the seed.
   */
  static MLDSAPrivateKeyParameters expand(KeyPairType type, byte[] seed) {
    return new MLDSAPrivateKeyParameters(parameters(type), seed.clone());
  }

  private static MLDSAParameters parameters(KeyPairType type) {
    return switch (type) {
      case ML_DSA_44 -> MLDSAParameters.ml_dsa_44;
      case ML_DSA_65 -> MLDSAParameters.ml_dsa_65;
      case ML_DSA_87 -> MLDSAParameters.ml_dsa_87;
      default -> throw new AssertionError(type + " is not ML-DSA");
    };
  }

  @Override
  public SigningKey signingKey(KeyPairType type, byte[] encoded) {
    byte[] seed = Seeds.parse(type, encoded, SEED_BYTES, ignored -> new byte[0]);
    MLDSAPrivateKeyParameters key = expand(type, seed);
    Arrays.fill(seed, (byte) 0);
    try {
      return new MlDsaSigningKey(key);
    } finally {
      key.destroy();
    }
  }

  @Override
  public VerifyingKey verifyingKey(KeyPairType type, Bytes encoded) {
    MLDSAPublicKeyParameters key =
        new MLDSAPublicKeyParameters(parameters(type), KeyEncoding.publicKey(type, encoded));
    return (algorithm, messageType, message, signature) -> {
      MLDSASigner verifier = new MLDSASigner();
      verifier.init(false, key);
      if (messageType == MessageType.EXTERNAL_MU) {
        return verifier.verifyMuSignature(message, signature);
      }
      verifier.update(message, 0, message.length);
      return verifier.verifySignature(signature);
    };
  }
}
