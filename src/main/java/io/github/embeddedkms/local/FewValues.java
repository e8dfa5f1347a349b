package io.github.embeddedkms.local;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** The values of one condition key, up to a number; beyond that, only that there are many. */
final class FewValues {

  /** The largest number of values that a policy lists. */
  static final int MAX_LISTED = 20;

  private final TreeSet<String> values = new TreeSet<>();
  private boolean many;

  FewValues() {}

  void add(String value) {
    if (!many) {
      values.add(value);
      if (values.size() > MAX_LISTED) {
        many = true;
        values.clear();
      }
    }
  }

  void addAll(FewValues others) {
    if (others.many) {
      many = true;
      values.clear();
    } else {
      others.values.forEach(this::add);
    }
  }

  /** Returns whether a value would change nothing. */
  boolean covers(String value) {
    return many || values.contains(value);
  }

  /** Returns whether there are too many values to be listed. */
  boolean areMany() {
    return many;
  }

  /** Returns the values; empty if there are too many. */
  SortedSet<String> listed() {
    return Collections.unmodifiableSortedSet(values);
  }
}
