package io.github.embeddedkms.blob;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * A second implementation of XAES-256-GCM, written from the specification C2SP XAES-256-GCM with
 * Bouncy Castle's CMAC and the JDK's AES-GCM, without code of the library or of Tink.
 */
public final class IndependentXaesGcm {

  private IndependentXaesGcm() {}

  /** Returns the ciphertext and the tag. */
  public static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext, byte[] associatedData) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, nonce, associatedData).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the plaintext; empty if it is not authentic. */
  public static Optional<byte[]> open(
      byte[] key, byte[] nonce, byte[] sealed, byte[] associatedData) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, associatedData).doFinal(sealed));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /**
   * Derives the key of one message: two blocks of CMAC in counter mode over the nonce's first half.
   */
  public static byte[] derivedKey(byte[] key, byte[] nonce) {
    byte[] derived = new byte[32];
    for (int counter = 1; counter <= 2; counter++) {
      byte[] block = new byte[16];
      block[1] = (byte) counter;
      block[2] = 'X';
      System.arraycopy(nonce, 0, block, 4, 12);
      CMac mac = new CMac(AESEngine.newInstance());
      mac.init(new KeyParameter(key));
      mac.update(block, 0, block.length);
      mac.doFinal(derived, (counter - 1) * 16);
    }
    return derived;
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associatedData)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(derivedKey(key, nonce), "AES"),
        new GCMParameterSpec(128, Arrays.copyOfRange(nonce, 12, 24)));
    cipher.updateAAD(associatedData);
    return cipher;
  }
}
