package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;

/**
 * Key pairs of ML-KEM (FIPS 203), by Bouncy Castle's lightweight API. Private keys are kept as
 * their seed, {@code d} and {@code z}.
 */
final class MlKemKeys implements KeyFamily {

  private static final int SEED_BYTES = 64;

  @Override
  public KeyPair generate(KeyPairType type, SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return encode(type, seed);
  }

  /** Encodes the key pair of a seed, which is wiped. */
  private static KeyPair encode(KeyPairType type, byte[] seed) {
    MLKEMPrivateKeyParameters key = expand(type, seed);
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
              MLKEMPrivateKeyParameters key = expand(type, seed);
              byte[] expanded =
                  key.withPreferredFormat(MLKEMPrivateKeyParameters.EXPANDED_KEY).getEncoded();
              key.destroy();
              return expanded;
            }));
  }

  /**
   * Returns the key of a seed. The caller destroys the key, which wipes its own copy of the seed.
   */
  private static MLKEMPrivateKeyParameters expand(KeyPairType type, byte[] seed) {
    return new MLKEMPrivateKeyParameters(parameters(type), seed.clone());
  }

  private static MLKEMParameters parameters(KeyPairType type) {
    return switch (type) {
      case ML_KEM_512 -> MLKEMParameters.ml_kem_512;
      case ML_KEM_768 -> MLKEMParameters.ml_kem_768;
      case ML_KEM_1024 -> MLKEMParameters.ml_kem_1024;
      default -> throw new AssertionError(type + " is not ML-KEM");
    };
  }

  @Override
  public SigningKey signingKey(KeyPairType type, byte[] encoded) {
    throw new IllegalArgumentException(type + " does not sign");
  }

  @Override
  public VerifyingKey verifyingKey(KeyPairType type, Bytes encoded) {
    throw new IllegalArgumentException(type + " does not sign");
  }
}
