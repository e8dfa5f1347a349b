package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.PENDING;
import static io.github.embeddedkms.store.AttackedStore.REMOVED;
import static io.github.embeddedkms.store.AttackedStore.SM4;
import static io.github.embeddedkms.store.AttackedStore.answers;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static io.github.embeddedkms.store.StoreTables.MATERIAL;
import static io.github.embeddedkms.store.StoreTables.STORE_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.store.StoreTables.Row;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Tampering during a reseal, when there are two epochs at once and the resealing node signs rows.
 */
class TamperedResealTest extends AttackedFile {

  /** How many transactions the node of a test may still begin before the interruption runs. */
  private int transactionsLeft = Integer.MAX_VALUE;

  private Runnable interruption = () -> {};

  /** Opens a node that is interrupted right before one of its transactions. */
  private SealedKeyStorage openInterruptible() {
    DataSource connections =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  if (transactionsLeft-- == 0) {
                    interruption.run();
                  }
                  return method.invoke(store.database, arguments);
                });
    return store.builder(connections).open();
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Begins an epoch, and reseals the given number of items. */
  private void resealHalf(int items) {
    interruption =
        () -> {
          throw new Killed();
        };
    try (SealedKeyStorage node = openInterruptible()) {
      transactionsLeft = 1 + items;
      assertThatThrownBy(node::reseal).isInstanceOf(Killed.class);
    }
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(AlteredStoreException.class)
        .isThrownBy(call)
        .withMessage("embedded-kms: " + message);
  }

  @Test
  void reseal_interrupted_everythingIsReadable_andNextResealCompletesIt() {
    Map<String, String> before = store.answers();
    resealHalf(3);
    assertThat(tables.rows(ITEM)).extracting(row -> row.number("epoch")).contains(1L, 2L);
    assertThat(tables.rows(STORE_KEY)).hasSize(2);
    try (SealedKeyStorage node = store.open()) {
      assertThat(withoutSequence(answers(node))).isEqualTo(withoutSequence(before));
      node.reseal();
      assertThat(withoutSequence(answers(node))).isEqualTo(withoutSequence(before));
    }
    assertThat(tables.rows(ITEM)).extracting(row -> row.number("epoch")).containsOnly(2L);
    assertThat(tables.rows(STORE_KEY)).hasSize(1);
    assertThat(withoutSequence(store.answers())).isEqualTo(withoutSequence(before));
  }

  private static Map<String, String> withoutSequence(Map<String, String> answers) {
    answers.remove("sequence");
    return answers;
  }

  @Test
  void twoEpochs_anyItemEdited_isRefused_namingTheItem() {
    resealHalf(3);
    for (Row row : tables.rows(ITEM)) {
      for (String column : List.of("document", "mac")) {
        List<Row> edits = row.edits(column);
        for (Row edited : List.of(edits.get(0), edits.get(edits.size() - 1))) {
          assertThat(store.answersWith(ITEM, row, edited))
              .isEqualTo(notOpened(row.address().describe() + " was altered in the store"));
        }
      }
      long otherEpoch = 3 - row.number("epoch");
      assertThat(store.answersWith(ITEM, row, row.with("epoch", otherEpoch)))
          .isEqualTo(notOpened(row.address().describe() + " was altered in the store"));
    }
  }

  @Test
  void twoEpochs_itemPutBackToTheOlder_isRefused() {
    Map<String, List<Row>> before = tables.everything();
    resealHalf(7);
    String altered =
        "the store was altered: its items are not those that were written up to sequence 19";
    for (Row older : before.get(ITEM)) {
      Row newer = tables.row(ITEM, older.address());
      assertThat(store.answersWith(ITEM, newer, older)).isEqualTo(notOpened(altered));
    }
    tables.putAll(HEAD, before.get(HEAD));
    assertThat(store.answers()).isEqualTo(notOpened(altered.replace("19", "11")));
  }

  @Test
  void twoEpochs_storeKeyRemoved_isRefusedByRunningNodesToo() {
    try (SealedKeyStorage running = store.open()) {
      resealHalf(3);
      tables.delete(STORE_KEY, row -> row.number("epoch") == 1);
      assertThat(store.answers().get("open"))
          .startsWith("refused: embedded-kms: ")
          .endsWith(" refers to an unknown epoch");
      store.advanceClock();
      // The node still has the key, and drops it only after it has seen that it is gone.
      assertThatExceptionOfType(AlteredStoreException.class).isThrownBy(running::reseal);
    }
  }

  @Test
  void reseal_documentEditedRightBefore_isNotSigned() {
    interruption =
        () ->
            tables.putAll(
                ITEM,
                tables.rows(ITEM).stream()
                    .map(
                        row ->
                            row.number("epoch") == 1 && row.bytes("document").length > 0
                                ? row.edits("document").get(30)
                                : row)
                    .toList());
    Map<String, String> before;
    try (SealedKeyStorage node = openInterruptible()) {
      before = answers(node);
      transactionsLeft = 2;
      assertThatExceptionOfType(AlteredStoreException.class)
          .isThrownBy(node::reseal)
          .withMessageEndingWith(" was altered or removed in the store");
      assertThat(tables.rows(ITEM))
          .filteredOn(row -> row.number("epoch") == 2)
          .hasSizeLessThanOrEqualTo(2);
      assertThat(withoutSequence(answers(node))).isEqualTo(withoutSequence(before));
    }
    assertThat(store.answers().get("open")).endsWith(" was altered in the store");
  }

  @Test
  void reseal_olderRowPutBackRightBefore_isNotSigned() {
    Row older = tables.row(ITEM, ALIAS);
    try (SealedKeyStorage node = store.open()) {
      AttackedStore.retarget(node, ALIAS, AttackedStore.DISABLED);
      tables.replace(ITEM, tables.row(ITEM, ALIAS), older);
      assertRefused(node::reseal, ALIAS.describe() + " was altered or removed in the store");
    }
    assertThat(tables.row(ITEM, ALIAS).bytes("mac")).isEqualTo(older.bytes("mac"));
    assertThat(store.answers().get("open")).contains("the store was altered: its items are not");
  }

  @Test
  void reseal_materialOfRemovedKeyPutBackBefore_isNotSealedAgain() {
    Row material;
    try (SealedKeyStorage node = store.open()) {
      material = tables.row(MATERIAL, ENABLED);
      node.apply(Change.remove(List.of(node.key(ENABLED).orElseThrow())));
      tables.insert(MATERIAL, material);
      assertRefused(
          node::reseal, ENABLED.describe() + ": there is a key material that was never written");
    }
    assertThat(tables.row(MATERIAL, ENABLED).number("epoch")).isEqualTo(1);
  }

  @Test
  void reseal_materialEdited_isRefused_namingItsKey() {
    Row row = tables.row(MATERIAL, ENABLED);
    tables.replace(MATERIAL, row, row.edits("sealed").get(40));
    try (SealedKeyStorage node = store.open()) {
      assertRefused(node::reseal, ENABLED.describe() + ": a key material was altered");
    }
    assertThat(tables.row(MATERIAL, ENABLED).number("epoch")).isEqualTo(1);
  }

  /** Authentic rows of an epoch that has ended, together with its store key. */
  @Test
  void endedEpoch_putBack_isRefused() {
    Map<String, List<Row>> before = tables.everything();
    try (SealedKeyStorage node = store.open()) {
      node.reseal();
      Map<String, String> answers = answers(node);
      long sequence = node.sequence();
      tables.insert(STORE_KEY, before.get(STORE_KEY).get(0));
      Row older = before.get(ITEM).stream().filter(r -> r.address().equals(ALIAS)).findAny().get();
      tables.replace(ITEM, tables.row(ITEM, ALIAS), older);
      assertThat(store.answers().get("open"))
          .endsWith("its items are not those that were written up to sequence " + sequence);
      store.advanceClock();
      assertThat(answers(node)).isEqualTo(answers);
      assertRefused(
          () -> AttackedStore.retarget(node, ALIAS, ENABLED),
          ALIAS.describe() + " was altered or removed in the store");
      // Puts back the whole epoch, with a sequence that running nodes cannot object to.
      tables.putEverything(before);
      tables.putAll(HEAD, List.of(before.get(HEAD).get(0).with("sequence", sequence + 1)));
      store.advanceClock();
      assertThatExceptionOfType(AlteredStoreException.class).isThrownBy(() -> node.alias(ALIAS));
    }
  }

  /**
   * An attacker who has obtained an old store key can sign anything under it, including a head.
   * Running nodes do not go back from the new store key to the old one.
   */
  @Test
  void headOfOlderEpoch_putBack_isRefusedByRunningNodes() {
    try (SealedKeyStorage node = store.open();
        SealedKeyStorage thief = store.open()) {
      Map<String, List<Row>> before = tables.everything();
      resealHalf(7);
      store.advanceClock();
      assertThat(node.alias(ALIAS)).isPresent();
      Row newKey = tables.rows(STORE_KEY).get(1);
      long sequence = node.sequence();
      // A node that has only the old key, and does not know of the new one, writes everything
      // again.
      tables.putEverything(before);
      for (int i = 0; i < 5; i++) {
        AttackedStore.retarget(thief, ALIAS, AttackedStore.DISABLED);
        AttackedStore.retarget(thief, AttackedStore.OTHER_ALIAS, ENABLED);
      }
      for (Address key : List.of(ENABLED, AttackedStore.DISABLED, PENDING, SM4)) {
        AttackedStore.change(thief, key, changed -> changed.description("forged"));
      }
      thief.apply(Change.put(AttackedStore.newKey(REMOVED, Suite.XAES_256_GCM)));
      AttackedStore.retarget(thief, ALIAS, AttackedStore.DISABLED);
      AttackedStore.retarget(thief, AttackedStore.OTHER_ALIAS, ENABLED);
      assertThat(thief.sequence()).isGreaterThan(sequence);
      tables.insert(STORE_KEY, newKey);
      store.advanceClock();
      assertRefused(() -> node.alias(ALIAS), "the store went back from epoch 2 to 1");
    }
  }

  @Test
  void changeRootKey_forgedStoreKey_isRefused() {
    try (SealedKeyStorage node = store.open();
        RootKey root = RootKey.ofBytes(new byte[32])) {
      tables.insert(STORE_KEY, tables.onlyRow(STORE_KEY).with("epoch", 7));
      assertRefused(
          () -> node.changeRootKey(root), "the store has an unknown store key, of epoch 7");
    }
  }
}
