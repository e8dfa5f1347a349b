package io.github.embeddedkms.json;

import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.UnknownValue;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of reading one record: the mode, and what was found besides the record. Not safe for
 * use by several threads.
 */
final class ReadState {

  private final boolean strict;
  private final List<UnknownValue> unknownValues = new ArrayList<>();
  private final List<SecretBytes> secrets = new ArrayList<>();

  ReadState() {
    this(false);
  }

  private ReadState(boolean strict) {
    this.strict = strict;
  }

  /** Refuses unknown members and requires the required ones. */
  static ReadState strict() {
    return new ReadState(true);
  }

  boolean isStrict() {
    return strict;
  }

  /** The values so far that are not in their enumeration. */
  List<UnknownValue> unknownValues() {
    return unknownValues;
  }

  /** The secrets that were read so far; a record that is created owns them. */
  List<SecretBytes> secrets() {
    return secrets;
  }

  /** Wipes the secrets of a record that is not created. */
  void closeSecrets() {
    secrets.forEach(SecretBytes::close);
  }
}
