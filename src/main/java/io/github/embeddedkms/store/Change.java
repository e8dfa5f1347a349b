package io.github.embeddedkms.store;

import java.util.List;
import java.util.stream.Stream;

/**
 * A change that a storage applies completely or not at all: entries to put, entries to remove, and
 * entries that must not have changed since they were read. If another change has modified any of
 * these entries first, nothing is applied, and the caller decides again on the new state.
 *
 * @param puts new versions of entries; version 1 for an entry that must not exist yet
 * @param removes entries to remove, as they were read
 * @param unchanged entries that the decision was based on, as they were read
 */
public record Change(List<Entry> puts, List<Entry> removes, List<Entry> unchanged) {

  /** Copies the lists. */
  public Change {
    puts = List.copyOf(puts);
    removes = List.copyOf(removes);
    unchanged = List.copyOf(unchanged);
  }

  /**
   * Creates a change that puts an entry that must not exist yet.
   *
   * @param entry the first version of an entry
   * @return the change
   */
  public static Change put(Entry entry) {
    return new Change(List.of(entry), List.of(), List.of());
  }

  /**
   * Creates a change that replaces an entry with its next version.
   *
   * @param before the entry as it was read
   * @param after its next version
   * @return the change
   */
  public static Change replace(Entry before, Entry after) {
    return put(after).ifUnchanged(before);
  }

  /**
   * Creates a change that removes entries, all of them or none.
   *
   * @param entries the entries as they were read
   * @return the change
   */
  public static Change remove(List<? extends Entry> entries) {
    return new Change(List.of(), List.copyOf(entries), List.of());
  }

  /**
   * Returns the same change with the condition that an entry has not changed.
   *
   * @param entry the entry as it was read
   * @return a stricter change
   */
  public Change ifUnchanged(Entry entry) {
    return new Change(puts, removes, Stream.concat(unchanged.stream(), Stream.of(entry)).toList());
  }
}
