package io.github.embeddedkms.crypto;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.LowLevelCryptoCaller;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.aead.XAesGcmParameters;
import com.google.crypto.tink.aead.subtle.XAesGcmAead;
import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;

/**
 * XAES-256-GCM under one key, by Tink, which draws every nonce from the JVM's default randomness.
 * What is sealed is a 24-byte nonce, the ciphertext and a 16-byte tag.
 *
 * <p>Safe for use by several threads. Source: C2SP XAES-256-GCM.
 */
public final class XaesGcm implements BlobCipher {

  private static final int SALT_BYTES = 12;

  private final Aead aead;

  private XaesGcm(Aead aead) {
    this.aead = aead;
  }

  /**
   * Takes a key. Tink copies it, and its ciphers, which are per thread, may keep the copy until
   * that thread uses another key or ends; wiping the array remains the caller's part.
   *
   * @param key 32 bytes
   * @return the cipher under that key
   */
  // Both annotations are Tink's own reminders for callers that handle raw keys, as we must.
  @AccessesPartialKey
  @LowLevelCryptoCaller
  public static XaesGcm of(byte[] key) {
    try {
      XAesGcmParameters parameters =
          XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, SALT_BYTES);
      return new XaesGcm(
          XAesGcmAead.create(
              XAesGcmKey.create(
                  parameters,
                  com.google.crypto.tink.util.SecretBytes.copyFrom(
                      key, InsecureSecretKeyAccess.get()),
                  null)));
    } catch (GeneralSecurityException e) {
      // The parameters are constants and the key's length is ours to get right.
      throw new AssertionError("Tink refuses an XAES-256-GCM key", e);
    }
  }

  /**
   * Seals under a new nonce.
   *
   * @param plaintext what to seal; is only read
   * @param associatedData what it is bound to
   * @return nonce, ciphertext and tag
   */
  @Override
  public byte[] seal(byte[] plaintext, byte[] associatedData) {
    try {
      return aead.encrypt(plaintext, associatedData);
    } catch (GeneralSecurityException e) {
      // Sealing fails for lengths of gigabytes only.
      throw new AssertionError("Tink cannot seal", e);
    }
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param nonceAndSealed nonce, ciphertext and tag
   * @param associatedData what it is bound to
   * @return the plaintext, to be closed; empty if it is not authentic, for whatever reason
   */
  @Override
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    byte[] plaintext;
    try {
      plaintext = aead.decrypt(nonceAndSealed, associatedData);
    } catch (GeneralSecurityException e) {
      // The reason is dropped on purpose: a difference between reasons is an oracle.
      return Optional.empty();
    }
    try {
      return Optional.of(SecretBytes.fromByteArray(plaintext));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** Does nothing: Tink's keys cannot be wiped. */
  @Override
  public void close() {}
}
