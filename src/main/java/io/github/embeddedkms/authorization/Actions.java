package io.github.embeddedkms.authorization;

import java.util.List;

/**
 * The element {@code Action} or {@code NotAction} of a statement.
 *
 * @param negated whether this is {@code NotAction}
 * @param listed the patterns as the policy lists them
 * @param patterns the patterns
 */
record Actions(boolean negated, List<String> listed, List<Wildcard> patterns) {

  static Actions of(boolean negated, List<String> listed) {
    return new Actions(negated, listed, listed.stream().map(Wildcard::of).toList());
  }

  boolean matches(String action) {
    for (Wildcard pattern : patterns) {
      if (pattern.matchesIgnoringCase(action)) {
        return !negated;
      }
    }
    return negated;
  }
}
