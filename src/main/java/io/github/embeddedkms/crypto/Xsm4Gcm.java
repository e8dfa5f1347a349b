package io.github.embeddedkms.crypto;

import io.github.embeddedkms.library.Library;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * XSM4-GCM under one key, with Bouncy Castle's lightweight API:
 *
 * <pre>
 * K      = CMAC-SM4(key, 00 01 58 00 || salt)
 * sealed = salt || nonce || SM4-GCM(K, nonce, associated data, plaintext)
 * </pre>
 *
 * <p>Salt and nonce are drawn from the operating system for every message.
 *
 * <p>Bouncy Castle's SM4 uses lookup tables, so its timing depends on the cache, unlike that of
 * AES.
 *
 * <p>Safe for use by several threads: every call creates its own ciphers.
 */
final class Xsm4Gcm implements BlobCipher {

  private static final int KEY_BYTES = 16;
  private static final int SALT_BYTES = 12;

  /** The end of salt and nonce. */
  private static final int NONCE_END = SALT_BYTES + 12;

  private static final int TAG_BITS = 128;
  private static final int TAG_BYTES = TAG_BITS / 8;
  private static final byte[] DERIVATION_LABEL = {0x00, 0x01, 0x58, 0x00};

  private final SecretBytes key;
  private final SecureRandom random;

  /** Creates a cipher with a copy of the key. The caller wipes the array. */
  Xsm4Gcm(byte[] key) {
    this(key, SystemRandom.create());
  }

  /** Creates a cipher with another source of salts and nonces. For tests only. */
  Xsm4Gcm(byte[] key, SecureRandom random) {
    this.key = SecretBytes.fromByteArray(key);
    this.random = random;
  }

  @Override
  public byte[] seal(byte[] prefix, byte[] plaintext, byte[] associatedData) {
    byte[] saltAndNonce = new byte[NONCE_END];
    random.nextBytes(saltAndNonce);
    GCMModeCipher cipher = cipher(true, saltAndNonce, 0, associatedData);
    int begin = prefix.length + NONCE_END;
    byte[] sealed = Arrays.copyOf(prefix, begin + plaintext.length + TAG_BYTES);
    System.arraycopy(saltAndNonce, 0, sealed, prefix.length, NONCE_END);
    int written = cipher.processBytes(plaintext, 0, plaintext.length, sealed, begin);
    try {
      cipher.doFinal(sealed, begin + written);
    } catch (InvalidCipherTextException e) {
      throw new AssertionError("only opening can fail because of the tag", e);
    }
    return sealed;
  }

  @Override
  public SealedSecret sealNewSecret(byte[] prefix, int length, byte[] associatedData) {
    SecretBytes secret = SecretBytes.filledBy(length, random::nextBytes);
    try {
      return new SealedSecret(secret, secret.lend(bytes -> seal(prefix, bytes, associatedData)));
    } catch (RuntimeException | Error e) {
      secret.close();
      throw e;
    }
  }

  @Override
  public Optional<SecretBytes> open(byte[] prefixAndSealed, int position, byte[] associatedData) {
    int begin = position + NONCE_END;
    int length = prefixAndSealed.length - begin - TAG_BYTES;
    if (length < 0) {
      return Optional.empty();
    }
    GCMModeCipher cipher = cipher(false, prefixAndSealed, position, associatedData);
    // Not authenticated until doFinal has verified the tag, and not to be released before.
    byte[] plaintext = new byte[length];
    try {
      int written = cipher.processBytes(prefixAndSealed, begin, length + TAG_BYTES, plaintext, 0);
      cipher.doFinal(plaintext, written);
      return Optional.of(SecretBytes.fromByteArray(plaintext));
    } catch (InvalidCipherTextException e) {
      // The reason is dropped on purpose: a difference between reasons is an oracle.
      return Optional.empty();
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** Returns SM4-GCM under the key derived for the salt, with the nonce that follows the salt. */
  private GCMModeCipher cipher(
      boolean forSealing, byte[] salts, int position, byte[] associatedData) {
    byte[] salt = Arrays.copyOfRange(salts, position, position + SALT_BYTES);
    byte[] nonce = Arrays.copyOfRange(salts, position + SALT_BYTES, position + NONCE_END);
    byte[] derived = derivedKey(salt);
    try {
      GCMModeCipher cipher = GCMBlockCipher.newInstance(new SM4Engine());
      cipher.init(
          forSealing,
          new AEADParameters(new KeyParameter(derived), TAG_BITS, nonce, associatedData));
      return cipher;
    } catch (NoSuchMethodError e) {
      throw Library.BOUNCY_CASTLE.missing("SM4", e);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /** Derives the key of all messages under one salt. The bytes after the salt are ignored. */
  byte[] derivedKey(byte[] saltAndNonce) {
    CMac mac = new CMac(new SM4Engine());
    mac.init(key.lend(KeyParameter::new));
    mac.update(DERIVATION_LABEL, 0, DERIVATION_LABEL.length);
    mac.update(saltAndNonce, 0, SALT_BYTES);
    byte[] derived = new byte[KEY_BYTES];
    mac.doFinal(derived, 0);
    return derived;
  }

  @Override
  public void close() {
    key.close();
  }
}
