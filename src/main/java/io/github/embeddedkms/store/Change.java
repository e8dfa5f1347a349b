package io.github.embeddedkms.store;

import java.util.List;
import java.util.stream.Stream;

/**
 * A change that a storage applies completely or not at all: entries to put, entries to remove,
 * entries that must not have changed since they were read, and limits on how many entries groups
 * may have. If another change has modified any of these entries first, or has used up a limit,
 * nothing is applied, and the caller decides again on the new state.
 *
 * @param puts new versions of entries; version 1 for an entry that must not exist yet
 * @param removes entries to remove, as they were read
 * @param unchanged entries that the decision was based on, as they were read
 * @param limits how many entries some groups may have before the change
 */
public record Change(
    List<Entry> puts, List<Entry> removes, List<Entry> unchanged, List<Limit> limits) {

  /**
   * A limit on the entries of one group, before the change is applied. A caller cannot check it
   * alone: two changes could each add the last entry.
   *
   * @param kind what kind of entries
   * @param group the key that they belong to, or another group of {@link Entry#listings()}
   * @param fewerThan the change is applied only if the group has fewer entries of this kind
   */
  public record Limit(EntryKind<?> kind, Address group, int fewerThan) {}

  /** Copies the lists. */
  public Change {
    puts = List.copyOf(puts);
    removes = List.copyOf(removes);
    unchanged = List.copyOf(unchanged);
    limits = List.copyOf(limits);
  }

  /**
   * Creates a change without limits.
   *
   * @param puts new versions of entries
   * @param removes entries to remove, as they were read
   * @param unchanged entries that the decision was based on, as they were read
   */
  public Change(List<Entry> puts, List<Entry> removes, List<Entry> unchanged) {
    this(puts, removes, unchanged, List.of());
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
    return new Change(
        puts, removes, Stream.concat(unchanged.stream(), Stream.of(entry)).toList(), limits);
  }

  /**
   * Returns the same change with the condition that a key, or another group, has fewer entries of a
   * kind.
   *
   * @param fewerThan the number that the group must stay below before the change
   * @param kind what kind of entries
   * @param group the key that they belong to, or another group of {@link Entry#listings()}
   * @return a stricter change
   */
  public Change ifKeyHasFewerThan(int fewerThan, EntryKind<?> kind, Address group) {
    Limit limit = new Limit(kind, group, fewerThan);
    return new Change(
        puts, removes, unchanged, Stream.concat(limits.stream(), Stream.of(limit)).toList());
  }
}
