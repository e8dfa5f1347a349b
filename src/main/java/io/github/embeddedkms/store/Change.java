package io.github.embeddedkms.store;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a storage applies whole or not at all: entries to put, entries to remove, and entries that
 * must not have changed since they were read. All of it depends on versions: if another change was
 * faster at any of these entries, nothing happens, and the caller decides anew.
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
   * Puts one entry.
   *
   * @param entry its new version
   * @return the change
   */
  public static Change put(Entry entry) {
    return new Change(List.of(entry), List.of(), List.of());
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
