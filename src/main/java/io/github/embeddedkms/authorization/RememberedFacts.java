package io.github.embeddedkms.authorization;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Facts that are asked for each condition key once, because computing them can take a read of the
 * storage. They belong to one decision, whose parts then see the same values.
 *
 * <p>Not safe for use by several threads.
 */
final class RememberedFacts implements Facts {

  private final Facts facts;
  private final Map<String, List<String>> known = new HashMap<>();

  RememberedFacts(Facts facts) {
    this.facts = facts;
  }

  @Override
  public List<String> values(String key) {
    return known.computeIfAbsent(key, facts::values);
  }
}
