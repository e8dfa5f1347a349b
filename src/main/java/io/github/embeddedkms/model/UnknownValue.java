package io.github.embeddedkms.model;

import java.util.List;

/**
 * A value in a JSON text that is not in its member's enumeration. The record that was read has
 * nothing in its place.
 *
 * @param path the position, in Java names: {@code recipient.keyEncryptionAlgorithm}, {@code
 *     dryRunModifiers.1.member}
 * @param value the value
 * @param known the values of the enumeration, in its own order
 */
public record UnknownValue(String path, String value, List<String> known) {

  /** Copies the list. */
  public UnknownValue {
    known = List.copyOf(known);
  }
}
