package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;

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
  public DecapsulationKey decapsulationKey(KeyPairType type, byte[] encoded) {
    byte[] seed = Seeds.parse(type, encoded, SEED_BYTES, ignored -> new byte[0]);
    try {
      return new MlKemDecapsulationKey(expand(type, seed));
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** Reads an encapsulation key, with the checks of FIPS 203, section 7.2. */
  @Override
  public EncapsulationKey encapsulationKey(KeyPairType type, Bytes encoded) {
    return new MlKemEncapsulationKey(
        new MLKEMPublicKeyParameters(parameters(type), KeyEncoding.publicKey(type, encoded)));
  }
}
