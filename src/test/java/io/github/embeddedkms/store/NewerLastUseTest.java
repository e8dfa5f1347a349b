package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of a later version rewrites a key, or its last use, while this version uses the key. */
class NewerLastUseTest {

  private static final Instant CREATED = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final Address REWRITTEN = Contents.address("11111111-1111-1111-1111-111111111111");
  private static final Address OTHER = Contents.address("22222222-2222-2222-2222-222222222222");
  private static final String WRITTEN_BY_NEWER =
      " of account 000000000000 in us-east-1 was written by a newer version of embedded-kms";

  /** The later version stores something else where this version stores last uses. */
  private static final List<EntryKind<?>> LATER =
      List.of(KeyEntry.KIND, AliasEntry.KIND, NoteEntry.KIND, NicknamedKey.KIND);

  @TempDir Path directory;

  private final List<String> failures = new ArrayList<>();
  private Instant now = CREATED;
  private TestDatabase database;
  private LocalKeyProvider kms;

  @BeforeEach
  void create() {
    database = TestDatabase.sqlite(directory.resolve("keys.db"));
    SealedKeyStorage storage = open();
    storage.apply(Change.put(TestKeys.symmetric(REWRITTEN, CREATED)));
    storage.apply(Change.put(TestKeys.symmetric(OTHER, CREATED)));
    kms =
        LocalKeyProvider.builder()
            .clock(() -> now)
            .storage(storage)
            .failureListener(
                (operation, failure) -> failures.add(operation + ": " + failure.getMessage()))
            .build();
  }

  @AfterEach
  void close() {
    kms.close();
  }

  private SealedKeyStorage open() {
    return database.open(Duration.ZERO);
  }

  private SealedKeyStorage openLater() {
    return database
        .builder()
        .rootKey(RootKey.unsealedForTests())
        .maximumStaleness(Duration.ZERO)
        .kinds(LATER)
        .open();
  }

  /** Uses both keys, which writes the first use of each at once, and later ones when closed. */
  private void useBoth() {
    now = now.plusSeconds(1);
    for (Address key : List.of(REWRITTEN, OTHER)) {
      kms.generateDataKey(b -> b.keyId(key.id()).keySpec(DataKeySpec.AES_256));
    }
  }

  private Instant storedUse(SealedKeyStorage storage, Address key) {
    return storage.entry(LastUseEntry.KIND, LastUseEntry.addressOf(key)).orElseThrow().date();
  }

  @Test
  void close_keyRewritten_writesTheLastUsesOfTheOthers() {
    useBoth();
    Instant first = now;
    useBoth();
    try (SealedKeyStorage later = openLater()) {
      NicknamedKey key = later.entry(NicknamedKey.KIND, REWRITTEN).orElseThrow();
      assertThat(later.apply(Change.put(key.nicknamed("a nickname")))).isTrue();
    }
    kms.close();

    try (SealedKeyStorage storage = open()) {
      assertThat(storedUse(storage, OTHER)).isEqualTo(now).isAfter(first);
      assertThat(storedUse(storage, REWRITTEN)).isEqualTo(first);
    }
    assertThat(failures)
        .containsExactly("close: embedded-kms: key " + REWRITTEN.id() + WRITTEN_BY_NEWER);
  }

  @Test
  void close_lastUseRewritten_writesTheLastUsesOfTheOthers() {
    useBoth();
    useBoth();
    Address lastUse = LastUseEntry.addressOf(REWRITTEN);
    try (SealedKeyStorage storage = open()) {
      LastUseEntry before = storage.entry(LastUseEntry.KIND, lastUse).orElseThrow();
      assertThat(storage.apply(Change.remove(List.of(before)))).isTrue();
    }
    try (SealedKeyStorage later = openLater()) {
      NoteEntry note = new NoteEntry(lastUse, 1, REWRITTEN.id(), "a note", null);
      assertThat(later.apply(Change.put(note))).isTrue();
    }
    kms.close();

    try (SealedKeyStorage storage = open()) {
      assertThat(storedUse(storage, OTHER)).isEqualTo(now);
    }
    try (SealedKeyStorage later = openLater()) {
      assertThat(later.entry(NoteEntry.KIND, lastUse)).isPresent();
    }
    assertThat(failures)
        .containsExactly("close: embedded-kms: last use " + lastUse.id() + WRITTEN_BY_NEWER);
  }
}
