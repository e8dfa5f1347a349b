package io.github.embeddedkms.local;

import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.KeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Converts key specs to and from their older names. Source: AWS KMS API Reference, CreateKey. */
final class KeySpecs {

  private KeySpecs() {}

  static KeySpec of(CustomerMasterKeySpec spec) {
    return KeySpec.valueOf(spec.name());
  }

  /** Returns the older name of a spec, or null for the newest specs, which have none. */
  static @Nullable CustomerMasterKeySpec olderNameOf(KeySpec spec) {
    return Arrays.stream(CustomerMasterKeySpec.values())
        .filter(older -> older.name().equals(spec.name()))
        .findFirst()
        .orElse(null);
  }
}
