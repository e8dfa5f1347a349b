package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** The elliptic curves in Bouncy Castle's lightweight API. */
final class BouncyCurves {

  private BouncyCurves() {}

  /** Returns the curve of a type. */
  static ECDomainParameters of(KeyPairType type) {
    String name =
        switch (type) {
          case ECC_NIST_P256 -> "secp256r1";
          case ECC_NIST_P384 -> "secp384r1";
          case ECC_NIST_P521 -> "secp521r1";
          case ECC_SECG_P256_K1 -> "secp256k1";
          case SM2 -> "sm2p256v1";
          default -> throw new AssertionError(type + " is not a curve");
        };
    X9ECParameters curve = CustomNamedCurves.getByName(name);
    return new ECDomainParameters(curve);
  }

  /**
   * Reads a private key from outside, and computes its public key.
   *
   * @throws IllegalArgumentException if this is not a private key of the type's curve
   */
  static KeyPair parse(KeyPairType type, byte[] encoded) {
    CurveEncoding.Parsed parsed = CurveEncoding.parse(type, encoded);
    ECDomainParameters curve = of(type);
    if (!CurveEncoding.isInRange(parsed.scalar(), curve.getN())) {
      throw new IllegalArgumentException("its number is not in the range of " + type);
    }
    byte[] point = publicPoint(curve, parsed.scalar());
    byte[] given = parsed.point();
    if (given != null && !isSamePoint(curve, given, point)) {
      throw new IllegalArgumentException("the public key in it belongs to another private key");
    }
    return CurveEncoding.encode(type, parsed.scalar(), point);
  }

  /**
   * Reads a public key.
   *
   * @throws IllegalArgumentException if this is not a point of the type's curve
   */
  static ECPublicKeyParameters publicKey(KeyPairType type, Bytes encoded) {
    ECDomainParameters curve = of(type);
    byte[] point = KeyEncoding.publicKey(type, encoded);
    return new ECPublicKeyParameters(curve.getCurve().decodePoint(point), curve);
  }

  /** Returns the public key of a private number, uncompressed. */
  static byte[] publicPoint(ECDomainParameters curve, BigInteger scalar) {
    ECPoint point = new FixedPointCombMultiplier().multiply(curve.getG(), scalar);
    return point.getEncoded(false);
  }

  /** Compares the content of a BIT STRING, which may be compressed, with a point. */
  private static boolean isSamePoint(ECDomainParameters curve, byte[] bits, byte[] point) {
    if (bits.length < 2 || bits[0] != 0) {
      return false;
    }
    try {
      byte[] given = Arrays.copyOfRange(bits, 1, bits.length);
      return Arrays.equals(curve.getCurve().decodePoint(given).getEncoded(false), point);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
