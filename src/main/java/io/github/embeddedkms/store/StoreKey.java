package io.github.embeddedkms.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.embeddedkms.crypto.XaesGcm;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that are derived from the store key of one epoch, to seal and to authenticate:
 *
 * <pre>
 * K_x      = HKDF-Expand(store key, "embedded-kms/store/" || x || "/v1", 32)
 * material = XAES-256-GCM(K_material, material data, key material)
 * mac      = HMAC-SHA-256(K_row, row)
 * summand  = HMAC-SHA-256(K_set, row)
 * tag      = XAES-256-GCM(K_set, head data, sum)
 * token    = XAES-256-GCM(K_token, token data, token)
 * </pre>
 *
 * <p>Data and row are those of {@link SealFormat}; the data of a token is its user's. Safe for use
 * by several threads; MACs under one key are computed by one thread at a time.
 */
final class StoreKey implements AutoCloseable {

  /** Thrown when the epoch has ended, or the storage was closed. */
  static final class ClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("embedded-kms: the store key is closed");
    }
  }

  private static final String HMAC = "HmacSHA256";

  /**
   * The derived keys. K_set is used for an HMAC and for a cipher. That is safe, since neither
   * computes a value with it that the other uses.
   */
  private record Keys(XaesGcm material, Mac row, Mac set, XaesGcm setCipher, XaesGcm token) {

    void close() {
      material.close();
      setCipher.close();
      token.close();
    }

    /** Returns the class name only: nothing about keys may be printed. */
    @Override
    public String toString() {
      return "Keys";
    }
  }

  private final Bytes storeId;
  private final int epoch;
  private volatile @Nullable Keys keys;

  private StoreKey(Bytes storeId, int epoch, Keys keys) {
    this.storeId = storeId;
    this.epoch = epoch;
    this.keys = keys;
  }

  /** Derives all keys. The store key itself is not kept; the caller closes it. */
  static StoreKey of(Bytes storeId, int epoch, SecretBytes storeKey) {
    byte[] material = expand(storeKey, "material");
    byte[] row = expand(storeKey, "row");
    byte[] set = expand(storeKey, "set");
    byte[] token = expand(storeKey, "token");
    try {
      Keys keys =
          new Keys(XaesGcm.of(material), mac(row), mac(set), XaesGcm.of(set), XaesGcm.of(token));
      return new StoreKey(storeId, epoch, keys);
    } finally {
      Arrays.fill(material, (byte) 0);
      Arrays.fill(row, (byte) 0);
      Arrays.fill(set, (byte) 0);
      Arrays.fill(token, (byte) 0);
    }
  }

  int epoch() {
    return epoch;
  }

  /** Seals key material for one key of this store. The array is not changed. */
  Bytes sealMaterial(Address key, Bytes materialId, byte[] material) {
    byte[] data = SealFormat.materialData(storeId, epoch, key, materialId);
    return Bytes.fromByteArray(withKeys(keys -> keys.material().seal(material, data)));
  }

  /**
   * Opens key material, which the caller closes; empty if it was not sealed for this key, or was
   * altered.
   */
  Optional<SecretBytes> openMaterial(Address key, Bytes materialId, Bytes sealed) {
    byte[] data = SealFormat.materialData(storeId, epoch, key, materialId);
    return withKeys(keys -> keys.material().open(sealed.asByteArray(), data));
  }

  /** Seals a token, as {@link TokenCipher#seal} does. */
  byte[] sealToken(byte[] prefix, byte[] token, byte[] data) {
    return withKeys(keys -> keys.token().seal(prefix, token, data));
  }

  /** Opens a token; empty if it was not sealed under this store key with that data. */
  Optional<SecretBytes> openToken(byte[] sealed, int position, byte[] data) {
    return withKeys(keys -> keys.token().open(sealed, position, data));
  }

  /** Returns the MAC of an item of this epoch, 32 bytes. */
  Bytes mac(Item item) {
    return Bytes.fromByteArray(compute(keys().row(), row(item)));
  }

  /** Returns whether an item is as it was written; false for an item of another epoch. */
  boolean isAuthentic(Item item, Bytes mac) {
    return summandIfAuthentic(item, mac).isPresent();
  }

  /**
   * Returns an item's contribution to the sum, if the item is as it was written. Encodes the row
   * only once.
   */
  Optional<byte[]> summandIfAuthentic(Item item, Bytes mac) {
    Keys open = keys();
    return new Verifier(storeId, open.row(), open.set()).summandIfAuthentic(item, mac);
  }

  /**
   * Verifies items in one thread, without waiting for others. Not safe for use by several threads.
   * Holds copies of the MAC keys: use it only for a short time.
   */
  static final class Verifier {

    private final Bytes storeId;
    private final Mac row;
    private final Mac set;

    private Verifier(Bytes storeId, Mac row, Mac set) {
      this.storeId = storeId;
      this.row = row;
      this.set = set;
    }

    /** Does what {@link StoreKey#summandIfAuthentic} does. */
    Optional<byte[]> summandIfAuthentic(Item item, Bytes mac) {
      byte[] bytes = SealFormat.row(storeId, item);
      return MessageDigest.isEqual(compute(row, bytes), mac.asByteArray())
          ? Optional.of(compute(set, bytes))
          : Optional.empty();
    }
  }

  /** Returns a verifier for one thread. */
  Verifier verifier() {
    Keys open = keys();
    return new Verifier(storeId, copy(open.row()), copy(open.set()));
  }

  /** Returns a copy, or the same object if the provider of the MAC does not support copying. */
  private static Mac copy(Mac mac) {
    try {
      synchronized (mac) {
        return (Mac) mac.clone();
      }
    } catch (CloneNotSupportedException e) {
      // Its lock is taken for each computation anyway.
      return mac;
    }
  }

  /**
   * Returns the contribution of an item of this epoch to the sum, 32 bytes, which must be kept
   * secret.
   */
  byte[] summand(Item item) {
    return compute(keys().set(), row(item));
  }

  /** Returns the tag for a head of this epoch. The tag in the head itself is ignored. */
  Bytes sealSum(Head head, SetSum sum) {
    if (head.epoch() != epoch) {
      throw new IllegalArgumentException("the head is of epoch " + head.epoch());
    }
    byte[] data = SealFormat.headData(head);
    return Bytes.fromByteArray(withKeys(keys -> keys.setCipher().seal(sum.bytes(), data)));
  }

  /**
   * Returns the sum that was sealed with exactly these fields; empty if there is none, or it was
   * sealed under another key.
   */
  Optional<SetSum> openSum(Head head) {
    byte[] data = SealFormat.headData(head);
    return withKeys(keys -> keys.setCipher().open(head.tag().asByteArray(), data))
        .map(StoreKey::sum);
  }

  /**
   * Wipes the sealing keys, and drops the MAC keys, which are in objects of the JDK that cannot be
   * wiped. Later calls fail.
   */
  @Override
  public void close() {
    Keys open = keys;
    keys = null;
    if (open != null) {
      open.close();
    }
  }

  /** Returns the epoch, which is not secret. */
  @Override
  public String toString() {
    return "StoreKey[epoch " + epoch + "]";
  }

  private Keys keys() {
    Keys open = keys;
    if (open == null) {
      throw new ClosedException();
    }
    return open;
  }

  private <T> T withKeys(Function<Keys, T> work) {
    try {
      return work.apply(keys());
    } catch (IllegalStateException e) {
      // close() may have closed the cipher meanwhile, which then throws another exception.
      throw keys == null ? new ClosedException() : e;
    }
  }

  /** Encodes a row. Refuses an item of another epoch, since no node would ever accept its MAC. */
  private byte[] row(Item item) {
    if (item.epoch() != epoch) {
      throw new IllegalArgumentException("the item is of epoch " + item.epoch());
    }
    return SealFormat.row(storeId, item);
  }

  private static byte[] compute(Mac mac, byte[] row) {
    // One instance is shared under a lock: a look-up in the JDK's providers is as expensive as a
    // MAC.
    synchronized (mac) {
      return mac.doFinal(row);
    }
  }

  private static SetSum sum(SecretBytes opened) {
    try (opened) {
      return opened.lend(SetSum::of);
    }
  }

  /**
   * Computes one block of HKDF-Expand. The store key is random, so it serves as the pseudorandom
   * key directly.
   */
  private static byte[] expand(SecretBytes storeKey, String purpose) {
    byte[] information = ("embedded-kms/store/" + purpose + "/v1\u0001").getBytes(US_ASCII);
    return storeKey.lend(key -> mac(key).doFinal(information));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      // Every JDK has HmacSHA256, which accepts every key.
      throw new AssertionError("HMAC with SHA-256 is missing", e);
    }
  }
}
