package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.KeySpec;
import java.util.HexFormat;

/**
 * The algorithm and the parameters of a key pair. The names are those of the service's key specs
 * and data key pair specs on the wire.
 *
 * <p>Sources of the algorithm identifiers: RFC 8017 (RSA), RFC 5480 and SEC 2 (curves), RFC 8410
 * (Ed25519), GM/T 0006 (SM2), RFC 9881 (ML-DSA), RFC 9935 (ML-KEM).
 */
public enum KeyPairType {
  /** RSA with a modulus of 2048 bits. */
  RSA_2048("RSA_2048", Family.RSA, 2048, Ids.RSA),
  /** RSA with a modulus of 3072 bits. */
  RSA_3072("RSA_3072", Family.RSA, 3072, Ids.RSA),
  /** RSA with a modulus of 4096 bits. */
  RSA_4096("RSA_4096", Family.RSA, 4096, Ids.RSA),
  /** The elliptic curve NIST P-256 (secp256r1). */
  ECC_NIST_P256("ECC_NIST_P256", Family.NIST_CURVE, 32, Ids.EC + "06082a8648ce3d030107"),
  /** The elliptic curve NIST P-384 (secp384r1). */
  ECC_NIST_P384("ECC_NIST_P384", Family.NIST_CURVE, 48, Ids.EC + "06052b81040022"),
  /** The elliptic curve NIST P-521 (secp521r1). */
  ECC_NIST_P521("ECC_NIST_P521", Family.NIST_CURVE, 66, Ids.EC + "06052b81040023"),
  /** The elliptic curve secp256k1 of SEC 2. */
  ECC_SECG_P256_K1("ECC_SECG_P256K1", Family.OTHER_CURVE, 32, Ids.EC + "06052b8104000a"),
  /** The twisted Edwards curve of Ed25519 (RFC 8032). */
  ECC_NIST_EDWARDS25519("ECC_NIST_EDWARDS25519", Family.ED25519, 32, "06032b6570"),
  /** The elliptic curve SM2 (GB/T 32918). */
  SM2("SM2", Family.OTHER_CURVE, 32, Ids.EC + "06082a811ccf5501822d"),
  /** ML-DSA-44 (FIPS 204). */
  ML_DSA_44("ML_DSA_44", Family.ML_DSA, 1312, Ids.NIST + "0311"),
  /** ML-DSA-65 (FIPS 204). */
  ML_DSA_65("ML_DSA_65", Family.ML_DSA, 1952, Ids.NIST + "0312"),
  /** ML-DSA-87 (FIPS 204). */
  ML_DSA_87("ML_DSA_87", Family.ML_DSA, 2592, Ids.NIST + "0313"),
  /** ML-KEM-512 (FIPS 203). */
  ML_KEM_512("ML_KEM_512", Family.ML_KEM, 800, Ids.NIST + "0401"),
  /** ML-KEM-768 (FIPS 203). */
  ML_KEM_768("ML_KEM_768", Family.ML_KEM, 1184, Ids.NIST + "0402"),
  /** ML-KEM-1024 (FIPS 203). */
  ML_KEM_1024("ML_KEM_1024", Family.ML_KEM, 1568, Ids.NIST + "0403");

  /** Types whose keys have the same encoding and the same implementation. */
  enum Family {
    /** RSA; {@link KeyPairType#size()} is the number of bits of the modulus. */
    RSA,
    /**
     * Curves that the JDK supports; {@link KeyPairType#size()} is the number of bytes of a
     * coordinate.
     */
    NIST_CURVE,
    /** Curves that only Bouncy Castle supports; {@link KeyPairType#size()} as for NIST curves. */
    OTHER_CURVE,
    /**
     * Ed25519; {@link KeyPairType#size()} is the number of bytes of a private and of a public key.
     */
    ED25519,
    /**
     * ML-DSA, whose seeds have 32 bytes; {@link KeyPairType#size()} is that of the public key in
     * bytes.
     */
    ML_DSA,
    /**
     * ML-KEM, whose seeds have 64 bytes; {@link KeyPairType#size()} is that of the public key in
     * bytes.
     */
    ML_KEM
  }

  /** Object identifiers in DER, hexadecimal. */
  private static final class Ids {
    /** rsaEncryption, and the parameters NULL. */
    static final String RSA = "06092a864886f70d0101010500";

    /** id-ecPublicKey, which the curve follows. */
    static final String EC = "06072a8648ce3d0201";

    /** The arc of NIST's algorithms, with the length of an identifier two arcs below. */
    static final String NIST = "060960864801650304";
  }

  private final String wireValue;
  private final Family family;
  private final int size;
  private final String algorithm;

  KeyPairType(String wireValue, Family family, int size, String algorithm) {
    this.wireValue = wireValue;
    this.family = family;
    this.size = size;
    this.algorithm = algorithm;
  }

  /**
   * Returns the type of the key pairs of an asymmetric key spec.
   *
   * @param spec a spec whose {@linkplain KeySpecTable.Line#kind() kind} is {@link
   *     MaterialKind#PRIVATE_KEY}
   * @return the type
   * @throws IllegalArgumentException if the spec is that of a secret key
   */
  public static KeyPairType of(KeySpec spec) {
    return ofWireValue(spec.toString());
  }

  /**
   * Returns the type with a name, for example that of a data key pair spec.
   *
   * @param name the name on the wire, for example {@code "ECC_SECG_P256K1"}
   * @return the type
   * @throws IllegalArgumentException if no type has that name
   */
  public static KeyPairType ofWireValue(String name) {
    for (KeyPairType type : values()) {
      if (type.wireValue.equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(name + " is not a type of key pairs");
  }

  /** Returns the algorithms of the key spec of the same name: every type has one. */
  KeySpecTable.Line algorithms() {
    return KeySpecTable.of(KeySpec.valueOf(name()));
  }

  Family family() {
    return family;
  }

  /** The size of keys, in the unit of the family. */
  int size() {
    return size;
  }

  /** The content of the AlgorithmIdentifier in DER: object identifier and parameters. */
  byte[] algorithm() {
    return HexFormat.of().parseHex(algorithm);
  }

  /** Returns the name on the wire. */
  @Override
  public String toString() {
    return wireValue;
  }
}
