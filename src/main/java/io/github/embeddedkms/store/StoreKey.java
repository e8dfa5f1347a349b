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
 * What the store key of one epoch seals and authenticates with:
 *
 * <pre>
 * K_x      = HKDF-Expand(store key, "embedded-kms/store/" || x || "/v1", 32)
 * material = XAES-256-GCM(K_material, material data, key material)
 * mac      = HMAC-SHA-256(K_row, row)
 * summand  = HMAC-SHA-256(K_set, row)
 * tag      = XAES-256-GCM(K_set, head data, sum)
 * </pre>
 *
 * <p>Data and row are those of {@link SealFormat}. Safe for use by several threads, one of which
 * computes a MAC at a time.
 */
final class StoreKey implements AutoCloseable {

  /** The epoch has ended, or the storage was closed. */
  static final class ClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("embedded-kms: the store key is closed");
    }
  }

  private static final String HMAC = "HmacSHA256";

  /** K_set keys an HMAC and a cipher, and neither answers anything that the other asks with it. */
  private record Keys(XaesGcm material, Mac row, Mac set, XaesGcm setCipher) {

    void close() {
      material.close();
      setCipher.close();
    }

    /** Not even the objects: nothing about keys is for printing. */
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

  /** Derives all it needs and keeps nothing of the store key: closing it remains the caller's. */
  static StoreKey of(Bytes storeId, int epoch, SecretBytes storeKey) {
    byte[] material = expand(storeKey, "material");
    byte[] row = expand(storeKey, "row");
    byte[] set = expand(storeKey, "set");
    try {
      Keys keys = new Keys(XaesGcm.of(material), mac(row), mac(set), XaesGcm.of(set));
      return new StoreKey(storeId, epoch, keys);
    } finally {
      Arrays.fill(material, (byte) 0);
      Arrays.fill(row, (byte) 0);
      Arrays.fill(set, (byte) 0);
    }
  }

  int epoch() {
    return epoch;
  }

  /** Seals key material, which is only read, for one key of this store. */
  Bytes sealMaterial(Address key, Bytes materialId, byte[] material) {
    byte[] data = SealFormat.materialData(storeId, epoch, key, materialId);
    return Bytes.fromByteArray(withKeys(keys -> keys.material().seal(material, data)));
  }

  /** The material, to be closed; empty if it was not sealed for this key, or was altered. */
  Optional<SecretBytes> openMaterial(Address key, Bytes materialId, Bytes sealed) {
    byte[] data = SealFormat.materialData(storeId, epoch, key, materialId);
    return withKeys(keys -> keys.material().open(sealed.asByteArray(), data));
  }

  /** The MAC, 32 bytes, that stands beside an item of this epoch. */
  Bytes mac(Item item) {
    return Bytes.fromByteArray(compute(keys().row(), row(item)));
  }

  /** Whether an item is as it was written; false for an item of another epoch. */
  boolean isAuthentic(Item item, Bytes mac) {
    return summandIfAuthentic(item, mac).isPresent();
  }

  /** What an item adds to the sum, if it is as it was written; the row is put together once. */
  Optional<byte[]> summandIfAuthentic(Item item, Bytes mac) {
    byte[] row = SealFormat.row(storeId, item);
    return MessageDigest.isEqual(compute(keys().row(), row), mac.asByteArray())
        ? Optional.of(compute(keys().set(), row))
        : Optional.empty();
  }

  /** What an item of this epoch adds to the sum of all: 32 bytes, for nobody else to see. */
  byte[] summand(Item item) {
    return compute(keys().set(), row(item));
  }

  /** The tag of a head of this epoch; the tag that the head has is not read. */
  Bytes sealSum(Head head, SetSum sum) {
    if (head.epoch() != epoch) {
      throw new IllegalArgumentException("the head is of epoch " + head.epoch());
    }
    byte[] data = SealFormat.headData(head);
    return Bytes.fromByteArray(withKeys(keys -> keys.setCipher().seal(sum.bytes(), data)));
  }

  /** The sum that was sealed with these very fields; empty if it was not, or not under this key. */
  Optional<SetSum> openSum(Head head) {
    byte[] data = SealFormat.headData(head);
    return withKeys(keys -> keys.setCipher().open(head.tag().asByteArray(), data))
        .map(StoreKey::sum);
  }

  /**
   * Wipes the keys that seal, and drops those of the MACs, which lie in objects of the JDK that
   * cannot be wiped. Later calls fail.
   */
  @Override
  public void close() {
    Keys open = keys;
    keys = null;
    if (open != null) {
      open.close();
    }
  }

  /** The epoch, which is no secret. */
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
      // A cipher that close() has closed in the meantime says so in other words.
      throw keys == null ? new ClosedException() : e;
    }
  }

  /** An item of another epoch would get a MAC that nobody ever accepts. */
  private byte[] row(Item item) {
    if (item.epoch() != epoch) {
      throw new IllegalArgumentException("the item is of epoch " + item.epoch());
    }
    return SealFormat.row(storeId, item);
  }

  private static byte[] compute(Mac mac, byte[] row) {
    // One instance under a lock: to look one up in the JDK's providers costs as much as a MAC.
    synchronized (mac) {
      return mac.doFinal(row);
    }
  }

  private static SetSum sum(SecretBytes opened) {
    try (opened) {
      return opened.lend(SetSum::of);
    }
  }

  /** One block of HKDF-Expand, with the store key as the pseudorandom key that it is. */
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
      // Every JDK has it, and it takes every key.
      throw new AssertionError("HMAC with SHA-256 is missing", e);
    }
  }
}
