package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Facts that are asked for each condition key once, because computing them can take a read of the
 * storage. They belong to one decision, whose parts then see the same values.
 *
 * <p>Not safe for use by several threads.
 */
final class RememberedFacts implements Facts {

  /** Most policies ask for fewer keys. */
  private static final int FEW = 8;

  private final Facts facts;
  private final List<String> keys = new ArrayList<>(FEW);
  private final List<List<String>> valuesOfKeys = new ArrayList<>(FEW);

  /** The values of the keys after the first few; null as long as there are none. */
  private @Nullable Map<String, List<String>> others;

  RememberedFacts(Facts facts) {
    this.facts = facts;
  }

  @Override
  public List<String> values(String key) {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).equals(key)) {
        return valuesOfKeys.get(i);
      }
    }
    if (keys.size() < FEW) {
      List<String> values = facts.values(key);
      keys.add(key);
      valuesOfKeys.add(values);
      return values;
    }
    if (others == null) {
      others = new HashMap<>();
    }
    return others.computeIfAbsent(key, facts::values);
  }
}
