package io.github.embeddedkms.model;

import java.util.Set;

/** A request in which some members are required only for certain values of other members. */
public interface ConditionallyRequired {

  /**
   * Returns the members that this request must have, in addition to those marked {@link Required}.
   *
   * @return Java names of record components
   */
  Set<String> conditionallyRequired();
}
