package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.answers;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Two nodes that have both read all rows of one store. */
final class AttackedNodes implements AutoCloseable {

  final AttackedStore store;
  final StoreTables tables;
  final SealedKeyStorage node;
  final SealedKeyStorage other;

  AttackedNodes(Dialect kind, Path directory) throws SQLException {
    store = AttackedStore.in(kind, directory).filled();
    tables = store.tables;
    node = store.open();
    other = store.open();
  }

  long sequence() {
    return tables.onlyRow(HEAD).number("sequence");
  }

  /** Asserts that the store cannot be opened, and that the error does not name a single item. */
  void assertItemsAreRefusedAtOpening() {
    assertThat(store.answers()).isEqualTo(notOpened(alteredItems()));
  }

  String alteredItems() {
    return "the store was altered: its items are not those that were written up to sequence "
        + sequence();
  }

  /**
   * Asserts that the node returns the same as before, even after it has refreshed its copy, and can
   * still change other items.
   */
  void assertNodeGoesOn(Map<String, String> before) {
    store.advanceClock();
    assertThat(answers(node)).isEqualTo(before);
    AttackedStore.retarget(node, ALIAS, DISABLED);
    AttackedStore.retarget(node, ALIAS, ENABLED);
    assertItemsAreRefusedAtOpening();
  }

  @Override
  public void close() {
    node.close();
    other.close();
  }

  static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(AlteredStoreException.class)
        .isThrownBy(call)
        .withMessage("embedded-kms: " + message);
  }

  static String notAsWritten(Address address) {
    return address.describe() + " was altered or removed in the store";
  }
}
