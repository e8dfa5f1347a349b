package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.StoreKeyTest.counting;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

/** Store keys sealed under root keys of every kind, against the format's own words. */
class RootKeyTest {

  private static final Bytes STORE_ID = Bytes.fromByteArray(counting(16, 0x80));
  private static final byte[] ROOT = counting(32, 0x10);
  private static final byte[] STORE_KEY = counting(32, 0x40);
  private static final int EPOCH = 1;
  private static final String PASSPHRASE = "correct horse battery staple";
  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void rawRow_isThatOfTheFormat() {
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    assertThat(row.epoch()).isEqualTo(EPOCH);
    assertThat(row.kind()).isEqualTo(1);
    assertThat(row.parameters().length()).isZero();
    assertThat(row.check().asByteArray())
        .isEqualTo(IndependentStoreSeal.check(ROOT, 1, STORE_ID.asByteArray(), EPOCH, new byte[0]));
    assertThat(openedByTheStranger(ROOT, row)).isEqualTo(STORE_KEY);
    assertThat(opened(RootKey.ofBytes(ROOT), row)).isEqualTo(STORE_KEY);
  }

  @Test
  void passphraseRow_isThatOfTheFormat() {
    StoreKeyRow row = sealed(cheap(PASSPHRASE), EPOCH);
    assertThat(row.kind()).isEqualTo(2);
    assertThat(row.parameters().length()).isEqualTo(28);
    byte[] parameters = row.parameters().asByteArray();
    byte[] root = IndependentStoreSeal.rootOfPassphrase(PASSPHRASE, parameters);
    assertThat(row.check().asByteArray())
        .isEqualTo(IndependentStoreSeal.check(root, 2, STORE_ID.asByteArray(), EPOCH, parameters));
    assertThat(openedByTheStranger(root, row)).isEqualTo(STORE_KEY);
    assertThat(opened(cheap(PASSPHRASE), row)).isEqualTo(STORE_KEY);
  }

  private static byte[] openedByTheStranger(byte[] root, StoreKeyRow row) {
    return IndependentStoreSeal.openRoot(
            root,
            row.kind(),
            STORE_ID.asByteArray(),
            row.epoch(),
            row.parameters().asByteArray(),
            row.sealed().asByteArray())
        .orElseThrow();
  }

  private static RootKey cheap(String passphrase) {
    return RootKey.ofPassphrase(passphrase.toCharArray(), 8 << 10, 1, 1);
  }

  private static StoreKeyRow sealed(RootKey rootKey, int epoch) {
    try (rootKey;
        OpenedRoot root = rootKey.forNewStore(RANDOM);
        SecretBytes storeKey = SecretBytes.fromByteArray(STORE_KEY)) {
      return root.seal(STORE_ID, epoch, storeKey);
    }
  }

  private static byte[] opened(RootKey rootKey, StoreKeyRow row) {
    try (rootKey;
        OpenedRoot root = rootKey.forRow(row);
        SecretBytes storeKey = root.open(STORE_ID, row)) {
      return storeKey.asByteArray();
    }
  }
}
