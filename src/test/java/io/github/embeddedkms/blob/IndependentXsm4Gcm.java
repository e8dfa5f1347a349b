package io.github.embeddedkms.blob;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * A second implementation of XSM4-GCM, written from the specification of the blob with Bouncy
 * Castle's provider, without code of the library, which uses the lightweight API.
 */
public final class IndependentXsm4Gcm {

  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private IndependentXsm4Gcm() {}

  /** Returns the plaintext; empty if it is not authentic. */
  public static Optional<byte[]> open(
      byte[] key, byte[] nonce, byte[] sealed, byte[] associatedData) {
    try {
      Cipher cipher = Cipher.getInstance("SM4/GCM/NoPadding", BOUNCY_CASTLE);
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(derivedKey(key, nonce), "SM4"),
          new GCMParameterSpec(128, nonce, 12, 12));
      cipher.updateAAD(associatedData);
      return Optional.of(cipher.doFinal(sealed));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static byte[] derivedKey(byte[] key, byte[] nonce) throws GeneralSecurityException {
    byte[] block = new byte[16];
    block[1] = 1;
    block[2] = 'X';
    System.arraycopy(nonce, 0, block, 4, 12);
    Mac mac = Mac.getInstance("SM4-CMAC", BOUNCY_CASTLE);
    mac.init(new SecretKeySpec(key, "SM4"));
    return mac.doFinal(block);
  }
}
