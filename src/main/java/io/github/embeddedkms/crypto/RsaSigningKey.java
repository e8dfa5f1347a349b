package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import javax.crypto.Cipher;

/**
 * Signs with RSA: RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017) by the JDK, and PSS over a digest,
 * which the JDK does not support, by {@linkplain PssOverDigest Bouncy Castle}.
 *
 * <p>Both blind the message, and verify the result before they return it, because a fault in one of
 * the two halves of the computation would reveal the key. Their modular arithmetic itself does not
 * take constant time.
 */
final class RsaSigningKey implements SigningKey {

  private final RSAPrivateCrtKey key;
  private final SecureRandom random = SystemRandom.create();

  RsaSigningKey(RSAPrivateCrtKey key) {
    this.key = key;
  }

  @Override
  public byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message) {
    try {
      if (!RsaEncoding.isPss(algorithm)) {
        // With a private key, "encrypting" pads as signatures do: block type 1.
        Cipher cipher = JdkCiphers.create("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key, random);
        byte[] digest = MessageDigests.of(algorithm, messageType, message);
        return cipher.doFinal(RsaEncoding.digestInfo(algorithm, digest));
      }
      if (messageType == MessageType.DIGEST) {
        return PssOverDigest.sign(key, algorithm, message, random);
      }
      Signature signature = JdkAlgorithms.rsaSignature("RSASSA-PSS");
      signature.setParameter(RsaEncoding.pss(algorithm));
      signature.initSign(key, random);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK signs with RSA", e);
    }
  }
}
