package io.github.embeddedkms.json;

import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.UnknownValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The state of reading one record: the mode, and what was found besides the record. Not safe for
 * use by several threads.
 */
final class ReadState {

  /** A body of 1 MiB has room for 250,000 unknown values; only their number is of interest. */
  private static final int MAX_UNKNOWN_VALUES = 100;

  private final boolean strict;
  private final List<UnknownValue> unknownValues = new ArrayList<>();
  private int furtherUnknownValues;
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

  /**
   * Records a value that is not in its enumeration.
   *
   * @param position its position
   * @param value the value
   * @param known the values of the enumeration
   */
  void addUnknownValue(Position position, String value, Collection<String> known) {
    // An element of a list is reported once, from here. A member is looked up by its path.
    if (unknownValues.size() >= MAX_UNKNOWN_VALUES && position.isElement()) {
      furtherUnknownValues++;
    } else {
      unknownValues.add(new UnknownValue(position.toString(), value, List.copyOf(known)));
    }
  }

  /** The values so far that are not in their enumeration, except the further ones. */
  List<UnknownValue> unknownValues() {
    return unknownValues;
  }

  /** The number of elements of lists that are not in {@link #unknownValues}. */
  int furtherUnknownValues() {
    return furtherUnknownValues;
  }

  /** The number of all values so far that are not in their enumeration. */
  int unknownValueCount() {
    return unknownValues.size() + furtherUnknownValues;
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
