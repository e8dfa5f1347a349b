package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * XAES-256-GCM under one key, composed of the JDK's AES:
 *
 * <pre>
 * K      = CMAC-AES-256(key, 00 01 58 00 || salt) || CMAC-AES-256(key, 00 02 58 00 || salt)
 * sealed = salt || nonce || AES-256-GCM(K, nonce, associated data, plaintext)
 * </pre>
 *
 * <p>Salt and nonce, 12 bytes each, are drawn from the operating system for every message. A CMAC
 * of one whole block is one AES encryption of that block XORed with a subkey.
 *
 * <p>Safe for use by several threads. Source: C2SP XAES-256-GCM; NIST SP 800-38B.
 */
public final class XaesGcm implements BlobCipher {

  private static final int KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 16;
  private static final int SALT_BYTES = 12;
  private static final int NONCE_BYTES = 12;
  private static final int HEADER_BYTES = SALT_BYTES + NONCE_BYTES;
  private static final int TAG_BITS = 128;
  private static final int TAG_BYTES = TAG_BITS / Byte.SIZE;

  private final SecretBytes key;
  private final SecureRandom random = SystemRandom.create();

  /**
   * Ciphers that no call is using, at most as many as there are processors, so that a burst of
   * calls does not occupy memory permanently. They belong to this object rather than to threads,
   * which would keep the key after {@link #close()}.
   */
  private final Queue<Ciphers> idle =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  private volatile boolean closed;

  private XaesGcm(SecretBytes key) {
    this.key = key;
  }

  /**
   * Creates a cipher with a copy of a key. The caller wipes the array.
   *
   * @param key 32 bytes
   * @return the cipher under that key, which the caller closes
   * @throws IllegalArgumentException if the key has another length
   */
  public static XaesGcm of(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key of XAES-256-GCM has " + KEY_BYTES + " bytes, not " + key.length);
    }
    return new XaesGcm(SecretBytes.fromByteArray(key));
  }

  /**
   * Seals with a new salt and nonce.
   *
   * @param plaintext the plaintext, which is not modified
   * @param associatedData the data that it is bound to
   * @return 24 bytes of salt and nonce, the ciphertext and a 16-byte tag
   * @throws IllegalStateException if this cipher is closed
   */
  @Override
  public byte[] seal(byte[] plaintext, byte[] associatedData) {
    byte[] saltAndNonce = new byte[HEADER_BYTES];
    random.nextBytes(saltAndNonce);
    return seal(saltAndNonce, plaintext, associatedData);
  }

  /** Seals with a given salt and nonce, which must never be used twice. For test vectors only. */
  byte[] seal(byte[] saltAndNonce, byte[] plaintext, byte[] associatedData) {
    byte[] sealed = Arrays.copyOf(saltAndNonce, HEADER_BYTES + plaintext.length + TAG_BYTES);
    Ciphers ciphers = take();
    try {
      ciphers
          .gcm(Cipher.ENCRYPT_MODE, saltAndNonce, associatedData)
          .doFinal(plaintext, 0, plaintext.length, sealed, HEADER_BYTES);
    } catch (GeneralSecurityException e) {
      // The parameters are valid, and the output is long enough.
      throw new AssertionError("AES-GCM cannot seal", e);
    }
    giveBack(ciphers);
    return sealed;
  }

  /**
   * Opens the output of {@link #seal}.
   *
   * @param nonceAndSealed salt, nonce, ciphertext and tag
   * @param associatedData the data that it is bound to
   * @return the plaintext, which the caller closes; empty if it is not authentic, for any reason
   * @throws IllegalStateException if this cipher is closed
   */
  @Override
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    int length = nonceAndSealed.length - HEADER_BYTES - TAG_BYTES;
    if (length < 0) {
      return Optional.empty();
    }
    byte[] plaintext = new byte[length];
    Ciphers ciphers = take();
    try {
      ciphers
          .gcm(Cipher.DECRYPT_MODE, nonceAndSealed, associatedData)
          .doFinal(nonceAndSealed, HEADER_BYTES, length + TAG_BYTES, plaintext, 0);
      giveBack(ciphers);
      return Optional.of(SecretBytes.fromByteArray(plaintext));
    } catch (AEADBadTagException e) {
      giveBack(ciphers);
      // The reason is dropped on purpose: a difference between reasons is an oracle.
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM fails only at the tag", e);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /**
   * Wipes the key and drops the ciphers, whose copies of the key cannot be wiped. Calls that have
   * begun finish; later calls fail. Closing again does nothing.
   */
  @Override
  public void close() {
    closed = true;
    key.close();
    dropIdle();
  }

  private Ciphers take() {
    Ciphers ready = closed ? null : idle.poll();
    // A closed key throws an exception.
    return ready == null ? key.lend(Ciphers::new) : ready;
  }

  /**
   * Makes ciphers available again. After a failure they are discarded instead: their state is
   * unknown.
   */
  private void giveBack(Ciphers ciphers) {
    if (!idle.offer(ciphers)) {
      ciphers.wipe();
    }
    if (closed) {
      dropIdle();
    }
  }

  private void dropIdle() {
    for (Ciphers next = idle.poll(); next != null; next = idle.poll()) {
      next.wipe();
    }
  }

  /** The ciphers for one call, which are reused: creating them costs more than a call. */
  private static final class Ciphers {

    private final Cipher block = JdkCiphers.create("AES/ECB/NoPadding");
    private final Cipher gcm = JdkCiphers.create("AES/GCM/NoPadding");

    /** The subkey for whole blocks, K1 in SP 800-38B. */
    private final byte[] subkey = new byte[BLOCK_BYTES];

    Ciphers(byte[] key) {
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

    /** Returns AES-GCM under the key that is derived for the salt. */
    Cipher gcm(int mode, byte[] saltAndNonce, byte[] associatedData)
        throws GeneralSecurityException {
      byte[] derived = derivedKey(saltAndNonce);
      try {
        GCMParameterSpec nonce =
            new GCMParameterSpec(TAG_BITS, saltAndNonce, SALT_BYTES, NONCE_BYTES);
        gcm.init(mode, new SecretKeySpec(derived, "AES"), nonce);
        gcm.updateAAD(associatedData);
        return gcm;
      } finally {
        Arrays.fill(derived, (byte) 0);
      }
    }

    private byte[] derivedKey(byte[] saltAndNonce) throws GeneralSecurityException {
      byte[] blocks = new byte[2 * BLOCK_BYTES];
      for (int i = 0; i < 2; i++) {
        int at = i * BLOCK_BYTES;
        blocks[at + 1] = (byte) (i + 1);
        blocks[at + 2] = 'X';
        System.arraycopy(saltAndNonce, 0, blocks, at + 4, SALT_BYTES);
        for (int j = 0; j < BLOCK_BYTES; j++) {
          blocks[at + j] ^= subkey[j];
        }
      }
      block.doFinal(blocks, 0, blocks.length, blocks, 0);
      return blocks;
    }

    void wipe() {
      Arrays.fill(subkey, (byte) 0);
    }
  }
}
