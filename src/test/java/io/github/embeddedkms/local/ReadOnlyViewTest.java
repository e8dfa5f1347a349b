package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.fixture.TestGrants;
import io.github.embeddedkms.store.fixture.TestKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The grants of keys that count as deleted are hidden, wherever they are listed. */
class ReadOnlyViewTest {

  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";
  private static final Instant DUE = TestGrants.CREATED.plus(Duration.ofDays(7));
  private static final Address KEPT = key("11111111-1111-1111-1111-111111111111");
  private static final Address DELETED = key("22222222-2222-2222-2222-222222222222");
  private static final String RETIRER = "arn:aws:iam::111122223333:user/bob";
  private static final Address RETIRABLE = GrantEntry.byRetirer(KEPT.region(), RETIRER);

  private final KeyStorage storage = KeyStorage.inMemory();
  private Instant now = TestGrants.CREATED;
  private final KeyStorage view = new ReadOnlyView(storage, ProviderClock.of(() -> now, storage));

  private static Address key(String id) {
    return new Address("111122223333", "eu-west-1", id);
  }

  private static GrantEntry grant(Address key, int number) {
    return TestGrants.of(key, number, ALICE, "", "name", RETIRER);
  }

  /** Fills a storage with grants of two keys in turn, the last two of the one that is kept. */
  @BeforeEach
  void fill() {
    KeyEntry pending =
        TestKeys.symmetric(DELETED, TestGrants.CREATED)
            .changed(key -> key.state(KeyState.PENDING_DELETION).deletionDate(DUE))
            .atVersion(1);
    List<Entry> entries =
        new ArrayList<>(List.of(TestKeys.symmetric(KEPT, TestGrants.CREATED), pending));
    for (int number = 0; number < 10; number += 2) {
      entries.add(grant(DELETED, number));
      entries.add(grant(KEPT, number + 1));
    }
    entries.add(grant(KEPT, 10));
    assertThat(storage.apply(new Change(entries, List.of(), List.of()))).isTrue();
  }

  @AfterEach
  void close() {
    view.close();
  }

  private List<Long> orders(Address group, String after, int limit) {
    return view.entriesOf(GrantEntry.KIND, group, after, limit).stream()
        .map(GrantEntry::order)
        .toList();
  }

  @Test
  void grants_beforeTheirKeyIsDue_areAllListed() {
    assertThat(orders(RETIRABLE, "", 100)).hasSize(11).isSorted();
    assertThat(view.countOf(GrantEntry.KIND, RETIRABLE)).isEqualTo(11);
    assertThat(view.countOf(GrantEntry.KIND, DELETED)).isEqualTo(5);
    assertThat(view.countOf(GrantEntry.KIND, GrantEntry.byGrantee(KEPT, ALICE))).isEqualTo(6);
  }

  @Test
  void grants_onceTheirKeyIsDue_areHidden_andDoNotShortenPages() {
    now = DUE;
    assertThat(orders(DELETED, "", 100)).isEmpty();
    assertThat(orders(GrantEntry.byGrantee(DELETED, ALICE), "", 100)).isEmpty();
    assertThat(view.countOf(GrantEntry.KIND, DELETED)).isZero();
    assertThat(view.entry(GrantEntry.KIND, grant(DELETED, 2).address())).isEmpty();
    assertThat(view.entry(GrantEntry.KIND, grant(KEPT, 3).address())).isPresent();
    assertThat(orders(KEPT, "", 100)).containsExactly(1L, 3L, 5L, 7L, 9L, 10L);
    assertThat(view.countOf(GrantEntry.KIND, RETIRABLE)).isEqualTo(6);
    assertThat(orders(RETIRABLE, "", 4)).containsExactly(1L, 3L, 5L, 7L);
    assertThat(orders(RETIRABLE, grant(KEPT, 7).position(), 4)).containsExactly(9L, 10L);
    assertThat(orders(RETIRABLE, grant(KEPT, 10).position(), 4)).isEmpty();
  }
}
