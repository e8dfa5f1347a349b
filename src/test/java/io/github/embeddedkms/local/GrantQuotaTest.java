package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.GrantEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The most grants that a key can have. */
class GrantQuotaTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;
  private final String grantId = create(b -> {}).grantId();
  private final String secondId = create(b -> {}).grantId();

  @AfterEach
  void close() {
    fixture.close();
  }

  private CreateGrant.Response create(Consumer<CreateGrantBuilder> more) {
    return kms.createGrant(
        b -> {
          b.keyId(fixture.keyId).granteePrincipal(ALICE).operations(List.of(DECRYPT));
          more.accept(b);
        });
  }

  /** The grants are put into the storage directly: fifty thousand calls would take long. */
  @Test
  void createGrant_keyWithTheMostGrants_isRefusedUntilOneIsGone() {
    fillUp();
    String message = "embedded-kms: the key already has 50000 grants, the maximum";
    fixture.storage.changes = 0;
    for (String name : new String[] {null, "n"}) {
      assertThatThrownBy(() -> create(b -> b.name(name)))
          .isExactlyInstanceOf(LimitExceededException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> create(b -> b.name(name).dryRun(true)))
          .isExactlyInstanceOf(LimitExceededException.class)
          .hasMessage(message);
    }
    assertThat(fixture.storage.changes).isZero();
    // Another key has its own quota.
    create(b -> b.keyId(fixture.otherKeyId));
    kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(grantId));
    String last = create(b -> {}).grantId();
    assertThatThrownBy(() -> create(b -> {})).isExactlyInstanceOf(LimitExceededException.class);
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId).grantId(last)).grants()).hasSize(1);
  }

  private void fillUp() {
    GrantEntry like =
        fixture
            .storage
            .entry(GrantEntry.KIND, GrantEntry.addressOf(fixture.key().address(), grantId))
            .orElseThrow();
    List<Entry> grants = new ArrayList<>();
    for (int i = 2; i < GrantOperations.MAX_GRANTS_PER_KEY; i++) {
      String id = String.format("%064x", i);
      grants.add(
          new GrantEntry(
              GrantEntry.addressOf(fixture.key().address(), id),
              1,
              i,
              new Grant(
                  id,
                  null,
                  Fixture.NOW,
                  Fixture.ACCOUNT,
                  BOB,
                  null,
                  null,
                  null,
                  like.grant().operations(),
                  null)));
    }
    assertThat(fixture.storage.apply(new Change(grants, List.of(), List.of()))).isTrue();
  }

  /** Nothing would be created, so the quota does not matter. */
  @Test
  void createGrant_sameNameOnAFullKey_isTheSameGrant() {
    String named = create(b -> b.name("n")).grantId();
    kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(secondId));
    fillUp();
    assertThat(create(b -> b.name("n")).grantId()).isEqualTo(named);
  }
}
