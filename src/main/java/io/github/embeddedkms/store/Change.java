package io.github.embeddedkms.store;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a storage applies whole or not at all: entries to put, entries to remove, and entries that
 * must not have changed since they were read. If another change was faster at any of these entries,
 * nothing happens, and the caller decides anew.
 *
 * @param puts new versions of entries; version 1 where there must be none yet
 * @param removes entries to remove, as they were read
 * @param unchanged entries that the decision rested on, as they were read
 */
public record Change(List<Entry> puts, List<Entry> removes, List<Entry> unchanged) {

  /** Copies the lists. */
  public Change {
    puts = List.copyOf(puts);
    removes = List.copyOf(removes);
    unchanged = List.copyOf(unchanged);
  }

  /**
   * Puts an entry where there must be none yet.
   *
   * @param entry the first version of an entry
   * @return the change
   */
  public static Change put(Entry entry) {
    return new Change(List.of(entry), List.of(), List.of());
  }

  /**
   * Puts the next version of an entry in the place of the one it was made from.
   *
   * @param before the entry as it was read
   * @param after its next version
   * @return the change
   */
  public static Change replace(Entry before, Entry after) {
    return put(after).ifUnchanged(before);
  }

  /**
   * Removes entries, all of them or none.
   *
   * @param entries the entries as they were read
   * @return the change
   */
  public static Change remove(List<? extends Entry> entries) {
    return new Change(List.of(), List.copyOf(entries), List.of());
  }

  /**
   * The same change, made only if an entry has not changed.
   *
   * @param entry the entry as it was read
   * @return a stricter change
   */
  public Change ifUnchanged(Entry entry) {
    return new Change(puts, removes, Stream.concat(unchanged.stream(), Stream.of(entry)).toList());
  }
}
