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
 *
 * <p>Safe for use by several threads. Source: C2SP XAES-256-GCM.
 */
final class XaesGcm implements BlobCipher {

  private static final int SALT_BYTES = 12;

  private final Aead aead;

  private XaesGcm(Aead aead) {
    this.aead = aead;
  }

  /** Tink takes a copy of the key; wiping the array remains the caller's part. */
  // Both annotations are Tink's own reminders for callers that handle raw keys, as we must.
  @AccessesPartialKey
  @LowLevelCryptoCaller
  static XaesGcm of(byte[] key) {
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

  @Override
  public byte[] seal(byte[] plaintext, byte[] associatedData) {
    try {
      return aead.encrypt(plaintext, associatedData);
    } catch (GeneralSecurityException e) {
      // Sealing fails for lengths of gigabytes only.
      throw new AssertionError("Tink cannot seal", e);
    }
  }

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
