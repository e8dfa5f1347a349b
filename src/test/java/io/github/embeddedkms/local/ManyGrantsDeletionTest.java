package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestGrants;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The deletion of a key with so many grants that it takes several changes. */
@OverDatabases
class ManyGrantsDeletionTest {

  /** What is thrown in place of a change, as if the process were killed there. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final Fixture fixture = new Fixture();
  private final Address key = new Address(Fixture.ACCOUNT, Fixture.REGION, fixture.keyId);

  @AfterEach
  void close() {
    fixture.close();
  }

  private int grants() {
    return fixture.storage.countOf(GrantEntry.KIND, key);
  }

  private void scheduleWithGrants(int count) {
    assertThat(
            fixture.storage.apply(
                new Change(List.copyOf(TestGrants.plain(key, 0, count)), List.of(), List.of())))
        .isTrue();
    fixture.kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
    fixture.now = fixture.now.plus(Duration.ofDays(7));
  }

  @Test
  void purge_killedBeforeEachChange_goesOnAtTheNextCall() {
    scheduleWithGrants(2_300);
    for (int left : new int[] {2_300, 1_300, 300}) {
      fixture.storage.beforeNextChange = ManyGrantsDeletionTest::kill;
      assertThatThrownBy(fixture.kms::purge).isInstanceOf(Killed.class);
      // The key still exists, so that no grant is without one.
      assertThat(grants()).isEqualTo(left);
      assertThat(fixture.storage.key(key)).isPresent();
      if (left > 300) {
        fixture.storage.beforeNextChange =
            () -> fixture.storage.beforeNextChange = ManyGrantsDeletionTest::kill;
        assertThatThrownBy(fixture.kms::purge).isInstanceOf(Killed.class);
      }
    }
    assertThat(fixture.kms.purge()).isEqualTo(1);
    assertThat(grants()).isZero();
    assertThat(fixture.storage.key(key)).isEmpty();
  }

  private static void kill() {
    throw new Killed();
  }

  /** No call sees a key that is due, although it cannot be deleted at once. */
  @Test
  void describeKey_afterAKill_finishesTheDeletionFirst() {
    scheduleWithGrants(1_200);
    fixture.storage.beforeNextChange =
        () -> fixture.storage.beforeNextChange = ManyGrantsDeletionTest::kill;
    assertThatThrownBy(fixture.kms::purge).isInstanceOf(Killed.class);
    assertThat(grants()).isEqualTo(200);
    assertThatThrownBy(() -> fixture.kms.describeKey(b -> b.keyId(fixture.keyId)))
        .isInstanceOf(NotFoundException.class);
    assertThat(grants()).isZero();
  }
}
