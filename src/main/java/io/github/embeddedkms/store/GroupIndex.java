package io.github.embeddedkms.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one kind by the groups that list them: the aliases of a key, for example. Nearly
 * every group has one member, which takes no more memory than an element of one sorted set of all
 * members would; a key can also have 50,000 grants.
 *
 * <p>Readers take no lock; only one thread at a time may change the index.
 */
final class GroupIndex {

  /** The members of a group, at least one. */
  private sealed interface Members {

    int count();

    /** Returns the members after a position, in order. */
    Stream<Member> after(String position);

    /** Returns a group with one more member, which may be there already. */
    Members with(Member added);

    /** Returns a group without a member, which need not be there; null if it is empty then. */
    @Nullable Members without(Member removed);
  }

  /** A member of a group, in the order of positions. Also the group that has no other member. */
  record Member(String position, Address entry) implements Members, Comparable<Member> {

    @Override
    public int compareTo(Member other) {
      int order = position.compareTo(other.position);
      return order == 0 ? entry.compareTo(other.entry) : order;
    }

    @Override
    public int count() {
      return 1;
    }

    @Override
    public Stream<Member> after(String other) {
      return position.compareTo(other) > 0 ? Stream.of(this) : Stream.empty();
    }

    @Override
    public Members with(Member added) {
      return added.equals(this) ? this : Several.of(List.of(this, added));
    }

    @Override
    public @Nullable Members without(Member removed) {
      return removed.equals(this) ? null : this;
    }
  }

  /** Several members. Their count is kept, because counting them takes as long as listing them. */
  private record Several(ConcurrentNavigableMap<Member, Boolean> sorted, AtomicInteger size)
      implements Members {

    private static final Address FIRST = new Address("", "", "");

    static Several of(List<Member> members) {
      SortedKeys<Member> distinct = SortedKeys.of(new ArrayList<>(members));
      return new Several(new ConcurrentSkipListMap<>(distinct), new AtomicInteger(distinct.size()));
    }

    @Override
    public int count() {
      return size.get();
    }

    @Override
    public Stream<Member> after(String position) {
      return sorted.tailMap(new Member(position, FIRST)).keySet().stream()
          .dropWhile(member -> member.position().equals(position));
    }

    @Override
    public Members with(Member added) {
      if (sorted.put(added, true) == null) {
        size.incrementAndGet();
      }
      return this;
    }

    @Override
    public @Nullable Members without(Member removed) {
      if (sorted.remove(removed) != null) {
        size.decrementAndGet();
      }
      return switch (count()) {
        case 0 -> null;
        case 1 -> sorted.firstKey();
        default -> this;
      };
    }
  }

  private final ConcurrentMap<Address, Members> groups = new ConcurrentHashMap<>();

  /** Creates an index of entries, each of which may occur several times. */
  static GroupIndex of(List<? extends Entry> entries) {
    GroupIndex index = new GroupIndex();
    // Large groups are built at once: adding members one by one searches for the place of each.
    Map<Address, List<Member>> several = new HashMap<>();
    for (Entry entry : entries) {
      index.forEachListing(
          entry,
          (group, member) -> {
            Members before = index.groups.putIfAbsent(group, member);
            if (before instanceof Member first) {
              several.computeIfAbsent(group, key -> new ArrayList<>(List.of(first))).add(member);
            }
          });
    }
    several.forEach((group, members) -> index.groups.put(group, Several.of(members)));
    return index;
  }

  private interface Action {
    void accept(Address group, Member member);
  }

  private void forEachListing(Entry entry, Action action) {
    Member member = null;
    for (Entry.Listing listing : entry.listings()) {
      // Nearly always, an entry has the same position in all its groups; one object saves memory.
      if (member == null || !member.position().equals(listing.position())) {
        member = new Member(listing.position(), entry.address());
      }
      action.accept(listing.group(), member);
    }
  }

  /** Returns the members of a group after a position, in order. */
  Stream<Member> after(Address group, String position) {
    Members members = groups.get(group);
    return members == null ? Stream.empty() : members.after(position);
  }

  /** Returns how many members a group has. */
  int count(Address group) {
    Members members = groups.get(group);
    return members == null ? 0 : members.count();
  }

  /** Adds an entry to its groups. It may be there already. */
  void add(Entry entry) {
    forEachListing(
        entry,
        (group, member) -> groups.merge(group, member, (before, added) -> before.with(member)));
  }

  /** Removes an entry from its groups. It need not be there. */
  void remove(Entry entry) {
    forEachListing(entry, this::remove);
  }

  private void remove(Address group, Member member) {
    groups.computeIfPresent(group, (key, before) -> before.without(member));
  }

  /** Removes an entry from the groups in which its next version is not, or not in its place. */
  void removeMoved(Entry before, Entry after) {
    List<Entry.Listing> kept = after.listings();
    for (Entry.Listing listing : before.listings()) {
      if (!kept.contains(listing)) {
        remove(listing.group(), new Member(listing.position(), before.address()));
      }
    }
  }
}
