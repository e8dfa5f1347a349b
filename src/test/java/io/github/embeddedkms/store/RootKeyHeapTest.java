package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.HeapDump;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.IndependentStoreSeal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a heap dump shows of root keys, passphrases and store keys during and after their use. */
@Tag("thorough")
class RootKeyHeapTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Bytes STORE_ID = Bytes.fromByteArray(new byte[16]);

  @TempDir private Path folder;

  @Test
  void heapDump_rootKeyAndOpenedRootClosed_showsNoRawKey() throws Exception {
    byte[] key = randomKey();
    RootKey rootKey = RootKey.ofBytes(key);
    byte[] masked = HeapDump.masked(key);
    OpenedRoot root = rootKey.forNewStore();
    sealAndOpen(root);
    rootKey.close();
    assertThat(HeapDump.shows(masked, folder)).as("the search works").isTrue();
    root.close();
    assertThat(HeapDump.shows(masked, folder)).isFalse();
    assertThat(rootKey).isNotNull();
    assertThat(root).isNotNull();
  }

  @Test
  void heapDump_rootKeyClosedButNotOpenedRoot_showsNoPassphrase() throws Exception {
    // A literal would stay in the heap as a constant of this class.
    char[] passphrase = new char[32];
    byte[] encoded = new byte[passphrase.length];
    for (int i = 0; i < passphrase.length; i++) {
      passphrase[i] = (char) ('a' + RANDOM.nextInt(26));
      encoded[i] = (byte) passphrase[i];
    }
    byte[] masked = HeapDump.masked(encoded);
    RootKey rootKey = RootKey.ofPassphrase(passphrase, 8 << 10, 1, 1);
    Arrays.fill(passphrase, 'x');
    OpenedRoot root = rootKey.forNewStore();
    assertThat(HeapDump.shows(masked, folder)).isTrue();
    rootKey.close();
    assertThat(HeapDump.shows(masked, folder)).isFalse();
    sealAndOpen(root);
    root.close();
  }

  @Test
  void heapDump_openedRootClosed_showsNoRootOfPassphrase() throws Exception {
    RootKey rootKey = RootKey.ofPassphrase("open sesame".toCharArray(), 8 << 10, 1, 1);
    OpenedRoot root = rootKey.forNewStore();
    StoreKeyRow row = sealAndOpen(root);
    byte[] masked =
        HeapDump.masked(
            IndependentStoreSeal.rootOfPassphrase("open sesame", row.parameters().asByteArray()));
    assertThat(HeapDump.shows(masked, folder)).isTrue();
    root.close();
    assertThat(HeapDump.shows(masked, folder)).isFalse();
    assertThat(root).isNotNull();
    rootKey.close();
  }

  @Test
  void heapDump_storeKeyClosedButDerivedKeysInUse_showsNoStoreKey() throws Exception {
    byte[] key = randomKey();
    SecretBytes secret = SecretBytes.fromByteArray(key);
    byte[] masked = HeapDump.masked(key);
    StoreKey storeKey = StoreKey.of(STORE_ID, 1, secret);
    assertThat(HeapDump.shows(masked, folder)).isTrue();
    secret.close();
    assertThat(HeapDump.shows(masked, folder)).isFalse();
    storeKey.close();
  }

  private static StoreKeyRow sealAndOpen(OpenedRoot root) {
    try (SecretBytes storeKey = SecretBytes.filledBy(32, RANDOM::nextBytes)) {
      StoreKeyRow row = root.seal(STORE_ID, 1, storeKey);
      try (SecretBytes opened = root.open(STORE_ID, row)) {
        assertThat(opened).isEqualTo(storeKey);
      }
      return row;
    }
  }

  private static byte[] randomKey() {
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    return key;
  }
}
