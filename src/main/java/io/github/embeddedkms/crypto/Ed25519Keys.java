package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * Key pairs and signatures of Ed25519 and Ed25519ph (RFC 8032), by the JDK, whose arithmetic takes
 * constant time. Signatures need no randomness. Only for private keys from outside, Bouncy Castle
 * computes the public key, because the JDK has no function for it.
 *
 * <p>Ed25519ph hashes what it signs, even though that is a digest already: the service does the
 * same.
 */
final class Ed25519Keys implements KeyFamily {

  private static final String NAME = "Ed25519";

  /** The algorithm identifier and the frame of SubjectPublicKeyInfo take this many bytes. */
  private static final int PUBLIC_FRAME_BYTES = 12;

  private static final int SIGNATURE_BYTES = 64;

  @Override
  public KeyPair generate(KeyPairType type, SecureRandom random) {
    try {
      KeyPairGenerator generator = JdkAlgorithms.ecGenerator(NAME);
      generator.initialize(NamedParameterSpec.ED25519, random);
      java.security.KeyPair pair = generator.generateKeyPair();
      byte[] secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      byte[] encoded = pair.getPublic().getEncoded();
      return encode(type, secret, Arrays.copyOfRange(encoded, PUBLIC_FRAME_BYTES, encoded.length));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK generates " + type, e);
    }
  }

  /** Encodes a key pair, and wipes the secret. */
  private static KeyPair encode(KeyPairType type, byte[] secret, byte[] publicKey) {
    DerWriter writer = new DerWriter();
    int end = writer.mark();
    writer.value(DerReader.OCTET_STRING, secret);
    Arrays.fill(secret, (byte) 0);
    return new KeyPair(
        type, KeyEncoding.privateKey(type, writer, end), KeyEncoding.publicKey(type, publicKey));
  }

  @Override
  public KeyPair parse(KeyPairType type, byte[] encoded) {
    byte[] content = KeyEncoding.privateKey(type, encoded);
    byte[] secret = {};
    try {
      DerReader whole = new DerReader(content);
      secret = whole.content(DerReader.OCTET_STRING);
      whole.requireEnd();
      if (secret.length != type.size()) {
        throw new IllegalArgumentException(
            "it has " + secret.length + " bytes, not " + type.size());
      }
      byte[] publicKey = new Ed25519PrivateKeyParameters(secret).generatePublicKey().getEncoded();
      return encode(type, secret, publicKey);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  @Override
  public SigningKey signingKey(KeyPairType type, byte[] encoded) {
    try {
      PrivateKey key =
          JdkAlgorithms.ecKeyFactory(NAME).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return (algorithm, messageType, message) -> sign(key, algorithm, message);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this is not a private key of " + type);
    }
  }

  @Override
  public VerifyingKey verifyingKey(KeyPairType type, Bytes encoded) {
    try {
      PublicKey key =
          JdkAlgorithms.ecKeyFactory(NAME)
              .generatePublic(new X509EncodedKeySpec(encoded.asByteArray()));
      return (algorithm, messageType, message, signature) ->
          verify(key, algorithm, message, signature);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this is not a public key of " + type, e);
    }
  }

  private static byte[] sign(PrivateKey key, SigningAlgorithmSpec algorithm, byte[] message) {
    try {
      Signature signature = signature(algorithm);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK signs by Ed25519", e);
    }
  }

  private static boolean verify(
      PublicKey key, SigningAlgorithmSpec algorithm, byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature verifier = signature(algorithm);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK verifies Ed25519 signatures", e);
    }
  }

  private static Signature signature(SigningAlgorithmSpec algorithm)
      throws GeneralSecurityException {
    Signature signature = JdkAlgorithms.ecSignature(NAME);
    boolean prehashed = algorithm == SigningAlgorithmSpec.ED25519_PH_SHA_512;
    if (prehashed) {
      signature.setParameter(new EdDSAParameterSpec(prehashed));
    }
    return signature;
  }
}
