package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The listings of loaded entries are created when they are first used, by any thread. */
@Timeout(60)
class EntryIndexTest {

  private static final int LOADED = 2_000;
  private static final int CHANGES = 200;
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final String KEY = "11111111-1111-1111-1111-111111111111";
  private static final String OTHER_KEY = "22222222-2222-2222-2222-222222222222";

  private final EntryIndex<AliasEntry> index = new EntryIndex<>(AliasEntry.KIND, 16);

  private static AliasEntry alias(int number, long version, String key) {
    String name = String.format(Locale.ROOT, "alias/%05d", number);
    return new AliasEntry(Contents.address(name), version, key, NOW, NOW);
  }

  private void put(AliasEntry entry, AliasEntry before) {
    index.put(entry, before);
    index.addToListings(List.of(entry));
  }

  private static List<String> ids(Stream<AliasEntry> entries) {
    return entries.map(entry -> entry.address().id()).toList();
  }

  private static List<String> names(int from, int to) {
    List<String> names = new ArrayList<>();
    for (int i = from; i < to; i++) {
      names.add(alias(i, 1, KEY).address().id());
    }
    return names;
  }

  @Test
  void listings_ofEntriesLoadedInAnyOrder_areSorted() {
    for (int i = LOADED - 1; i >= 0; i--) {
      index.load(alias(i, 1, i % 2 == 0 ? KEY : OTHER_KEY));
    }
    assertThat(ids(index.after(Contents.address("")))).isEqualTo(names(0, LOADED));
    assertThat(ids(index.inGroup(Contents.address(OTHER_KEY), ""))).hasSize(LOADED / 2).isSorted();
    assertThat(ids(index.inGroup(Contents.address(OTHER_KEY), "alias/01995")))
        .containsExactly("alias/01997", "alias/01999");
  }

  /** An address may be loaded, removed and added again before the listings are created. */
  @Test
  void listings_addressPutAgain_containItOnce() {
    AliasEntry loaded = alias(1, 1, KEY);
    index.load(loaded);
    index.load(alias(2, 1, KEY));
    put(alias(1, 2, OTHER_KEY), loaded);
    index.remove(alias(2, 1, KEY));
    put(alias(2, 1, KEY), null);
    put(alias(3, 1, KEY), null);
    index.remove(alias(3, 1, KEY));
    assertThat(ids(index.after(Contents.address("")))).isEqualTo(names(1, 3));
    assertThat(ids(index.inGroup(Contents.address(KEY), ""))).isEqualTo(names(2, 3));
    assertThat(ids(index.inGroup(Contents.address(OTHER_KEY), ""))).isEqualTo(names(1, 2));
  }

  /** A reader may have found an entry just before it is moved. */
  @Test
  void listing_entryMovedWhileItIsRead_omitsIt() {
    for (int i = 0; i < 3; i++) {
      put(alias(i, 1, KEY), null);
    }
    Iterator<AliasEntry> listing = index.inGroup(Contents.address(KEY), "").iterator();
    assertThat(listing.next()).isEqualTo(alias(0, 1, KEY));
    put(alias(1, 2, OTHER_KEY), alias(1, 1, KEY));
    assertThat(listing.next()).isEqualTo(alias(2, 1, KEY));
    assertThat(listing).isExhausted();
    assertThat(index.count(Contents.address(KEY))).isEqualTo(2);
    assertThat(index.count(Contents.address(OTHER_KEY))).isEqualTo(1);
  }

  @Test
  void related_keysOfOneId_areFoundInEveryRegion_whetherLoadedOrPut() {
    EntryIndex<KeyEntry> keys = new EntryIndex<>(KeyEntry.KIND, 16);
    String id = "mrk-1234abcd12ab34cd56ef1234567890ab";
    KeyEntry one = TestKeys.symmetric(new Address("111122223333", "us-east-1", id), NOW);
    KeyEntry two = TestKeys.symmetric(new Address("111122223333", "eu-west-1", id), NOW);
    keys.load(one);
    keys.load(TestKeys.symmetric(new Address("444455556666", "eu-west-1", id), NOW));
    keys.load(TestKeys.symmetric(new Address("111122223333", "eu-west-1", id + "0"), NOW));
    keys.load(TestKeys.symmetric(new Address("111122223333", "eu-west-1", KEY), NOW));
    keys.put(two, null);
    keys.addToListings(List.of(two));
    assertThat(keys.related("111122223333", id)).containsExactly(two, one);
    // Only multi-Region keys are indexed.
    assertThat(keys.related("111122223333", KEY)).isEmpty();
    keys.remove(one);
    assertThat(keys.related("111122223333", id)).containsExactly(two);
    keys.put(one, null);
    keys.addToListings(List.of(one));
    assertThat(keys.related("111122223333", id)).containsExactly(two, one);
    keys.clear();
    assertThat(keys.related("111122223333", id)).isEmpty();
  }

  @Test
  void listings_createdDuringChanges_haveEveryChange() throws InterruptedException {
    for (int round = 0; round < 30; round++) {
      index.clear();
      for (int i = 0; i < LOADED; i++) {
        index.load(alias(i, 1, KEY));
      }
      CountDownLatch ready = new CountDownLatch(1);
      Thread lister =
          new Thread(
              () -> {
                ready.countDown();
                assertThat(index.after(Contents.address("")).count()).isPositive();
              });
      lister.start();
      ready.await();
      for (int i = 0; i < CHANGES; i++) {
        put(alias(LOADED + i, 1, KEY), null);
        index.remove(alias(i, 1, KEY));
        put(alias(1_000 + i, 2, OTHER_KEY), alias(1_000 + i, 1, KEY));
      }
      lister.join();

      List<String> all = names(CHANGES, LOADED + CHANGES);
      List<String> moved = names(1_000, 1_000 + CHANGES);
      TreeSet<String> kept = new TreeSet<>(all);
      moved.forEach(kept::remove);
      assertThat(ids(index.after(Contents.address("")))).isEqualTo(all);
      assertThat(ids(index.inGroup(Contents.address(OTHER_KEY), ""))).isEqualTo(moved);
      assertThat(ids(index.inGroup(Contents.address(KEY), ""))).isEqualTo(List.copyOf(kept));
    }
  }
}
