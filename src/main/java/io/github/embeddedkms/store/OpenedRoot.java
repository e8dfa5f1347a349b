package io.github.embeddedkms.store;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.crypto.HkdfSha256;
import io.github.embeddedkms.crypto.XaesGcm;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A root key that is ready to seal and open store keys. For a passphrase, it holds only the derived
 * key.
 *
 * <pre>
 * okm    = HKDF(ikm = root key, salt = store id, info = root information, 64)
 * check  = okm[0..32)
 * sealed = XAES-256-GCM(okm[32..64), root data, store key)
 *
 * check  = empty                            under an Aead
 * sealed = aead.encrypt(store key, root data)
 * </pre>
 *
 * <p>The check distinguishes a wrong root key from an altered row, and makes the sealed row commit
 * to its key: without it, an attacker could craft one row that opens under many passphrases. It
 * does not make guessing easier, since the sealed store key in the same row can be guessed against
 * as well. Information and data are those of {@link SealFormat}.
 *
 * <p>Safe for use by several threads.
 */
final class OpenedRoot implements AutoCloseable {

  private static final int STORE_KEY_BYTES = 32;
  private static final int CHECK_BYTES = 32;
  private static final int WRAP_BYTES = 32;
  private static final Bytes NO_BYTES = Bytes.fromByteArray(new byte[0]);

  /** Either 32 bytes or the user's cipher. */
  private sealed interface Root permits RawRoot, AeadRoot {}

  private record RawRoot(SecretBytes key) implements Root {}

  private record AeadRoot(Aead aead) implements Root {}

  private final RootKey.Kind kind;
  private final Bytes parameters;
  private final Root root;
  private volatile boolean closed;

  private OpenedRoot(RootKey.Kind kind, Bytes parameters, Root root) {
    this.kind = kind;
    this.parameters = parameters;
    this.root = root;
  }

  /** Creates a root from 32 bytes, which it then owns and closes. */
  static OpenedRoot ofKey(SecretBytes key) {
    return new OpenedRoot(RootKey.Kind.RAW, NO_BYTES, new RawRoot(key));
  }

  /**
   * Creates a root from the key that is derived from a passphrase. The passphrase itself is not
   * kept.
   */
  static OpenedRoot ofPassphrase(SecretBytes passphrase, PassphraseParameters parameters) {
    Root root = new RawRoot(parameters.rootKey(passphrase));
    return new OpenedRoot(RootKey.Kind.PASSPHRASE, parameters.encoded(), root);
  }

  static OpenedRoot ofAead(Aead aead) {
    return new OpenedRoot(RootKey.Kind.AEAD, NO_BYTES, new AeadRoot(aead));
  }

  /**
   * Seals a store key and returns the row of its epoch.
   *
   * @param storeId 16 bytes
   * @param epoch 1 or more
   * @param storeKey 32 bytes, which are not changed
   * @throws WrongRootKeyException if an Aead cannot seal, or cannot open what it sealed
   */
  StoreKeyRow seal(Bytes storeId, int epoch, SecretBytes storeKey) {
    requireOpen();
    if (storeKey.length() != STORE_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a store key has " + STORE_KEY_BYTES + " bytes, not " + storeKey.length());
    }
    byte[] data = SealFormat.rootData(storeId, epoch);
    if (root instanceof AeadRoot under) {
      Bytes sealed = seal(under.aead(), storeKey, data);
      return new StoreKeyRow(epoch, kind.code(), parameters, sealed, NO_BYTES);
    }
    try (Derived derived = derive(((RawRoot) root).key(), storeId, epoch)) {
      Bytes sealed = Bytes.fromByteArray(storeKey.lend(bytes -> derived.wrap().seal(bytes, data)));
      return new StoreKeyRow(epoch, kind.code(), parameters, sealed, derived.check());
    }
  }

  /**
   * Opens the store key of a row.
   *
   * @param storeId 16 bytes
   * @param row as it is stored
   * @return 32 bytes, which the caller closes
   * @throws WrongRootKeyException if the row was sealed under another root key; under an Aead also
   *     if it was altered
   * @throws AlteredStoreException if this is the right root key, but the row was altered
   */
  SecretBytes open(Bytes storeId, StoreKeyRow row) {
    requireOpen();
    if (row.kind() != kind.code() || !row.parameters().equals(parameters)) {
      throw new WrongRootKeyException(
          "the root key of the store was changed: open the store again with the new root key");
    }
    byte[] data = SealFormat.rootData(storeId, row.epoch());
    if (root instanceof AeadRoot under) {
      return open(under.aead(), row, data);
    }
    try (Derived derived = derive(((RawRoot) root).key(), storeId, row.epoch())) {
      if (!MessageDigest.isEqual(derived.check().asByteArray(), row.check().asByteArray())) {
        throw new WrongRootKeyException("the root key does not fit the store");
      }
      return derived
          .wrap()
          .open(row.sealed().asByteArray(), data)
          .filter(storeKey -> storeKey.length() == STORE_KEY_BYTES)
          .orElseThrow(
              () ->
                  new AlteredStoreException(
                      "the sealed store key of epoch " + row.epoch() + " was altered"));
    }
  }

  /**
   * Wipes the root key, once no thread is using it. An Aead is not closed: it belongs to its owner.
   * Later calls fail.
   */
  @Override
  public void close() {
    closed = true;
    if (root instanceof RawRoot raw) {
      raw.key().close();
    }
  }

  /** Returns the kind only. */
  @Override
  public String toString() {
    return "OpenedRoot[" + kind + "]";
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("embedded-kms: the root key is closed");
    }
  }

  /** The keys derived for one row. The check is not secret: it is stored in the row. */
  private record Derived(Bytes check, XaesGcm wrap) implements AutoCloseable {

    @Override
    public void close() {
      wrap.close();
    }
  }

  private Derived derive(SecretBytes key, Bytes storeId, int epoch) {
    byte[] information = SealFormat.rootInformation(kind.code(), epoch, parameters);
    int length = CHECK_BYTES + WRAP_BYTES;
    byte[] output =
        key.lend(bytes -> HkdfSha256.derive(bytes, storeId.asByteArray(), information, length));
    byte[] wrap = Arrays.copyOfRange(output, CHECK_BYTES, length);
    try {
      return new Derived(Bytes.fromByteArray(Arrays.copyOf(output, CHECK_BYTES)), XaesGcm.of(wrap));
    } finally {
      Arrays.fill(output, (byte) 0);
      Arrays.fill(wrap, (byte) 0);
    }
  }

  /**
   * Seals with an Aead. It is foreign code, so it gets copies of arrays that it might change or
   * keep.
   */
  private static Bytes seal(Aead aead, SecretBytes storeKey, byte[] data) {
    byte[] copy = storeKey.asByteArray();
    byte[] opened = {};
    try {
      byte[] sealed = aead.encrypt(copy, data.clone());
      // With an Aead that can encrypt but not decrypt, the store could never be opened again.
      opened = aead.decrypt(sealed.clone(), data.clone());
      byte[] reopened = opened;
      if (!storeKey.lend(bytes -> MessageDigest.isEqual(bytes, reopened))) {
        throw new GeneralSecurityException("opened to something else");
      }
      return Bytes.fromByteArray(sealed);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new WrongRootKeyException("the root key cannot seal and open a store key", e);
    } finally {
      Arrays.fill(copy, (byte) 0);
      Arrays.fill(opened, (byte) 0);
    }
  }

  /**
   * Opens with an Aead. It does not say why it fails, and its rows have no check that would tell a
   * wrong key from an altered row.
   */
  private static SecretBytes open(Aead aead, StoreKeyRow row, byte[] data) {
    byte[] opened = {};
    try {
      opened = aead.decrypt(row.sealed().asByteArray(), data);
      if (opened.length != STORE_KEY_BYTES || row.check().length() != 0) {
        throw new GeneralSecurityException("not a store key");
      }
      return SecretBytes.fromByteArray(opened);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new WrongRootKeyException("wrong root key or altered store", e);
    } finally {
      Arrays.fill(opened, (byte) 0);
    }
  }
}
