package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.TestKeys;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryKeyStorageTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] BYTES = new byte[32];
  private static final Instant NOW = Instant.EPOCH;

  private final KeyStorage storage = KeyStorage.inMemory();
  private final SymmetricMaterial material = sameBytes();
  private final KeyEntry key = key("111111111111", "eu-west-1", material);
  private final AliasEntry alias =
      new AliasEntry(new Address("111111111111", "eu-west-1", "alias/a"), 1, "key", NOW, NOW);

  private static SymmetricMaterial sameBytes() {
    return SymmetricMaterial.of("key", Suite.XAES_256_GCM, SecretBytes.fromByteArray(BYTES));
  }

  private static KeyEntry key(String account, String region, SymmetricMaterial material) {
    return TestKeys.symmetric(new Address(account, region, "key"), NOW, material);
  }

  private List<MaterialEntry> entries(SymmetricMaterial... materials) {
    return TestKeys.symmetric(key.address(), NOW, materials).materials();
  }

  @Test
  void put_entry_isFoundOnlyInItsAccountAndRegion() {
    assertThat(storage.apply(Change.put(key))).isTrue();
    assertThat(storage.key(key.address())).hasValue(key);
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", material.id())).hasValue(key);
    assertThat(storage.keyOfMaterial("222222222222", "eu-west-1", material.id())).isEmpty();
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-2", material.id())).isEmpty();
    assertThat(storage.key(new Address("111111111111", "eu-west-2", "key"))).isEmpty();
    assertThat(storage.alias(new Address("111111111111", "eu-west-1", "key"))).isEmpty();
  }

  @Test
  void apply_keyHasAsManyAliasesAsTheLimit_isRefused() {
    Address owner = key.address();
    AliasEntry other =
        new AliasEntry(new Address("111111111111", "eu-west-1", "alias/b"), 1, "key", NOW, NOW);
    AliasEntry elsewhere =
        new AliasEntry(new Address("111111111111", "eu-west-2", "alias/a"), 1, "key", NOW, NOW);
    storage.apply(Change.put(elsewhere));
    assertThat(storage.apply(Change.put(alias).ifKeyHasFewerThan(1, AliasEntry.KIND, owner)))
        .isTrue();
    Change second = Change.put(other).ifKeyHasFewerThan(1, AliasEntry.KIND, owner);
    assertThat(storage.apply(second)).isFalse();
    assertThat(storage.alias(other.address())).isEmpty();
    storage.apply(Change.remove(List.of(alias)));
    assertThat(storage.apply(second.ifUnchanged(elsewhere))).isTrue();
  }

  @Test
  void put_equalMaterialInTwoAccounts_isFoundInEach() {
    KeyEntry other = key("222222222222", "eu-west-1", sameBytes());
    storage.apply(Change.put(key));
    storage.apply(Change.put(other));
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", material.id())).hasValue(key);
    assertThat(storage.keyOfMaterial("222222222222", "eu-west-1", material.id())).hasValue(other);
  }

  @Test
  void keysOfMaterial_severalAccounts_areThoseOfTheRegionInTheOrderOfAccounts() {
    KeyEntry third = key("333333333333", "eu-west-1", sameBytes());
    KeyEntry second = key("222222222222", "eu-west-1", sameBytes());
    KeyEntry elsewhere = key("111111111111", "eu-west-2", sameBytes());
    for (KeyEntry each : List.of(third, elsewhere, key, second)) {
      storage.apply(Change.put(each));
    }
    assertThat(storage.keysOfMaterial("eu-west-1", material.id()))
        .containsExactly(key, second, third);
    assertThat(storage.keysOfMaterial("eu-west-2", material.id())).containsExactly(elsewhere);
    assertThat(storage.keysOfMaterial("eu-west-3", material.id())).isEmpty();
    KeyEntry changed = second.changed(next -> next.description("changed"));
    storage.apply(Change.put(changed));
    storage.apply(Change.remove(List.of(key)));
    assertThat(storage.keysOfMaterial("eu-west-1", material.id())).containsExactly(changed, third);
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", material.id())).isEmpty();
    assertThat(storage.keyOfMaterial("333333333333", "eu-west-1", material.id())).hasValue(third);
    storage.apply(Change.remove(List.of(changed, third, elsewhere)));
    assertThat(storage.keysOfMaterial("eu-west-1", material.id())).isEmpty();
    storage.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> storage.keysOfMaterial("eu-west-1", material.id()));
  }

  /** Each key has its own material object of the same id, and may lose it. */
  @Test
  void keysOfMaterial_keyReplacesTheMaterial_onlyItIsNoLongerFound() {
    KeyEntry other = key("222222222222", "eu-west-1", sameBytes());
    storage.apply(Change.put(key));
    storage.apply(Change.put(other));
    SymmetricMaterial next = SymmetricMaterial.generate("key", Suite.XAES_256_GCM, RANDOM);
    KeyEntry replaced = key.changed(parts -> parts.materials(entries(next)));
    storage.apply(Change.put(replaced));
    assertThat(storage.keysOfMaterial("eu-west-1", material.id())).containsExactly(other);
    assertThat(storage.keysOfMaterial("eu-west-1", next.id())).containsExactly(replaced);
  }

  @Test
  void put_sameMaterialInNewObject_isStillFoundById() {
    storage.apply(Change.put(key));
    SymmetricMaterial again = sameBytes();
    assertThat(storage.apply(Change.put(key.changed(next -> next.materials(entries(again))))))
        .isTrue();
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", material.id())).isPresent();
    assertThat(again.seal(SecretBytes.fromUtf8String("x"), new byte[0])).isNotEmpty();
  }

  @Test
  void ifUnchanged_oneOfSeveralEntriesChanged_isRefused() {
    KeyEntry other = key("222222222222", "eu-west-1", sameBytes());
    storage.apply(new Change(List.of(key, other), List.of(), List.of()));
    storage.apply(Change.put(key.changed(next -> next.description("changed"))));
    assertThat(storage.apply(Change.put(alias).ifUnchanged(key).ifUnchanged(other))).isFalse();
  }

  @Test
  void listings_severalRegions_areSortedAndStayInTheirScope() {
    for (String region : List.of("eu-west-1", "eu-west-2")) {
      for (String id : List.of("b", "a", "c")) {
        Address address = new Address("111111111111", region, "alias/" + id);
        storage.apply(
            Change.put(new AliasEntry(address, 1, id.equals("c") ? "k2" : "k1", NOW, NOW)));
      }
    }
    Address first = new Address("111111111111", "eu-west-1", "");
    assertThat(names(storage.aliasesAfter(first, 10)))
        .containsExactly("alias/a", "alias/b", "alias/c");
    assertThat(names(storage.aliasesAfter(first, 2))).containsExactly("alias/a", "alias/b");
    assertThat(names(storage.aliasesAfter(new Address("111111111111", "eu-west-1", "alias/a"), 2)))
        .containsExactly("alias/b", "alias/c");
    Address k1 = new Address("111111111111", "eu-west-1", "k1");
    assertThat(names(storage.aliasesOf(k1, "", 10))).containsExactly("alias/a", "alias/b");
    assertThat(names(storage.aliasesOf(k1, "alias/a", 10))).containsExactly("alias/b");
    AliasEntry moved =
        storage.alias(new Address("111111111111", "eu-west-1", "alias/a")).orElseThrow();
    storage.apply(Change.put(moved.retargeted("k2", NOW)));
    assertThat(names(storage.aliasesOf(k1, "", 10))).containsExactly("alias/b");
    storage.apply(Change.put(key));
    assertThat(storage.keysAfter(first, 10)).containsExactly(key);
    assertThat(storage.keysAfter(new Address("111111111111", "eu-west-2", ""), 10)).isEmpty();
    assertThat(storage.keysAfter(new Address("111111111111", "eu-west-1", "key"), 10)).isEmpty();
  }

  private static List<String> names(List<AliasEntry> aliases) {
    return aliases.stream().map(entry -> entry.address().id()).toList();
  }

  @Test
  void nextDue_isTheEarliestDeletion_untilItsKeyIsRemoved() {
    assertThat(storage.nextDue()).isEmpty();
    storage.apply(Change.put(key));
    KeyEntry waiting = key.changed(next -> next.deletionDate(NOW.plusSeconds(10)));
    storage.apply(Change.put(waiting));
    assertThat(storage.nextDue()).hasValue(NOW.plusSeconds(10));
    assertThat(storage.due(NOW.plusSeconds(9))).isEmpty();
    assertThat(storage.due(NOW.plusSeconds(10))).containsExactly(waiting);
    KeyEntry later = waiting.changed(next -> next.deletionDate(NOW.plusSeconds(20)));
    storage.apply(Change.put(later));
    assertThat(storage.nextDue()).hasValue(NOW.plusSeconds(20));
    storage.apply(Change.remove(List.of(later)));
    assertThat(storage.nextDue()).isEmpty();
  }

  @Test
  void put_addressTaken_isRefusedAndNothingIsOverwritten() {
    storage.apply(Change.put(key));
    KeyEntry sameAddress =
        key(
            "111111111111",
            "eu-west-1",
            SymmetricMaterial.generate("key", Suite.XAES_256_GCM, RANDOM));
    assertThat(storage.apply(Change.put(sameAddress))).isFalse();
    assertThat(storage.key(key.address())).hasValue(key);
    assertThat(
            storage.keyOfMaterial("111111111111", "eu-west-1", sameAddress.currentMaterial().id()))
        .isEmpty();
  }

  @Test
  void put_olderVersion_isRefused() {
    storage.apply(Change.put(key));
    KeyEntry disabled = key.changed(next -> next.state(KeyState.DISABLED));
    KeyEntry described = key.changed(next -> next.description("late"));
    assertThat(disabled.version()).isEqualTo(2);
    assertThat(storage.apply(Change.put(disabled))).isTrue();
    assertThat(storage.apply(Change.put(described))).isFalse();
    assertThat(storage.key(key.address())).hasValue(disabled);
  }

  @Test
  void change_ofSeveralEntries_isAppliedCompletelyOrNotAtAll() {
    storage.apply(Change.put(key));
    AliasEntry tooNew = new AliasEntry(alias.address(), 2, "key", NOW, NOW);
    KeyEntry disabled = key.changed(next -> next.state(KeyState.DISABLED));
    assertThat(storage.apply(new Change(List.of(disabled, tooNew), List.of(), List.of())))
        .isFalse();
    assertThat(storage.key(key.address())).hasValue(key);
    assertThat(storage.apply(new Change(List.of(disabled, alias), List.of(), List.of()))).isTrue();
    assertThat(storage.alias(alias.address())).hasValue(alias);
    // The key and its alias are removed together.
    assertThat(storage.apply(new Change(List.of(), List.of(key, alias), List.of()))).isFalse();
    assertThat(storage.alias(alias.address())).hasValue(alias);
    assertThat(storage.apply(new Change(List.of(), List.of(disabled, alias), List.of()))).isTrue();
    assertThat(storage.key(key.address())).isEmpty();
    assertThat(storage.alias(alias.address())).isEmpty();
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", material.id())).isEmpty();
  }

  @Test
  void remove_entryCreatedAgainMeanwhile_isRefused() {
    AliasEntry recreated = new AliasEntry(alias.address(), 1, "another", NOW, NOW);
    storage.apply(Change.put(alias));
    storage.apply(Change.remove(List.of(alias)));
    storage.apply(Change.put(recreated));
    assertThat(storage.apply(Change.remove(List.of(alias)))).isFalse();
    assertThat(storage.apply(Change.replace(alias, alias.retargeted("k2", NOW)))).isFalse();
    assertThat(storage.alias(alias.address())).hasValue(recreated);
  }

  @Test
  void change_ifUnchangedEntryHasChanged_isRefused() {
    storage.apply(Change.put(key));
    storage.apply(Change.put(key.changed(next -> next.state(KeyState.PENDING_DELETION))));
    assertThat(storage.apply(Change.put(alias).ifUnchanged(key))).isFalse();
    assertThat(storage.alias(alias.address())).isEmpty();
  }

  @Test
  void put_materialNoLongerUsed_isWiped() {
    SecretBytes old = SecretBytes.filledBy(32, bytes -> bytes[0] = 1);
    SymmetricMaterial oldMaterial = SymmetricMaterial.of("key", Suite.XAES_256_GCM, old);
    KeyEntry first = key("111111111111", "eu-west-1", oldMaterial);
    storage.apply(Change.put(first));
    KeyEntry both = first.changed(next -> next.materials(entries(oldMaterial, material)));
    storage.apply(Change.put(both));
    assertThat(old.asByteArray()).hasSize(32);
    assertThat(both.currentMaterial()).isSameAs(material);
    assertThat(both.material(oldMaterial.id())).hasValue(oldMaterial);
    storage.apply(Change.put(both.changed(next -> next.materials(entries(material)))));
    assertThatIllegalStateException().isThrownBy(old::asByteArray);
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", oldMaterial.id())).isEmpty();
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", material.id())).isPresent();
  }

  @Test
  void close_wipesMaterials_andLaterUseFails() {
    storage.apply(Change.put(key));
    storage.close();
    storage.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> material.seal(SecretBytes.fromUtf8String("x"), new byte[0]));
    assertThatIllegalStateException().isThrownBy(() -> storage.key(key.address()));
    assertThatIllegalStateException().isThrownBy(() -> storage.alias(alias.address()));
    assertThatIllegalStateException().isThrownBy(() -> storage.apply(Change.put(alias)));
    assertThatIllegalStateException()
        .isThrownBy(() -> storage.keyOfMaterial("1", "r", material.id()));
  }

  /**
   * An Error in the middle has the same effect as a material that cannot be wiped because the
   * calling thread uses it.
   */
  @Test
  void change_failsHalfway_isCompletedBeforeTheNextCall() {
    KeyEntry pending =
        key.changed(next -> next.state(KeyState.PENDING_DELETION).deletionDate(NOW)).atVersion(1);
    storage.apply(Change.put(pending));
    storage.apply(Change.put(alias));
    assertThatIllegalStateException()
        .isThrownBy(
            () -> material.lend(raw -> storage.apply(Change.remove(List.of(pending, alias)))));
    assertThat(storage.nextDue()).isEmpty();
    assertThat(storage.alias(alias.address())).isEmpty();
    assertThat(storage.keyOfMaterial("111111111111", "eu-west-1", material.id())).isEmpty();
    assertThat(storage.keysAfter(new Address("111111111111", "eu-west-1", ""), 10)).isEmpty();
  }
}
