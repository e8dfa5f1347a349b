package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;

/** Key pairs of secp256k1 and SM2, by Bouncy Castle's lightweight API: JDK 17 has neither. */
final class OtherCurveKeys implements KeyFamily {

  @Override
  public KeyPair generate(KeyPairType type, SecureRandom random) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(BouncyCurves.of(type), random));
    AsymmetricCipherKeyPair pair = generator.generateKeyPair();
    return CurveEncoding.encode(
        type,
        ((ECPrivateKeyParameters) pair.getPrivate()).getD(),
        ((ECPublicKeyParameters) pair.getPublic()).getQ().getEncoded(false));
  }

  @Override
  public KeyPair parse(KeyPairType type, byte[] encoded) {
    return BouncyCurves.parse(type, encoded);
  }

  @Override
  public SigningKey signingKey(KeyPairType type, byte[] encoded) {
    ECPrivateKeyParameters key = privateKey(type, encoded);
    return type == KeyPairType.SM2 ? new Sm2SigningKey(key) : new Secp256k1SigningKey(key);
  }

  @Override
  public VerifyingKey verifyingKey(KeyPairType type, Bytes encoded) {
    ECPublicKeyParameters key = BouncyCurves.publicKey(type, encoded);
    return type == KeyPairType.SM2 ? new Sm2VerifyingKey(key) : new BouncyEcdsaVerifyingKey(key);
  }

  @Override
  public DecryptionKey decryptionKey(KeyPairType type, byte[] encoded) {
    return new Sm2DecryptionKey(privateKey(type, encoded));
  }

  @Override
  public EncryptionKey encryptionKey(KeyPairType type, Bytes encoded) {
    return new Sm2EncryptionKey(BouncyCurves.publicKey(type, encoded));
  }

  @Override
  public void requirePeer(KeyPairType type, Bytes encoded) {
    // Reading the point is enough: Bouncy Castle checks the equation of the curve.
    BouncyCurves.publicKey(type, encoded);
  }

  @Override
  public AgreementKey agreementKey(KeyPairType type, byte[] encoded) {
    return new Sm2AgreementKey(privateKey(type, encoded));
  }

  private static ECPrivateKeyParameters privateKey(KeyPairType type, byte[] encoded) {
    BigInteger scalar = CurveEncoding.parse(type, encoded).scalar();
    return new ECPrivateKeyParameters(scalar, BouncyCurves.of(type));
  }
}
