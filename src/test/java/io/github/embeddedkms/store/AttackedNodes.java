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

/** Two nodes over a store whose rows were read by both. */
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

  /** The store cannot be opened, and it is not a single item that is named. */
  void assertItemsAreRefusedAtOpening() {
    assertThat(store.answers()).isEqualTo(notOpened(alteredItems()));
  }

  String alteredItems() {
    return "the store was altered: its items are not those that were written up to sequence "
        + sequence();
  }

  /** The node answers as before, also once it has to look, and may even change other items. */
  void assertNodeGoesOn(Map<String, String> before) {
    store.turnClock();
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
    return address.describe() + " is not in the store as it was written";
  }
}
