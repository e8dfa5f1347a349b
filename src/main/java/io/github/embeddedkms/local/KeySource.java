package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.DerivedRandom;
import io.github.embeddedkms.model.Bytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Where the ids and the materials of new keys come from. Safe for use by several threads. */
@FunctionalInterface
interface KeySource {

  /**
   * What a new key or a new material is made from. Material for an existing key takes no id.
   *
   * @param keyId a new key id, a UUID (RFC 9562, version 4)
   * @param random the source of the material
   */
  record Draw(String keyId, SecureRandom random) {

    /** Returns the same key id in the form that multi-Region keys have. */
    String multiRegionKeyId() {
      return "mrk-" + keyId.replace("-", "");
    }
  }

  /** Returns what the next key is made from. */
  Draw next();

  /** Creates a source of unpredictable keys. */
  static KeySource of(SecureRandom random) {
    return () -> new Draw(keyId(random.nextLong(), random.nextLong()), random);
  }

  /**
   * Creates a source of predictable keys: the n-th draw depends on the seed and n only, whatever
   * the keys before it were.
   */
  static KeySource derivedFrom(Bytes seed) {
    AtomicLong draws = new AtomicLong();
    return () -> {
      long ordinal = draws.getAndIncrement();
      byte[] id = new byte[2 * Long.BYTES];
      DerivedRandom.of(seed, "key-id", ordinal).nextBytes(id);
      ByteBuffer halves = ByteBuffer.wrap(id);
      return new Draw(
          keyId(halves.getLong(), halves.getLong()),
          DerivedRandom.of(seed, "key-material", ordinal));
    };
  }

  private static String keyId(long high, long low) {
    return new UUID((high & ~0xF000L) | 0x4000L, (low & ~(0b11L << 62)) | (0b10L << 62)).toString();
  }
}
