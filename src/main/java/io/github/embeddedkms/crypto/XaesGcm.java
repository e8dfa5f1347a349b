package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * XAES-256-GCM under one key, composed of the JDK's AES:
 *
 * <pre>
 * K      = CMAC-AES-256(key, 00 01 58 00 || salt) || CMAC-AES-256(key, 00 02 58 00 || salt)
 * sealed = salt || nonce || AES-256-GCM(K, nonce, associated data, plaintext)
 * </pre>
 *
 * <p>Salt and nonce have 12 bytes each. The nonce is drawn from the operating system for every
 * message, and the salt for every 256 messages of a slot, which serves one call at a time. Of q
 * messages under one key, two have the same salt and nonce with a probability of at most q·2^-89 +
 * q²·2^-193. A CMAC of one whole block is one AES encryption of that block XORed with a subkey.
 *
 * <p>Safe for use by several threads. Source: C2SP XAES-256-GCM; NIST SP 800-38B.
 */
public final class XaesGcm implements BlobCipher {

  private static final int KEY_BYTES = 32;
  private static final int OVERHEAD_BYTES = XaesGcmSlot.HEADER_BYTES + XaesGcmSlot.TAG_BYTES;
  private static final byte[] NO_PREFIX = {};

  /** Thrown inside this class for a message that is not authentic. */
  private static final class NotAuthentic extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotAuthentic() {
      // Control flow, not an error: no stack trace. The reason is dropped on purpose: a difference
      // between reasons is an oracle.
      super(null, null, false, false);
    }
  }

  private final SecretBytes key;
  private final SecureRandom random;

  /** For tests, not private. */
  final IdleSlots idle = new IdleSlots();

  private volatile boolean closed;

  private XaesGcm(SecretBytes key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /**
   * Creates a cipher with a copy of a key. The caller wipes the array.
   *
   * @param key 32 bytes
   * @return the cipher under that key, which the caller closes
   * @throws IllegalArgumentException if the key has another length
   */
  public static XaesGcm of(byte[] key) {
    return of(key, SystemRandom.create());
  }

  /** Creates a cipher with another source of salts and nonces. For test vectors only. */
  static XaesGcm of(byte[] key, SecureRandom random) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key of XAES-256-GCM has " + KEY_BYTES + " bytes, not " + key.length);
    }
    return new XaesGcm(SecretBytes.fromByteArray(key), random);
  }

  /**
   * Seals with a new nonce.
   *
   * @param plaintext the plaintext, which is not modified
   * @param associatedData the data that it is bound to
   * @return 24 bytes of salt and nonce, the ciphertext and a 16-byte tag
   * @throws IllegalStateException if this cipher is closed
   */
  @Override
  public byte[] seal(byte[] plaintext, byte[] associatedData) {
    return seal(NO_PREFIX, plaintext, associatedData);
  }

  @Override
  public byte[] seal(byte[] prefix, byte[] plaintext, byte[] associatedData) {
    XaesGcmSlot slot = take();
    byte[] drawn = new byte[slot.randomBytesNeeded()];
    random.nextBytes(drawn);
    byte[] sealed = seal(slot, prefix, drawn, 0, plaintext, plaintext.length, associatedData);
    giveBack(slot);
    return sealed;
  }

  @Override
  public SealedSecret sealNewSecret(byte[] prefix, int length, byte[] associatedData) {
    XaesGcmSlot slot = take();
    // The secret, and what follows it: one request is faster than two.
    byte[] drawn = new byte[length + slot.randomBytesNeeded()];
    try {
      random.nextBytes(drawn);
      byte[] sealed = seal(slot, prefix, drawn, length, drawn, length, associatedData);
      giveBack(slot);
      SecretBytes secret =
          SecretBytes.filledBy(length, bytes -> System.arraycopy(drawn, 0, bytes, 0, length));
      return new SealedSecret(secret, sealed);
    } finally {
      Arrays.fill(drawn, (byte) 0);
    }
  }

  private static byte[] seal(
      XaesGcmSlot slot,
      byte[] prefix,
      byte[] random,
      int randomPosition,
      byte[] plaintext,
      int length,
      byte[] associatedData) {
    byte[] sealed = Arrays.copyOf(prefix, prefix.length + OVERHEAD_BYTES + length);
    try {
      slot.seal(random, randomPosition, plaintext, length, associatedData, sealed, prefix.length);
      return sealed;
    } catch (GeneralSecurityException e) {
      // The parameters are valid, and the output is long enough.
      throw new AssertionError("AES-GCM cannot seal", e);
    }
  }

  /**
   * Opens the output of {@link #seal(byte[], byte[])}.
   *
   * @param nonceAndSealed salt, nonce, ciphertext and tag
   * @param associatedData the data that it is bound to
   * @return the plaintext, which the caller closes; empty if it is not authentic, for any reason
   * @throws IllegalStateException if this cipher is closed
   */
  @Override
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    return open(nonceAndSealed, 0, associatedData);
  }

  @Override
  public Optional<SecretBytes> open(byte[] prefixAndSealed, int position, byte[] associatedData) {
    int length = prefixAndSealed.length - position - OVERHEAD_BYTES;
    if (length < 0) {
      return Optional.empty();
    }
    XaesGcmSlot slot = take();
    try {
      // Decrypts in place, so that there is no copy to wipe. If the plaintext is not authentic, it
      // is wiped and never returned.
      return Optional.of(
          SecretBytes.filledBy(
              length,
              plaintext -> open(slot, prefixAndSealed, position, associatedData, plaintext)));
    } catch (NotAuthentic e) {
      return Optional.empty();
    }
  }

  private void open(
      XaesGcmSlot slot, byte[] sealed, int position, byte[] associatedData, byte[] plaintext) {
    try {
      slot.open(sealed, position, associatedData, plaintext);
    } catch (AEADBadTagException e) {
      giveBack(slot);
      throw new NotAuthentic();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM fails only at the tag", e);
    }
    giveBack(slot);
  }

  /**
   * Wipes the key and drops the slots, whose copies of keys cannot be wiped. Calls that have begun
   * finish; later calls fail. Closing again does nothing.
   */
  @Override
  public void close() {
    closed = true;
    key.close();
    dropIdle();
  }

  private XaesGcmSlot take() {
    XaesGcmSlot ready = closed ? null : idle.take();
    // A closed key throws an exception.
    return ready == null ? key.lend(XaesGcmSlot::new) : ready;
  }

  /**
   * Makes a slot available again. After a failure it is discarded instead: its state is unknown.
   */
  private void giveBack(XaesGcmSlot slot) {
    if (!idle.put(slot)) {
      slot.wipe();
    }
    // close() may have looked for idle slots before this one was.
    if (closed) {
      dropIdle();
    }
  }

  private void dropIdle() {
    for (XaesGcmSlot next = idle.take(); next != null; next = idle.take()) {
      next.wipe();
    }
  }
}
