package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The encodings of key pairs, and keys that other programs have encoded. */
class KeyPairTest {

  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void keys_areReadByBouncyCastle(KeyPairType type) throws Exception {
    AsymmetricKeyParameter privateKey = PrivateKeyFactory.createKey(encodedOf(type));
    AsymmetricKeyParameter publicKey =
        PublicKeyFactory.createKey(TestKeys.of(type).publicKey().asByteArray());
    assertThat(privateKey.isPrivate()).isTrue();
    assertThat(publicKey.isPrivate()).isFalse();
    // The frame that Bouncy Castle itself writes.
    assertThat(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey).getEncoded("DER"))
        .isEqualTo(TestKeys.of(type).publicKey().asByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSA",
    "RSA_3072, RSA",
    "RSA_4096, RSA",
    "ECC_NIST_P256, EC",
    "ECC_NIST_P384, EC",
    "ECC_NIST_P521, EC",
    "ECC_NIST_EDWARDS25519, Ed25519"
  })
  void keys_areReadByTheJdk_whichWritesTheSamePublicKey(KeyPairType type, String algorithm)
      throws Exception {
    KeyFactory factory = KeyFactory.getInstance(algorithm);
    factory.generatePrivate(new PKCS8EncodedKeySpec(encodedOf(type)));
    byte[] publicKey = TestKeys.of(type).publicKey().asByteArray();
    assertThat(factory.generatePublic(new X509EncodedKeySpec(publicKey)).getEncoded())
        .isEqualTo(publicKey);
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, 138, 91",
    "ECC_NIST_P384, 185, 120",
    "ECC_NIST_P521, 241, 158",
    "ECC_SECG_P256_K1, 135, 88",
    "SM2, 138, 91",
    "ECC_NIST_EDWARDS25519, 48, 44",
    "ML_DSA_44, 54, 1334",
    "ML_DSA_65, 54, 1974",
    "ML_DSA_87, 54, 2614",
    "ML_KEM_512, 86, 822",
    "ML_KEM_768, 86, 1206",
    "ML_KEM_1024, 86, 1590"
  })
  void keys_haveTheirLengths(KeyPairType type, int privateLength, int publicLength) {
    assertThat(encodedOf(type)).hasSize(privateLength);
    assertThat(TestKeys.of(type).publicKey().length()).isEqualTo(publicLength);
  }

  @Test
  void mlKem_hasTheSeedFormOfTheService() {
    assertThat(HEX.formatHex(encodedOf(KeyPairType.ML_KEM_768)))
        .startsWith("3054020100300b060960864801650304040204428040");
    assertThat(HEX.formatHex(encodedOf(KeyPairType.ML_DSA_65)))
        .startsWith("3034020100300b060960864801650304031204228020");
  }

  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void imported_encodedByUs_isTheSameMaterial(KeyPairType type) {
    requireSame(type, encodedOf(type));
  }

  /** Bouncy Castle adds curve parameters, the expanded key or the public key. */
  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void imported_encodedByBouncyCastle_isTheSameMaterial(KeyPairType type) throws Exception {
    AsymmetricKeyParameter key = PrivateKeyFactory.createKey(encodedOf(type));
    requireSame(type, PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded("DER"));
    Attribute attribute =
        new Attribute(
            new ASN1ObjectIdentifier("1.2.840.113549.1.9.20"),
            new DERSet(new DEROctetString(new byte[] {1, 2, 3})));
    requireSame(
        type,
        PrivateKeyInfoFactory.createPrivateKeyInfo(key, new DERSet(attribute)).getEncoded("DER"));
    if (type.family() != KeyPairType.Family.ML_DSA && type.family() != KeyPairType.Family.ML_KEM) {
      return;
    }
    // With the seed and the expanded key, which is Bouncy Castle's default.
    assertThat(PrivateKeyInfoFactory.createPrivateKeyInfo(both(key)).getEncoded("DER").length)
        .isGreaterThan(1000);
    requireSame(type, PrivateKeyInfoFactory.createPrivateKeyInfo(both(key)).getEncoded("DER"));
  }

  private static AsymmetricKeyParameter both(AsymmetricKeyParameter key) {
    return key instanceof MLDSAPrivateKeyParameters dsa
        ? dsa.withPreferredFormat(MLDSAPrivateKeyParameters.BOTH)
        : ((MLKEMPrivateKeyParameters) key).withPreferredFormat(MLKEMPrivateKeyParameters.BOTH);
  }

  @ParameterizedTest
  @CsvSource({"RSA_2048, RSA, ''", "ECC_NIST_P256, EC, secp256r1", "ECC_NIST_P521, EC, secp521r1"})
  void imported_encodedByTheJdk_hasItsPublicKey(KeyPairType type, String algorithm, String curve)
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (curve.isEmpty()) {
      generator.initialize(2048);
    } else {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    java.security.KeyPair pair = generator.generateKeyPair();
    assertThat(imported(type, pair.getPrivate().getEncoded()).publicKey().asByteArray())
        .isEqualTo(pair.getPublic().getEncoded());
  }

  /** Some programs write the primes in the other order, or a larger private exponent. */
  @Test
  void imported_rsaWithSwappedPrimesOrAnotherExponent_isTheSameMaterial() throws Exception {
    KeyPairType type = KeyPairType.RSA_2048;
    RSAPrivateCrtKey key = rsa();
    BigInteger p = key.getPrimeP();
    BigInteger q = key.getPrimeQ();
    assertThat(p).isGreaterThan(q);
    BigInteger phi = p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE));
    BigInteger larger = key.getPublicExponent().modInverse(phi).add(phi);
    requireSame(type, rsa(key.getModulus(), key.getPublicExponent(), larger, q, p));
  }

  @Test
  void imported_rsaWithWrongNumbers_isRefused() throws Exception {
    RSAPrivateCrtKey key = rsa();
    BigInteger n = key.getModulus();
    BigInteger e = key.getPublicExponent();
    BigInteger d = key.getPrivateExponent();
    BigInteger p = key.getPrimeP();
    BigInteger q = key.getPrimeQ();
    BigInteger one = BigInteger.ONE;
    requireRefused(KeyPairType.RSA_3072, rsa(n, e, d, p, q), "its modulus has 2048 bits, not 3072");
    String exponent = "its public exponent is not an odd number from 3 to 2^64";
    requireRefused(KeyPairType.RSA_2048, rsa(n, one, d, p, q), exponent);
    requireRefused(KeyPairType.RSA_2048, rsa(n, e.add(one), d, p, q), exponent);
    requireRefused(KeyPairType.RSA_2048, rsa(n, n.subtract(BigInteger.TWO), d, p, q), exponent);
    String product = "its modulus is not the product of its two primes";
    requireRefused(KeyPairType.RSA_2048, rsa(n, e, d, p, p), product);
    requireRefused(KeyPairType.RSA_2048, rsa(n.subtract(one), e, d, p, q), product);
    requireRefused(
        KeyPairType.RSA_2048, rsa(n, e, d, n, one), "one of its two primes is not prime");
    requireRefused(
        KeyPairType.RSA_2048,
        rsa(n, e, d.add(one), p, q),
        "its private exponent does not match the public one");
    requireRefused(
        KeyPairType.RSA_2048,
        rsa(n, e, BigInteger.ZERO, p, q),
        "its private exponent does not match the public one");
  }

  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void imported_cutOrFollowedByAnotherByte_isRefused(KeyPairType type) {
    byte[] encoded = encodedOf(type);
    for (int length = 0; length < encoded.length; length += 1 + encoded.length / 200) {
      requireRefused(
          type, Arrays.copyOf(encoded, length), "it is not in the expected DER encoding");
    }
    requireRefused(
        type, Arrays.copyOf(encoded, encoded.length + 1), "it is not in the expected DER encoding");
  }

  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void imported_ofAnotherType_isRefused(KeyPairType type) {
    Stream.of(KeyPairType.values())
        .filter(other -> other != type)
        .forEach(
            other ->
                assertThatIllegalArgumentException()
                    .as("%s", other)
                    .isThrownBy(() -> imported(type, encodedOf(other)))
                    .withMessageMatching("its (algorithm identifier|modulus has) .*"));
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256_K1", "SM2"})
  void imported_curveWithWrongNumbers_isRefused(KeyPairType type) {
    BigInteger n = BouncyCurves.of(type).getN();
    byte[] point = KeyEncoding.publicKey(type, TestKeys.of(type).publicKey());
    for (BigInteger number : new BigInteger[] {BigInteger.ZERO, n, n.add(BigInteger.ONE)}) {
      requireRefused(
          type,
          CurveEncoding.encode(type, number, point).privateKey().asByteArray(),
          "its number is not in the range of " + type);
    }
    requireRefused(
        type,
        CurveEncoding.encode(type, BigInteger.TWO, point).privateKey().asByteArray(),
        "the public key in it belongs to another private key");
    requireRefused(
        type,
        CurveEncoding.encode(type, BigInteger.TWO, new byte[] {4, 1}).privateKey().asByteArray(),
        "the public key in it belongs to another private key");
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"})
  void imported_withoutItsSeedOrWithAnothersKey_isRefused(KeyPairType type) throws Exception {
    AsymmetricKeyParameter key = PrivateKeyFactory.createKey(encodedOf(type));
    PrivateKeyInfo both = PrivateKeyInfoFactory.createPrivateKeyInfo(both(key));
    byte[] altered = both.getEncoded("DER");
    altered[altered.length - 1] ^= 1;
    requireRefused(type, altered, "its expanded key does not belong to its seed");
    ASN1Sequence members = ASN1Sequence.getInstance(both.parsePrivateKey());
    byte[] expanded =
        new PrivateKeyInfo(both.getPrivateKeyAlgorithm(), members.getObjectAt(1)).getEncoded("DER");
    requireRefused(
        type,
        expanded,
        "it is not in the seed form, the only form that embedded-kms keeps: export the key with"
            + " its seed");
  }

  @Test
  void typeOfKeySpec_isThatWithItsName_andSecretKeysHaveNone() {
    for (KeySpec spec : KeySpec.values()) {
      if (KeySpecTable.of(spec).kind() == MaterialKind.PRIVATE_KEY) {
        assertThat(KeyPairType.of(spec)).hasToString(spec.toString());
      } else {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> KeyPairType.of(spec))
            .withMessage("%s is not a type of key pairs", spec);
      }
    }
    assertThat(KeyPairType.ofWireValue("ML_KEM_1024")).isEqualTo(KeyPairType.ML_KEM_1024);
  }

  /** With a source of the application's choice, for example in tests, keys can be repeated. */
  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {"ECC_NIST_EDWARDS25519", "ML_DSA_44", "ML_KEM_768"})
  void generate_drawsTheSecretFromTheSource(KeyPairType type) {
    try (KeyPair one = KeyPair.generate(type, new Counting());
        KeyPair other = KeyPair.generate(type, new Counting())) {
      assertThat(one.privateKey()).isEqualTo(other.privateKey());
      assertThat(one.publicKey()).isEqualTo(other.publicKey());
    }
  }

  @Test
  void close_wipesThePrivateKey_andToStringNeverShowsIt() {
    KeyPair pair = KeyPair.generate(KeyPairType.ECC_NIST_P256, new SecureRandom());
    assertThat(pair)
        .hasToString(
            "KeyPair[type=ECC_NIST_P256, privateKey=SecretBytes[138 bytes],"
                + " publicKey=Bytes[91 bytes]]");
    byte[] array = pair.privateKey().lend(same -> same);
    pair.close();
    assertThat(array).containsOnly(0);
  }

  /** Returns 1, 2, 3 and so on. */
  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private byte last;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = ++last;
      }
    }
  }

  private static RSAPrivateCrtKey rsa() throws Exception {
    return (RSAPrivateCrtKey)
        KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(encodedOf(KeyPairType.RSA_2048)));
  }

  private static byte[] rsa(BigInteger n, BigInteger e, BigInteger d, BigInteger p, BigInteger q)
      throws Exception {
    BigInteger one = BigInteger.ONE;
    PrivateKeyInfo original = PrivateKeyInfo.getInstance(encodedOf(KeyPairType.RSA_2048));
    return new PrivateKeyInfo(
            original.getPrivateKeyAlgorithm(), new RSAPrivateKey(n, e, d, p, q, one, one, one))
        .getEncoded("DER");
  }

  private static void requireSame(KeyPairType type, byte[] encoded) {
    try (PrivateKeyMaterial material = imported(type, encoded)) {
      assertThat(material.id()).isEqualTo(TestKeys.of(type).id());
      assertThat(material.publicKey()).isEqualTo(TestKeys.of(type).publicKey());
    }
  }

  private static void requireRefused(KeyPairType type, byte[] encoded, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> imported(type, encoded))
        .withMessage(message)
        .withNoCause();
  }

  private static PrivateKeyMaterial imported(KeyPairType type, byte[] encoded) {
    return PrivateKeyMaterial.imported(TestKeys.KEY_ID, type, SecretBytes.fromByteArray(encoded));
  }

  private static byte[] encodedOf(KeyPairType type) {
    return TestKeys.of(type).lend(byte[]::clone);
  }
}
