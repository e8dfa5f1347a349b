package io.github.embeddedkms.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Signature;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;

/**
 * Algorithms of the JDK's own providers other than {@linkplain JdkCiphers ciphers}. The providers
 * are requested by name, so that a provider that the application registers first changes nothing.
 * If the named provider is absent, or does not support an algorithm, the first provider that does
 * supplies it.
 *
 * <p>Every method returns a new object, which is not safe for use by several threads.
 */
final class JdkAlgorithms {

  private static final String RSA_PROVIDER = "SunRsaSign";
  private static final String EC_PROVIDER = "SunEC";
  private static final String MAC_PROVIDER = "SunJCE";
  private static final String DIGEST_PROVIDER = "SUN";

  /** Gets an algorithm from a provider. */
  private interface Named<T> {
    T of(String algorithm, String provider) throws GeneralSecurityException;
  }

  /** Gets an algorithm from the first provider that has it. */
  private interface First<T> {
    T of(String algorithm) throws NoSuchAlgorithmException;
  }

  private JdkAlgorithms() {}

  static Signature rsaSignature(String algorithm) {
    return create(algorithm, RSA_PROVIDER, Signature::getInstance, Signature::getInstance);
  }

  static Signature ecSignature(String algorithm) {
    return create(algorithm, EC_PROVIDER, Signature::getInstance, Signature::getInstance);
  }

  static KeyFactory rsaKeyFactory() {
    return create("RSA", RSA_PROVIDER, KeyFactory::getInstance, KeyFactory::getInstance);
  }

  static KeyFactory ecKeyFactory(String algorithm) {
    return create(algorithm, EC_PROVIDER, KeyFactory::getInstance, KeyFactory::getInstance);
  }

  static KeyPairGenerator rsaGenerator() {
    return create(
        "RSA", RSA_PROVIDER, KeyPairGenerator::getInstance, KeyPairGenerator::getInstance);
  }

  static KeyPairGenerator ecGenerator(String algorithm) {
    return create(
        algorithm, EC_PROVIDER, KeyPairGenerator::getInstance, KeyPairGenerator::getInstance);
  }

  static KeyAgreement ecAgreement() {
    return create("ECDH", EC_PROVIDER, KeyAgreement::getInstance, KeyAgreement::getInstance);
  }

  static Mac mac(String algorithm) {
    return create(algorithm, MAC_PROVIDER, Mac::getInstance, Mac::getInstance);
  }

  static MessageDigest digest(String algorithm) {
    return create(
        algorithm, DIGEST_PROVIDER, MessageDigest::getInstance, MessageDigest::getInstance);
  }

  private static <T> T create(String algorithm, String provider, Named<T> named, First<T> first) {
    try {
      try {
        return named.of(algorithm, provider);
      } catch (NoSuchProviderException | NoSuchAlgorithmException e) {
        return first.of(algorithm);
      }
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this JVM does not support " + algorithm, e);
    }
  }
}
