package io.github.embeddedkms.model;

import java.util.Set;

/** A request of which some members are required only together with the values of others. */
public interface ConditionallyRequired {

  /**
   * The members that this very request must have, beside those marked {@link Required}.
   *
   * @return Java names of record components
   */
  Set<String> conditionallyRequired();
}
