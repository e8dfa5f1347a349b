package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.OTHER_ALIAS;
import static io.github.embeddedkms.store.AttackedStore.SM4;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.StoreTables.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single rows that were edited, forged, swapped or mixed are never accepted. */
class TamperedItemsTest extends AttackedFile {

  @Test
  void store_unaltered_isRead() {
    assertThat(store.answers())
        .hasSize(23)
        .containsEntry("sequence", "11")
        .allSatisfy((question, answer) -> assertThat(answer).doesNotStartWith("refused"));
  }

  @ParameterizedTest
  @CsvSource({"document", "mac"})
  void item_byteEdited_isRefused_namingTheItem(String column) {
    for (Address address : List.of(ENABLED, ALIAS)) {
      Row row = tables.row(ITEM, address);
      for (Row edited : row.edits(column)) {
        assertThat(store.answersWith(ITEM, row, edited))
            .isEqualTo(notOpened(address.describe() + " was altered in the store"));
      }
    }
  }

  @Test
  void tombstone_byteEdited_isRefused_namingTheItem() {
    Row row = tables.row(ITEM, AttackedStore.REMOVED);
    String altered = AttackedStore.REMOVED.describe() + " was altered in the store";
    assertThat(row.bytes("document")).isEmpty();
    for (Row edited : row.edits("mac")) {
      assertThat(store.answersWith(ITEM, row, edited)).isEqualTo(notOpened(altered));
    }
    assertThat(store.answersWith(ITEM, row, row.with("document", new byte[1])))
        .isEqualTo(notOpened(altered));
  }

  @Test
  void item_addressEdited_isRefused_namingTheForgedItem() {
    Row row = tables.row(ITEM, ENABLED);
    for (Row edited :
        List.of(
            row.with("account", AttackedStore.OTHER_ACCOUNT),
            row.with("region", AttackedStore.OTHER_REGION),
            row.with("id", "55555555-5555-5555-5555-555555555555"),
            // Moves the boundary between two fields, to show that their lengths are authenticated
            // too.
            row.with("account", ENABLED.account() + "e").with("region", "u-central-1"))) {
      assertThat(store.answersWith(ITEM, row, edited))
          .isEqualTo(notOpened(edited.address().describe() + " was altered in the store"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kind, 2, ' was altered in the store'",
    "kind, 3, ' was altered in the store'",
    "kind, 4, ' was altered in the store'",
    "kind, 256, ' has the impossible kind 256'",
    "version, 2, ' was altered in the store'",
    "version, -1, ' was altered in the store'",
    "sequence, 2, ' was altered in the store'",
    "sequence, 12, ' was altered in the store'",
    "epoch, 0, ' refers to an unknown epoch'",
    "epoch, 2, ' refers to an unknown epoch'"
  })
  void item_numberEdited_isRefused_namingTheItem(String column, int value, String message) {
    Row row = tables.row(ITEM, ENABLED);
    assertThat(row.number("kind")).isEqualTo(1);
    assertThat(row.number("version")).isEqualTo(1);
    assertThat(row.number("sequence")).isEqualTo(1);
    assertThat(store.answersWith(ITEM, row, row.with(column, value)))
        .isEqualTo(notOpened(ENABLED.describe() + message));
  }

  /** A node that refreshes its copy never asks for rows with such sequences. */
  @ParameterizedTest
  @CsvSource({"0", "-1", "-9223372036854775808"})
  void item_sequenceBeforeTheFirst_isRefused_namingTheItem(long sequence) {
    Row row = tables.row(ITEM, ENABLED);
    assertThat(store.answersWith(ITEM, row, row.with("sequence", sequence)))
        .isEqualTo(notOpened(ENABLED.describe() + " was altered in the store"));
  }

  @Test
  void alias_redirected_isRefused_namingIt() {
    Row row = tables.row(ITEM, ALIAS);
    byte[] redirected =
        new String(row.bytes("document"), UTF_8)
            .replace(ENABLED.id(), DISABLED.id())
            .getBytes(UTF_8);
    assertThat(redirected).isNotEqualTo(row.bytes("document"));
    assertThat(store.answersWith(ITEM, row, row.with("document", redirected)))
        .isEqualTo(notOpened(ALIAS.describe() + " was altered in the store"));
  }

  @Test
  void items_rowsSwapped_isRefused() {
    for (Address other : List.of(DISABLED, SM4)) {
      Row row = tables.row(ITEM, ENABLED);
      Row foreign = tables.row(ITEM, other);
      Row swapped = inPlaceOf(row, foreign, "id");
      assertThat(store.answersWith(ITEM, row, swapped))
          .isEqualTo(notOpened(ENABLED.describe() + " was altered in the store"));
    }
  }

  private static Row inPlaceOf(Row row, Row content, String id) {
    return content
        .with("account", row.get("account"))
        .with("region", row.get("region"))
        .with(id, row.get(id));
  }

  @Test
  void item_columnsOfTwoVersionsMixed_isRefused_namingTheItem() {
    Row older = tables.row(ITEM, OTHER_ALIAS);
    try (SealedKeyStorage storage = store.open()) {
      AttackedStore.retarget(storage, OTHER_ALIAS, ENABLED);
    }
    Row newer = tables.row(ITEM, OTHER_ALIAS);
    for (String column : List.of("version", "sequence", "document", "mac")) {
      assertThat(store.answersWith(ITEM, newer, newer.with(column, older.get(column))))
          .as(column)
          .isEqualTo(notOpened(OTHER_ALIAS.describe() + " was altered in the store"));
      assertThat(store.answersWith(ITEM, newer, older.with(column, newer.get(column))))
          .as(column)
          .isEqualTo(notOpened(OTHER_ALIAS.describe() + " was altered in the store"));
    }
  }
}
