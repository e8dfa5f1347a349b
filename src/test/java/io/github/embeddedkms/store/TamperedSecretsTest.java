package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.SM4;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.AttackedStore.refused;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static io.github.embeddedkms.store.StoreTables.MATERIAL;
import static io.github.embeddedkms.store.StoreTables.STORE_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.store.StoreTables.Row;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edited, swapped or missing materials, store keys and heads are refused. */
class TamperedSecretsTest extends AttackedFile {

  private static final String ALTERED_ITEMS =
      "the store was altered: its items are not those that were written up" + " to sequence 11";

  @Test
  void rows_ofAnotherStoreUnderTheSameRootKey_areRefused() {
    AttackedStore other = AttackedStore.inFile(directory.resolve("other.db")).filled();
    Row row = tables.row(ITEM, ENABLED);
    assertThat(store.answersWith(ITEM, row, other.tables.row(ITEM, ENABLED)))
        .isEqualTo(notOpened(ENABLED.describe() + " was altered in the store"));
    Row head = tables.onlyRow(HEAD);
    Row foreignHead = other.tables.onlyRow(HEAD);
    assertThat(store.answersWith(HEAD, head, foreignHead))
        .isEqualTo(notOpened("the root key does not fit the store"));
    assertThat(store.answersWith(HEAD, head, head.with("tag", foreignHead.get("tag"))))
        .isEqualTo(notOpened(ALTERED_ITEMS));
    Row storeKey = tables.onlyRow(STORE_KEY);
    assertThat(store.answersWith(STORE_KEY, storeKey, other.tables.onlyRow(STORE_KEY)))
        .isEqualTo(notOpened("the root key does not fit the store"));
    Row material = tables.row(MATERIAL, ENABLED);
    Row foreign = other.tables.row(MATERIAL, ENABLED);
    assertOnlyMaterialIsRefused(
        store.answersWith(MATERIAL, material, material.with("sealed", foreign.get("sealed"))),
        "altered");
    assertOnlyMaterialIsRefused(store.answersWith(MATERIAL, material, foreign), "missing");
  }

  @Test
  void material_byteEdited_onlyItsKeyIsRefused() {
    Row row = tables.row(MATERIAL, ENABLED);
    for (Row edited : row.edits("sealed")) {
      assertOnlyMaterialIsRefused(store.answersWith(MATERIAL, row, edited), "altered");
    }
    for (Row edited : row.edits("material_id")) {
      assertOnlyMaterialIsRefused(store.answersWith(MATERIAL, row, edited), "missing");
    }
    for (long epoch : new long[] {0, 2, -1}) {
      assertOnlyMaterialIsRefused(
          store.answersWith(MATERIAL, row, row.with("epoch", epoch)), "altered");
    }
  }

  @Test
  void material_missingOrMoved_onlyItsKeyIsRefused() {
    Row row = tables.row(MATERIAL, ENABLED);
    for (Row edited :
        List.of(
            row.with("account", AttackedStore.OTHER_ACCOUNT),
            row.with("region", AttackedStore.OTHER_REGION),
            row.with("key_id", AttackedStore.REMOVED.id()))) {
      assertOnlyMaterialIsRefused(store.answersWith(MATERIAL, row, edited), "missing");
    }
    tables.delete(MATERIAL, each -> ENABLED.equals(each.address()));
    assertOnlyMaterialIsRefused(store.answers(), "missing");
  }

  /** Uses the material of another key, and of the same key id in another account. */
  @Test
  void material_ofAnotherKey_onlyItsKeyIsRefused() {
    Row row = tables.row(MATERIAL, ENABLED);
    for (Address other : List.of(DISABLED, SM4)) {
      Row foreign = tables.row(MATERIAL, other);
      assertOnlyMaterialIsRefused(
          store.answersWith(MATERIAL, row, row.with("sealed", foreign.get("sealed"))), "altered");
    }
  }

  private void assertOnlyMaterialIsRefused(Map<String, String> answers, String fault) {
    String question = "material of " + ENABLED;
    assertThat(answers)
        .containsEntry(
            question, refused(ENABLED.describe() + ": a key material " + describeFault(fault)));
    answers.forEach(
        (other, answer) -> {
          if (!other.equals(question)) {
            assertThat(answer).as(other).doesNotStartWith("refused");
          }
        });
  }

  private static String describeFault(String fault) {
    return fault.equals("altered") ? "was altered" : "is missing";
  }

  @ParameterizedTest
  @CsvSource({
    "sealed, 'the sealed store key of epoch 1 was altered'",
    "key_check, the root key does not fit the store",
    "parameters, 'the store''s root key has parameters, but needs none'"
  })
  void storeKey_byteEdited_isRefused(String column, String message) {
    Row row = tables.onlyRow(STORE_KEY);
    for (Row edited : row.edits(column)) {
      assertThat(store.answersWith(STORE_KEY, row, edited)).isEqualTo(notOpened(message));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kind, 2, 'the store is sealed under a passphrase, not under 32 raw bytes'",
    "kind, 0, 'the store is sealed under a root key of the unknown kind 0, not under 32 raw bytes'",
    "epoch, 2, the store has lost its store key"
  })
  void storeKey_numberEdited_isRefused(String column, int value, String message) {
    Row row = tables.onlyRow(STORE_KEY);
    assertThat(store.answersWith(STORE_KEY, row, row.with(column, value)))
        .isEqualTo(notOpened(message));
  }

  @Test
  void head_byteEdited_isRefused() {
    Row row = tables.onlyRow(HEAD);
    for (Row edited : row.edits("tag")) {
      assertThat(store.answersWith(HEAD, row, edited)).isEqualTo(notOpened(ALTERED_ITEMS));
    }
    for (Row edited : row.edits("store_id")) {
      String fault =
          edited.bytes("store_id").length == 16
              ? "the root key does not fit the store"
              : "the store's id has " + edited.bytes("store_id").length + " bytes, not 16";
      assertThat(store.answersWith(HEAD, row, edited)).isEqualTo(notOpened(fault));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sequence, 10, 'the store was altered: its items are not those that were written up to sequence 10'",
    "sequence, 12, 'the store was altered: its items are not those that were written up to sequence 12'",
    "sequence, -1, the store went back from sequence 0 to -1",
    "item_count, 6, 'the store was altered: its items are not those that were written up to sequence 11'",
    "item_count, 8, 'the store was altered: its items are not those that were written up to sequence 11'",
    "schema_version, 0, 'the store''s tables were altered: unexpected kms_store.writer INTEGER NOT NULL DEFAULT 1'",
    "schema_version, 1, 'the store''s tables were altered: unexpected kms_store.writer INTEGER NOT NULL DEFAULT 1'",
    "schema_version, 3, 'the store has version 3 of its tables, made by a newer embedded-kms; this one knows version 2'",
    "writer, 0, 'the store was altered: its items are not those that were written up to sequence 11'",
    "writer, 2, 'the store was altered: its items are not those that were written up to sequence 11'",
    "confirmed, 1, 'the store was altered: its items are not those that were written up to sequence 11'",
    "floor, 1, 'the store was altered: its items are not those that were written up to sequence 11'",
    "floor, 11, 'the store was altered: its items are not those that were written up to sequence 11'",
    "floor, 99, 'the store was altered: its items are not those that were written up to sequence 11'",
    "floor, -1, 'the store was altered: its items are not those that were written up to sequence 11'",
    "epoch, 0, the store has lost its store key",
    "epoch, 2, the store has lost its store key"
  })
  void head_numberEdited_isRefused(String column, int value, String message) {
    Row row = tables.onlyRow(HEAD);
    assertThat(row.number("item_count")).isEqualTo(7);
    assertThat(store.answersWith(HEAD, row, row.with(column, value))).isEqualTo(notOpened(message));
  }

  /** An attacker who writes the row must not make the library allocate or compute without limit. */
  @ParameterizedTest
  @CsvSource({
    "7fffffff, 00000001, 00000001, 2147483647 KiB; 1 passes; 1 lanes",
    "ffffffff, 00000001, 00000001, 4294967295 KiB; 1 passes; 1 lanes",
    "00100001, 00000001, 00000001, 1048577 KiB; 1 passes; 1 lanes",
    "00001fff, 00000001, 00000001, 8191 KiB; 1 passes; 1 lanes",
    "00002000, 7fffffff, 00000001, 8192 KiB; 2147483647 passes; 1 lanes",
    "00002000, 00000011, 00000001, 8192 KiB; 17 passes; 1 lanes",
    "00002000, 00000001, 00000011, 8192 KiB; 1 passes; 17 lanes"
  })
  void passphraseParameters_outOfBounds_areRefused(
      String memory, String passes, String lanes, String found) {
    AttackedStore other = AttackedStore.inFile(directory.resolve("passphrase.db"));
    try (RootKey passphrase = RootKey.ofPassphrase("passphrase".toCharArray(), 8 << 10, 1, 1)) {
      other.builder().rootKey(passphrase).open().close();
      Row row = other.tables.onlyRow(STORE_KEY);
      String salt = StoreTables.hex(row.bytes("parameters")).substring(24);
      byte[] parameters = HexFormat.of().parseHex(memory + passes + lanes + salt);
      other.tables.putAll(STORE_KEY, List.of(row.with("parameters", parameters)));
      assertThatExceptionOfType(AlteredStoreException.class)
          .isThrownBy(() -> other.builder().rootKey(passphrase).open())
          .withMessage(
              "embedded-kms: the parameters of the store's passphrase are out of bounds: "
                  + found.replace(';', ','));
      // Other parameters within the bounds give another root key.
      parameters = HexFormat.of().parseHex("00002000" + "00000002" + "00000001" + salt);
      other.tables.putAll(STORE_KEY, List.of(row.with("parameters", parameters)));
      assertThatExceptionOfType(WrongRootKeyException.class)
          .isThrownBy(() -> other.builder().rootKey(passphrase).open());
    }
  }
}
