package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.PENDING;
import static io.github.embeddedkms.store.AttackedStore.SM4;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.fixture.TestPolicies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys with key policies in stores: what nodes read of them, and which nodes may still write. */
class RestrictedPolicyTest {

  private static final Policy UNRESTRICTED = TestPolicies.unrestricted(AttackedStore.ACCOUNT);
  private static final Policy RESTRICTED =
      TestPolicies.withoutDecrypt(AttackedStore.ACCOUNT, "guest");

  @TempDir Path directory;

  private static void put(SealedKeyStorage node, Address key, Policy policy) {
    AttackedStore.change(node, key, next -> next.policy(policy));
  }

  private static Policy policyOf(SealedKeyStorage node, Address key) {
    return node.key(key).orElseThrow().policy();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void policies_put_areReadByEveryNode_andAfterReopening(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open();
        SealedKeyStorage other = store.open()) {
      put(node, ENABLED, RESTRICTED);
      put(node, DISABLED, UNRESTRICTED);
      // Allows another account everything, not that of the key.
      put(node, SM4, UNRESTRICTED);
      store.advanceClock();
      for (SealedKeyStorage each : List.of(node, other)) {
        assertThat(policyOf(each, ENABLED)).isEqualTo(RESTRICTED);
        assertThat(policyOf(each, DISABLED)).isEqualTo(UNRESTRICTED);
        assertThat(policyOf(each, SM4)).isEqualTo(UNRESTRICTED);
        assertThat(policyOf(each, PENDING)).isNull();
      }
      assertThat(documentOf(store, SM4)).contains("\"RestrictedPolicy\":");
      assertThat(documentOf(store, DISABLED))
          .contains("\"Policy\":")
          .doesNotContain("RestrictedPolicy");
    }
    try (SealedKeyStorage node = store.open()) {
      assertThat(policyOf(node, ENABLED)).isEqualTo(RESTRICTED);
      put(node, ENABLED, null);
      assertThat(policyOf(node, ENABLED)).isNull();
    }
    try (SealedKeyStorage node = store.open()) {
      assertThat(policyOf(node, ENABLED)).isNull();
      node.reseal();
    }
    store.readIndependently();
  }

  private static String documentOf(AttackedStore store, Address key) {
    return Bytes.fromByteArray(store.tables.row(StoreTables.ITEM, key).bytes("document"))
        .asUtf8String();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void restrictedPolicy_first_raisesTheVersionThatMayWrite(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open()) {
      assertThat(store.readIndependently().writer()).isEqualTo(1);
      put(node, ENABLED, UNRESTRICTED);
      assertThat(store.readIndependently().writer()).isEqualTo(3);
      put(node, ENABLED, RESTRICTED);
      assertThat(store.readIndependently().writer()).isEqualTo(5);
      put(node, ENABLED, null);
      AttackedStore.change(node, DISABLED, next -> next.description("changed"));
      node.compact();
      assertThat(store.readIndependently().writer()).isEqualTo(5);
    }
  }

  /** The document of a key that never had a policy has the same bytes as in every older version. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void restrictedPolicy_removed_leavesTheDocumentOfTheFirstVersion(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    String before = documentOf(store, ENABLED);
    try (SealedKeyStorage node = store.open()) {
      put(node, ENABLED, RESTRICTED);
      assertThat(documentOf(store, ENABLED)).isNotEqualTo(before);
      put(node, ENABLED, null);
      assertThat(documentOf(store, ENABLED)).isEqualTo(before);
    }
  }

  /** If opening parsed the policies, these keys could not be read. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void open_policiesThatCannotBeParsed_areFoundOnlyWhenTheyAreUsed(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory);
    List<Entry> keys = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Address address = new Address(AttackedStore.ACCOUNT, AttackedStore.REGION, "key-" + i);
      keys.add(
          AttackedStore.newKey(address, Suite.XAES_256_GCM)
              .changed(next -> next.policy(Policy.keyPolicy("{")))
              .atVersion(1));
    }
    try (SealedKeyStorage node = store.open()) {
      assertThat(node.apply(new Change(keys, List.of(), List.of()))).isTrue();
    }
    try (SealedKeyStorage node = store.open()) {
      Address start = new Address(AttackedStore.ACCOUNT, AttackedStore.REGION, "");
      List<KeyEntry> found = node.keysAfter(start, keys.size());
      assertThat(found).hasSameSizeAs(keys);
      for (KeyEntry key : found) {
        key.currentMaterial();
        Policy policy = key.policy();
        assertThat(policy).isEqualTo(Policy.keyPolicy("{"));
        assertThatExceptionOfType(PolicyFault.class)
            .isThrownBy(() -> policy.allowsEverythingToAccount(AttackedStore.ACCOUNT));
      }
      Address first = found.get(0).address();
      AttackedStore.change(node, first, next -> next.description("changed"));
      assertThat(policyOf(node, first)).isEqualTo(Policy.keyPolicy("{"));
    }
  }
}
