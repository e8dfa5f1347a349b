package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;
import static io.github.embeddedkms.model.KeyUsageType.GENERATE_VERIFY_MAC;
import static io.github.embeddedkms.model.KeyUsageType.KEY_AGREEMENT;
import static io.github.embeddedkms.model.KeyUsageType.SIGN_VERIFY;

import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the service allows for each key spec. Source: AWS KMS API Reference, CreateKey. */
final class KeySpecs {

  private KeySpecs() {}

  static Set<KeyUsageType> usagesOf(KeySpec spec) {
    return switch (spec) {
      case SYMMETRIC_DEFAULT -> EnumSet.of(ENCRYPT_DECRYPT);
      case RSA_2048, RSA_3072, RSA_4096 -> EnumSet.of(ENCRYPT_DECRYPT, SIGN_VERIFY);
      case ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521 -> EnumSet.of(SIGN_VERIFY, KEY_AGREEMENT);
      case ECC_SECG_P256_K1, ECC_NIST_EDWARDS25519, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
          EnumSet.of(SIGN_VERIFY);
      case HMAC_224, HMAC_256, HMAC_384, HMAC_512 -> EnumSet.of(GENERATE_VERIFY_MAC);
      case SM2 -> EnumSet.of(ENCRYPT_DECRYPT, SIGN_VERIFY, KEY_AGREEMENT);
    };
  }

  static KeySpec of(CustomerMasterKeySpec spec) {
    return KeySpec.valueOf(spec.name());
  }

  /** The older name of a spec; the newest specs have none. */
  static @Nullable CustomerMasterKeySpec olderNameOf(KeySpec spec) {
    return Arrays.stream(CustomerMasterKeySpec.values())
        .filter(older -> older.name().equals(spec.name()))
        .findFirst()
        .orElse(null);
  }
}
