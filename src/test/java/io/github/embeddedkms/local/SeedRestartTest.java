package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A seed with a storage that outlives the provider, as in {@code serve --seed F --store S}. */
@OverDatabases
class SeedRestartTest {

  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String OTHER_KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";
  private static final String OLD = "00".repeat(32);
  private static final String NEW = "0f".repeat(32);

  private static final Seed ORDERS =
      oneKey(
          key -> key.backingKey(OLD).description("orders").tag("team", "a").alias("alias/orders"));

  private final TestStore store = TestStore.create();

  /** The store, which the test closes at its end, not a provider. */
  private final Fixture.CountingStorage storage =
      new Fixture.CountingStorage(store.open()) {
        @Override
        public void close() {
          if (finished) {
            super.close();
          }
        }
      };

  private boolean finished;

  private Instant now = Fixture.NOW;

  @AfterEach
  void closeStore() {
    finished = true;
    storage.close();
    store.close();
  }

  private static Seed oneKey(Consumer<Seed.KeyBuilder> key) {
    return Seed.builder().key(KEY_ID, key).build();
  }

  /** Starts a provider with the existing store. */
  private LocalKeyProvider start(Seed seed) {
    storage.reopen(store);
    storage.changes = 0;
    return LocalKeyProvider.builder().clock(() -> now).storage(storage).seed(seed).build();
  }

  private void assertRefused(Seed seed, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(seed))
        .withMessage("embedded-kms: " + message);
    assertThat(storage.changes).isZero();
  }

  private static Bytes seal(LocalKeyProvider kms) {
    return kms.encrypt(b -> b.keyId(KEY_ID).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  private static String open(LocalKeyProvider kms, Bytes blob) {
    return kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String();
  }

  private static KeyMetadata describe(LocalKeyProvider kms) {
    return kms.describeKey(b -> b.keyId(KEY_ID)).keyMetadata();
  }

  private static List<String> keyIds(LocalKeyProvider kms) {
    return kms.listKeys(b -> {}).keys().stream().map(KeyListEntry::keyId).toList();
  }

  private static List<String> aliases(LocalKeyProvider kms) {
    return kms.listAliases(b -> {}).aliases().stream()
        .map(alias -> alias.aliasName() + " " + alias.targetKeyId())
        .toList();
  }

  @Test
  void restart_nothingChanged_writesNothing_andOpensOldBlobs() {
    Bytes blob;
    KeyMetadata before;
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(storage.changes).isEqualTo(1);
      blob = seal(kms);
      before = describe(kms);
    }
    now = now.plusSeconds(1000);
    for (int i = 0; i < 3; i++) {
      try (LocalKeyProvider kms = start(ORDERS)) {
        assertThat(storage.changes).isZero();
        assertThat(open(kms, blob)).isEqualTo("hello");
        assertThat(describe(kms)).isEqualTo(before);
        assertThat(aliases(kms)).containsExactly("alias/orders " + KEY_ID);
      }
    }
  }

  @Test
  void restart_keyWithoutMaterialInTheSeed_keepsItsRandomMaterial() {
    Seed seed = oneKey(key -> key.alias("alias/orders"));
    Bytes blob;
    try (LocalKeyProvider kms = start(seed)) {
      blob = seal(kms);
    }
    try (LocalKeyProvider kms = start(seed)) {
      assertThat(open(kms, blob)).isEqualTo("hello");
    }
    // With a material that the storage does not have, it is another key.
    assertRefused(
        oneKey(key -> key.backingKey(NEW)),
        "key "
            + KEY_ID
            + ": the storage has this key with other material; use another storage, or give the key"
            + " another id in the seed");
  }

  @Test
  void restart_afterChanges_leavesStateTagsAndDescription() {
    try (LocalKeyProvider kms = start(ORDERS)) {
      kms.disableKey(b -> b.keyId(KEY_ID));
    }
    Seed described =
        oneKey(
            key -> key.backingKey(OLD).description("new").tag("team", "b").alias("alias/orders"));
    try (LocalKeyProvider kms = start(described)) {
      assertThat(storage.changes).isZero();
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.DISABLED);
      assertThat(describe(kms).description()).isEqualTo("orders");
      Address address = new Address(kms.defaultCaller().account(), "us-east-1", KEY_ID);
      assertThat(storage.key(address).orElseThrow().tags()).containsExactly(new Tag("team", "a"));
    }
  }

  @Test
  void restart_keyPendingDeletion_staysPending() {
    try (LocalKeyProvider kms = start(ORDERS)) {
      kms.scheduleKeyDeletion(b -> b.keyId(KEY_ID).pendingWindowInDays(7));
    }
    now = now.plus(Duration.ofDays(7)).minusMillis(1);
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(storage.changes).isZero();
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.PENDING_DELETION);
    }
  }

  @Test
  void restart_keyDeleted_createsItAgainWithItsAlias() {
    Bytes blob;
    try (LocalKeyProvider kms = start(ORDERS)) {
      blob = seal(kms);
      kms.scheduleKeyDeletion(b -> b.keyId(KEY_ID).pendingWindowInDays(7));
    }
    // There is no call between the deletion date and the start: the start carries out the deletion.
    now = now.plus(Duration.ofDays(7));
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.ENABLED);
      assertThat(describe(kms).creationDate()).isEqualTo(now);
      assertThat(aliases(kms)).containsExactly("alias/orders " + KEY_ID);
      assertThat(open(kms, blob)).isEqualTo("hello");
      kms.scheduleKeyDeletion(b -> b.keyId(KEY_ID).pendingWindowInDays(7));
      now = now.plus(Duration.ofDays(7));
      assertThat(kms.purge()).isEqualTo(1);
    }
    // The deletion was carried out and written.
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(open(kms, seal(kms))).isEqualTo("hello");
      assertThat(aliases(kms)).containsExactly("alias/orders " + KEY_ID);
    }
  }

  @Test
  void restart_keyWithRandomMaterialDeleted_hasNewMaterial() {
    Seed seed = oneKey(key -> {});
    Bytes blob;
    try (LocalKeyProvider kms = start(seed)) {
      blob = seal(kms);
      kms.scheduleKeyDeletion(b -> b.keyId(KEY_ID).pendingWindowInDays(7));
    }
    now = now.plus(Duration.ofDays(7));
    try (LocalKeyProvider kms = start(seed)) {
      assertThat(open(kms, seal(kms))).isEqualTo("hello");
      assertThat(catchThrowable(() -> open(kms, blob))).isInstanceOf(AccessDeniedException.class);
    }
  }

  @Test
  void restart_aliasDeleted_staysDeleted_andOneAddedToTheSeedIsNotCreated() {
    try (LocalKeyProvider kms = start(ORDERS)) {
      kms.deleteAlias(b -> b.aliasName("alias/orders"));
      kms.createAlias(b -> b.aliasName("alias/own").targetKeyId(KEY_ID));
    }
    Seed more = oneKey(key -> key.backingKey(OLD).alias("alias/orders").alias("alias/added"));
    try (LocalKeyProvider kms = start(more)) {
      assertThat(storage.changes).isZero();
      assertThat(aliases(kms)).containsExactly("alias/own " + KEY_ID);
    }
  }

  @Test
  void restart_aliasPointsToAnotherKey_isRefused_untilItIsPointedBack() {
    String other;
    try (LocalKeyProvider kms = start(ORDERS)) {
      other = kms.createKey(b -> {}).keyMetadata().keyId();
      kms.updateAlias(b -> b.aliasName("alias/orders").targetKeyId(other));
    }
    assertRefused(
        ORDERS,
        "alias alias/orders: the storage has it for key "
            + other
            + ", the seed for key "
            + KEY_ID
            + "; change the seed, or point the alias back with UpdateAlias");
    try (LocalKeyProvider kms = start(oneKey(key -> {}))) {
      kms.updateAlias(b -> b.aliasName("alias/orders").targetKeyId(KEY_ID));
    }
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(storage.changes).isZero();
      assertThat(aliases(kms)).containsExactly("alias/orders " + KEY_ID);
    }
  }

  @Test
  void restart_aliasPointsToAnotherKeyOfTheSeed_isRefused_andNoNewKeyIsCreated() {
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(keyIds(kms)).containsExactly(KEY_ID);
    }
    Seed moved =
        Seed.builder()
            .key(KEY_ID, key -> key.backingKey(OLD))
            .key(OTHER_KEY_ID, key -> key.alias("alias/orders"))
            .build();
    assertRefused(
        moved,
        "alias alias/orders: the storage has it for key "
            + KEY_ID
            + ", the seed for key "
            + OTHER_KEY_ID
            + "; change the seed, or point the alias back with UpdateAlias");
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(keyIds(kms)).containsExactly(KEY_ID);
    }
  }

  @Test
  void restart_keyAddedToTheSeed_createsOnlyThatKey() {
    Bytes blob;
    try (LocalKeyProvider kms = start(ORDERS)) {
      blob = seal(kms);
      kms.disableKey(b -> b.keyId(KEY_ID));
    }
    Seed more =
        Seed.builder()
            .key(OTHER_KEY_ID, key -> key.backingKey(NEW).alias("alias/other"))
            .key(KEY_ID, key -> key.backingKey(OLD).alias("alias/orders").alias("alias/late"))
            .build();
    try (LocalKeyProvider kms = start(more)) {
      assertThat(storage.changes).isEqualTo(1);
      assertThat(keyIds(kms)).containsExactly(KEY_ID, OTHER_KEY_ID);
      assertThat(aliases(kms))
          .containsExactly("alias/orders " + KEY_ID, "alias/other " + OTHER_KEY_ID);
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.DISABLED);
      kms.enableKey(b -> b.keyId(KEY_ID));
      assertThat(open(kms, blob)).isEqualTo("hello");
    }
    // A key that was removed from the seed is not deleted.
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(keyIds(kms)).containsExactly(KEY_ID, OTHER_KEY_ID);
    }
  }

  @Test
  void restart_someOfTheMaterials_isPresent_otherMaterialsAreRefused() {
    try (LocalKeyProvider kms = start(oneKey(key -> key.backingKey(OLD).backingKey(NEW)))) {
      assertThat(open(kms, seal(kms))).isEqualTo("hello");
    }
    for (Seed part :
        List.of(
            oneKey(key -> key.backingKey(NEW)),
            oneKey(key -> key.backingKey(NEW).backingKey(OLD)),
            oneKey(key -> {}))) {
      try (LocalKeyProvider kms = start(part)) {
        assertThat(storage.changes).isZero();
        assertThat(keyIds(kms)).containsExactly(KEY_ID);
      }
    }
    String refusal =
        "key "
            + KEY_ID
            + ": the storage has this key with other material; use another storage, or give the key"
            + " another id in the seed";
    assertRefused(oneKey(key -> key.backingKey("aa".repeat(32))), refusal);
    assertRefused(oneKey(key -> key.backingKey(OLD).backingKey("aa".repeat(32))), refusal);
  }

  @Test
  void apply_conflictInLaterKey_createsNoEarlierKeys() {
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(keyIds(kms)).containsExactly(KEY_ID);
    }
    Seed mixed =
        Seed.builder()
            .key(OTHER_KEY_ID, key -> key.backingKey(NEW))
            .key(KEY_ID, key -> key.backingKey(NEW))
            .build();
    assertRefused(
        mixed,
        "key "
            + KEY_ID
            + ": the storage has this key with other material; use another storage, or give the key"
            + " another id in the seed");
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(keyIds(kms)).containsExactly(KEY_ID);
    }
  }

  @Test
  void apply_sameSeedByAnotherNodeConcurrently_bothStart() {
    storage.reopen(store);
    // In memory, no other storage has the same keys.
    Fixture.CountingStorage others =
        TestStore.isDatabase() ? new Fixture.CountingStorage(store.open()) : storage;
    storage.beforeNextChange =
        () -> {
          try (LocalKeyProvider other =
              LocalKeyProvider.builder().clock(() -> now).storage(others).seed(ORDERS).build()) {
            assertThat(describe(other).keyState()).isEqualTo(KeyState.ENABLED);
          }
        };
    storage.changes = 0;
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder().clock(() -> now).storage(storage).seed(ORDERS).build()) {
      assertThat(others.changes).isEqualTo(1);
      assertThat(storage.changes).isEqualTo(TestStore.isDatabase() ? 0 : 1);
      assertThat(open(kms, seal(kms))).isEqualTo("hello");
    }
  }

  @Test
  void apply_otherRegionOrAccount_createsItsOwnKeys() {
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(keyIds(kms)).containsExactly(KEY_ID);
    }
    storage.reopen(store);
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder().region("eu-west-1").storage(storage).seed(ORDERS).build()) {
      assertThat(keyIds(kms)).containsExactly(KEY_ID);
      assertThat(kms.inRegion("us-east-1").listAliases(b -> {}).aliases())
          .extracting(AliasListEntry::aliasName)
          .containsExactly("alias/orders");
    }
  }

  @Test
  void apply_newKeyWithExistingAlias_leavesTheAlias() {
    storage.reopen(store);
    Address address = new Address(LocalKeyProvider.DEFAULT_ACCOUNT, "us-east-1", "alias/orders");
    storage.apply(Change.put(new AliasEntry(address, 1, KEY_ID, now, now)));
    now = now.plusSeconds(10);
    try (LocalKeyProvider kms = start(ORDERS)) {
      assertThat(aliases(kms)).containsExactly("alias/orders " + KEY_ID);
      assertThat(storage.alias(address).orElseThrow().creationDate()).isEqualTo(Fixture.NOW);
    }
  }
}
