package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;

/**
 * Verifies RSA signatures, by the same implementations as {@link RsaSigningKey}.
 *
 * <p>The content of a PKCS #1 v1.5 signature is compared with the one DigestInfo that it must have,
 * and is not parsed: a lenient parser accepts signatures that were forged without the key if the
 * public exponent is 3 (Bleichenbacher).
 */
final class RsaVerifyingKey implements VerifyingKey {

  private final RSAPublicKey key;

  RsaVerifyingKey(RSAPublicKey key) {
    this.key = key;
  }

  @Override
  public boolean verify(
      SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message, byte[] signature) {
    if (signature.length != (key.getModulus().bitLength() + 7) / 8) {
      return false;
    }
    try {
      if (!RsaEncoding.isPss(algorithm)) {
        Cipher cipher = JdkCiphers.create("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.DECRYPT_MODE, key);
        byte[] digest = MessageDigests.of(algorithm, messageType, message);
        return MessageDigest.isEqual(
            cipher.doFinal(signature), RsaEncoding.digestInfo(algorithm, digest));
      }
      if (messageType == MessageType.DIGEST) {
        return PssOverDigest.verify(key, algorithm, message, signature);
      }
      Signature verifier = JdkAlgorithms.rsaSignature("RSASSA-PSS");
      verifier.setParameter(RsaEncoding.pss(algorithm));
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (BadPaddingException | SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK verifies RSA signatures", e);
    }
  }
}
