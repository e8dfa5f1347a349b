package io.github.embeddedkms.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The ciphers for one call under one key of XAES-256-GCM. They are kept for later calls, because a
 * new cipher costs more than a call.
 *
 * <p>One salt serves {@value #MESSAGES_PER_SALT} messages, because a change of the derived key
 * costs an AES key schedule, which takes longer than sealing a data key. The nonce is drawn for
 * every message. It is not a counter: a copy of a slot, in a cloned virtual machine for example,
 * would repeat a counter for certain.
 *
 * <p>There are two ciphers for AES-GCM, so that sealing does not change the key of opening and vice
 * versa. A cipher that gets the key that it already has skips the key schedule.
 *
 * <p>Used by one thread at a time.
 */
final class XaesGcmSlot {

  static final int SALT_BYTES = 12;
  static final int NONCE_BYTES = 12;
  static final int HEADER_BYTES = SALT_BYTES + NONCE_BYTES;
  static final int TAG_BYTES = 16;
  static final int MESSAGES_PER_SALT = 256;

  private static final int BLOCK_BYTES = 16;
  private static final int TAG_BITS = TAG_BYTES * Byte.SIZE;

  private final Cipher block = JdkCiphers.create("AES/ECB/NoPadding");
  private final Cipher sealing = JdkCiphers.create("AES/GCM/NoPadding");
  private final Cipher opening = JdkCiphers.create("AES/GCM/NoPadding");

  /** The subkey for whole blocks, K1 in SP 800-38B. */
  private final byte[] subkey = new byte[BLOCK_BYTES];

  /** The salt of sealing, and the key that is derived for it. */
  private final byte[] salt = new byte[SALT_BYTES];

  private @Nullable SecretKey sealingKey;

  /** How many messages the salt may still serve. */
  private int messagesLeft;

  /** The salt that was opened last, and the key that is derived for it. */
  private final byte[] openedSalt = new byte[SALT_BYTES];

  private @Nullable SecretKey openingKey;

  XaesGcmSlot(byte[] key) {
    try {
      block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      block.doFinal(subkey, 0, BLOCK_BYTES, subkey, 0);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES refuses a key of 256 bits", e);
    }
    doubleInPlace(subkey);
  }

  /** Multiplies by x in GF(2^128), without a branch that depends on the secret. */
  private static void doubleInPlace(byte[] element) {
    int carry = 0;
    for (int i = element.length - 1; i >= 0; i--) {
      int shifted = (element[i] & 0xFF) << 1 | carry;
      element[i] = (byte) shifted;
      carry = shifted >>> Byte.SIZE;
    }
    element[element.length - 1] ^= (byte) (-carry & 0x87);
  }

  /** Returns how many random bytes the next message needs: a nonce, and sometimes a new salt. */
  int randomBytesNeeded() {
    return messagesLeft == 0 ? HEADER_BYTES : NONCE_BYTES;
  }

  /**
   * Seals one message.
   *
   * @param random contains {@link #randomBytesNeeded} random bytes from a position on
   * @param plaintext contains the plaintext at its beginning
   * @param out receives salt, nonce, ciphertext and tag from a position on
   */
  void seal(
      byte[] random,
      int randomPosition,
      byte[] plaintext,
      int length,
      byte[] associatedData,
      byte[] out,
      int position)
      throws GeneralSecurityException {
    int noncePosition = randomPosition;
    if (messagesLeft == 0) {
      changeSalt(random, randomPosition);
      noncePosition += SALT_BYTES;
    }
    messagesLeft--;
    System.arraycopy(salt, 0, out, position, SALT_BYTES);
    System.arraycopy(random, noncePosition, out, position + SALT_BYTES, NONCE_BYTES);
    sealing.init(Cipher.ENCRYPT_MODE, sealingKey, nonceIn(out, position));
    sealing.updateAAD(associatedData);
    sealing.doFinal(plaintext, 0, length, out, position + HEADER_BYTES);
  }

  private void changeSalt(byte[] random, int position) throws GeneralSecurityException {
    System.arraycopy(random, position, salt, 0, SALT_BYTES);
    sealingKey = derivedKey(salt, 0);
    messagesLeft = MESSAGES_PER_SALT;
  }

  /**
   * Opens one message into an array. If it is not authentic, nothing in the array may be used.
   *
   * @param sealed contains salt, nonce, ciphertext and tag from a position to its end
   * @throws AEADBadTagException if the message is not authentic
   */
  void open(byte[] sealed, int position, byte[] associatedData, byte[] plaintext)
      throws GeneralSecurityException {
    opening.init(Cipher.DECRYPT_MODE, openingKey(sealed, position), nonceIn(sealed, position));
    opening.updateAAD(associatedData);
    int begin = position + HEADER_BYTES;
    opening.doFinal(sealed, begin, sealed.length - begin, plaintext, 0);
  }

  private SecretKey openingKey(byte[] salts, int position) throws GeneralSecurityException {
    SecretKey key = openingKey;
    if (key == null
        || !Arrays.equals(openedSalt, 0, SALT_BYTES, salts, position, position + SALT_BYTES)) {
      key = derivedKey(salts, position);
      System.arraycopy(salts, position, openedSalt, 0, SALT_BYTES);
      openingKey = key;
    }
    return key;
  }

  private static GCMParameterSpec nonceIn(byte[] header, int position) {
    return new GCMParameterSpec(TAG_BITS, header, position + SALT_BYTES, NONCE_BYTES);
  }

  /** Derives the key of all messages under one salt. */
  private SecretKey derivedKey(byte[] salts, int position) throws GeneralSecurityException {
    byte[] blocks = new byte[2 * BLOCK_BYTES];
    for (int i = 0; i < 2; i++) {
      int at = i * BLOCK_BYTES;
      blocks[at + 1] = (byte) (i + 1);
      blocks[at + 2] = 'X';
      System.arraycopy(salts, position, blocks, at + 4, SALT_BYTES);
      for (int j = 0; j < BLOCK_BYTES; j++) {
        blocks[at + j] ^= subkey[j];
      }
    }
    try {
      block.doFinal(blocks, 0, blocks.length, blocks, 0);
      return new SecretKeySpec(blocks, "AES");
    } finally {
      Arrays.fill(blocks, (byte) 0);
    }
  }

  /** Wipes what can be wiped, and drops the rest: the copies of keys in JCE's objects. */
  void wipe() {
    sealingKey = null;
    openingKey = null;
    Arrays.fill(subkey, (byte) 0);
  }
}
