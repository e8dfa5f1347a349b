package io.github.embeddedkms.json;

import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.UnknownValue;
import java.util.ArrayList;
import java.util.List;

/**
 * What is found while one record is read, beside the record itself. Not safe for use by several
 * threads.
 */
final class Found {

  private final boolean strict;
  private final List<UnknownValue> unknownValues = new ArrayList<>();
  private final List<SecretBytes> secrets = new ArrayList<>();

  Found() {
    this(false);
  }

  private Found(boolean strict) {
    this.strict = strict;
  }

  /** Unknown members are refused, and required ones must be there. */
  static Found strict() {
    return new Found(true);
  }

  boolean isStrict() {
    return strict;
  }

  /** The values that are none of their enumeration, so far. */
  List<UnknownValue> unknownValues() {
    return unknownValues;
  }

  /** The secrets that were read so far; the record will own them, if there will be one. */
  List<SecretBytes> secrets() {
    return secrets;
  }

  /** Wipes what was read of a record that will not be. */
  void closeSecrets() {
    secrets.forEach(SecretBytes::close);
  }
}
