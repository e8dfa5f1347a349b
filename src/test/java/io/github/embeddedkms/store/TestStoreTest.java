package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import org.junit.jupiter.api.Test;

@OverDatabases
class TestStoreTest {

  @Test
  void create_storage_isThatOfTheProperty() {
    try (TestStore place = TestStore.create();
        KeyStorage storage = place.open()) {
      assertThat(storage)
          .isInstanceOf(
              System.getProperty("fixture.storage") == null
                  ? InMemoryKeyStorage.class
                  : SealedKeyStorage.class);
    }
  }

  @Test
  void reopen_storage_hasWhatWasWritten() {
    try (TestStore place = TestStore.create();
        KeyStorage first = place.open();
        LocalKeyProvider before = LocalKeyProvider.builder().storage(first).build()) {
      String keyId = before.createKey(key -> {}).keyMetadata().keyId();
      try (KeyStorage second = place.reopen(first);
          LocalKeyProvider after = LocalKeyProvider.builder().storage(second).build()) {
        // A storage in memory cannot be opened again.
        assertThat(second == first).isEqualTo(first instanceof InMemoryKeyStorage);
        assertThat(after.describeKey(key -> key.keyId(keyId)).keyMetadata().keyId())
            .isEqualTo(keyId);
      }
    }
  }

  @Test
  void create_placesAfterEachOther_areEmpty() {
    for (int round = 0; round < 3; round++) {
      try (TestStore place = TestStore.create();
          KeyStorage storage = place.open();
          LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build()) {
        assertThat(kms.listKeys(list -> {}).keys()).isEmpty();
        kms.createKey(key -> {});
      }
    }
  }

  @Test
  void create_placesAtTheSameTime_areIsolated() {
    try (TestStore onePlace = TestStore.create();
        TestStore otherPlace = TestStore.create();
        LocalKeyProvider one = LocalKeyProvider.builder().storage(onePlace.open()).build();
        LocalKeyProvider other = LocalKeyProvider.builder().storage(otherPlace.open()).build()) {
      one.createKey(key -> {});
      assertThat(other.listKeys(list -> {}).keys()).isEmpty();
    }
  }
}
