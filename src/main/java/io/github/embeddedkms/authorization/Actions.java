package io.github.embeddedkms.authorization;

import java.util.List;

/**
 * The element {@code Action} or {@code NotAction} of a statement.
 *
 * @param negated whether this is {@code NotAction}
 * @param listed the patterns as the policy lists them
 * @param patterns the patterns that can match something
 */
record Actions(boolean negated, List<String> listed, List<Wildcard> patterns) {

  static Actions of(boolean negated, List<String> listed) {
    return new Actions(
        negated,
        listed,
        listed.stream().filter(Actions::namesItsService).map(Wildcard::of).toList());
  }

  /** Wildcards are in the name of an action. A pattern with one in its service matches nothing. */
  private static boolean namesItsService(String pattern) {
    String service = pattern.substring(0, Math.max(0, pattern.indexOf(':')));
    return service.indexOf('*') < 0 && service.indexOf('?') < 0;
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
