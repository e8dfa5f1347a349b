package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.process.Contents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Entries in any number of groups are loaded, put, moved to other groups or places, and removed, in
 * any order and partly twice. Each group lists and counts what a naive model does.
 */
class EntryIndexProperties {

  private static final int ENTRIES = 12;
  private static final int GROUPS = 4;

  private enum Action {
    LIST,
    PUT,
    PUT_TWICE,
    REMOVE
  }

  /** The groups of an entry, each with the position there. */
  private record Placed(int entry, Map<Integer, Integer> positions) {}

  private record Step(Action action, List<Placed> placed) {}

  /** An entry that is listed by any groups. */
  private record ListedEntry(Address address, long version, List<Listing> listings)
      implements Entry {

    static final EntryKind<ListedEntry> KIND =
        EntryKind.of(
            ItemKind.of(201),
            ListedEntry.class,
            NoteDocument.class,
            entry -> new NoteDocument("", "", null),
            (item, document, none) -> new ListedEntry(item.address(), 1, List.of()));

    @Override
    public EntryKind<ListedEntry> kind() {
      return KIND;
    }

    @Override
    public ListedEntry atVersion(long newVersion) {
      return new ListedEntry(address, newVersion, listings);
    }

    static ListedEntry of(Placed placed) {
      List<Listing> listings = new ArrayList<>();
      placed.positions.forEach(
          (group, position) -> listings.add(new Listing(group(group), "p" + position)));
      return new ListedEntry(Contents.address("entry" + placed.entry), 1, listings);
    }
  }

  private static Address group(int number) {
    return Contents.address("group" + number);
  }

  private final EntryIndex<ListedEntry> index = new EntryIndex<>(ListedEntry.KIND, 16);
  private final Map<Address, ListedEntry> model = new TreeMap<>();

  @Provide
  Arbitrary<List<Placed>> placed() {
    Arbitrary<Map<Integer, Integer>> positions =
        Arbitraries.maps(
                Arbitraries.integers().between(0, GROUPS - 1),
                // Few, so that entries share a position.
                Arbitraries.integers().between(0, 5))
            .ofMaxSize(GROUPS);
    return Combinators.combine(Arbitraries.integers().between(0, ENTRIES - 1), positions)
        .as(Placed::new)
        .list()
        .ofMaxSize(ENTRIES)
        .uniqueElements(Placed::entry);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(Arbitraries.of(Action.class), placed())
        .as(Step::new)
        .list()
        .ofMaxSize(12);
  }

  @Property
  void groups_afterAnySteps_areThoseOfTheModel(
      @ForAll("placed") List<Placed> loaded, @ForAll("steps") List<Step> steps) {
    for (Placed each : loaded) {
      ListedEntry entry = ListedEntry.of(each);
      index.load(entry);
      model.put(entry.address(), entry);
    }
    for (Step step : steps) {
      switch (step.action) {
        case LIST -> check();
        case PUT -> put(step.placed);
        case PUT_TWICE -> {
          put(step.placed);
          // As a change that has failed in the middle is repeated.
          put(step.placed);
        }
        case REMOVE -> step.placed.forEach(this::remove);
      }
    }
    check();
    index.clear();
    model.clear();
    check();
  }

  private void put(List<Placed> placed) {
    Map<ListedEntry, ListedEntry> before = new LinkedHashMap<>();
    for (Placed each : placed) {
      ListedEntry entry = ListedEntry.of(each);
      before.put(entry, model.put(entry.address(), entry));
    }
    before.forEach(index::put);
    index.addToListings(List.copyOf(before.keySet()));
  }

  private void remove(Placed placed) {
    ListedEntry entry = model.remove(ListedEntry.of(placed).address());
    if (entry != null) {
      index.remove(entry);
      index.remove(entry);
    }
  }

  private void check() {
    for (int number = 0; number < GROUPS; number++) {
      Address group = group(number);
      for (String after : List.of("", "p0", "p3", "p5")) {
        List<ListedEntry> expected =
            model.values().stream()
                .filter(entry -> entry.positionIn(group).orElse("").compareTo(after) > 0)
                .sorted(
                    Comparator.comparing((ListedEntry entry) -> entry.positionIn(group).get())
                        .thenComparing(ListedEntry::address))
                .toList();
        assertThat(index.inGroup(group, after)).containsExactlyElementsOf(expected);
        if (after.isEmpty()) {
          assertThat(index.count(group)).isEqualTo(expected.size());
        }
      }
    }
    assertThat(index.after(Contents.address(""))).containsExactlyElementsOf(model.values());
  }
}
