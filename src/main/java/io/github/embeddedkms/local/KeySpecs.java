package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.KeySpec;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts key specs to and from their older names, and knows in which Regions they exist.
 *
 * <p>Source: AWS KMS API Reference, CreateKey.
 */
final class KeySpecs {

  private static final String CHINA = "aws-cn";
  private static final Set<KeySpec> ML_KEM =
      EnumSet.of(KeySpec.ML_KEM_512, KeySpec.ML_KEM_768, KeySpec.ML_KEM_1024);

  private KeySpecs() {}

  static KeySpec of(CustomerMasterKeySpec spec) {
    return KeySpec.valueOf(spec.name());
  }

  static KeySpec of(KeyPairType type) {
    return KeySpec.valueOf(type.name());
  }

  static KeySpec of(DataKeyPairSpec spec) {
    return KeySpec.valueOf(spec.name());
  }

  /**
   * Requires a spec that exists in the caller's Region: SM2 only in China Regions, ML-KEM only in
   * the others. The service's messages were never recorded.
   *
   * @param member the member of the request
   */
  static void requireAvailable(Caller caller, KeySpec spec, String member) {
    boolean china = isInChina(caller);
    if (spec == KeySpec.SM2 && !china) {
      throw new UnsupportedOperationException(
          "embedded-kms: " + member + " SM2 is available in China Regions only");
    }
    if (china && ML_KEM.contains(spec)) {
      throw new UnsupportedOperationException(
          "embedded-kms: " + member + " " + spec + " is not available in China Regions");
    }
  }

  static boolean isInChina(Caller caller) {
    return caller.partition().equals(CHINA);
  }

  /** Returns the older name of a spec, or null for the newest specs, which have none. */
  static @Nullable CustomerMasterKeySpec olderNameOf(KeySpec spec) {
    for (CustomerMasterKeySpec older : CustomerMasterKeySpec.values()) {
      if (older.name().equals(spec.name())) {
        return older;
      }
    }
    return null;
  }
}
