package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The signatures in RFC 8032, section 7, and in GB/T 32918.5, annex A. */
class SignatureVectorsTest {

  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    // The examples of section 7.1 with 0, 1 and 2 bytes.
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
        + "1cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
        + "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
        + "984dc6594a7c15e9716ed28dc027beceea1ec40a"
  })
  void ed25519_isThatOfTheRfc(String secret, String publicKey, String message, String signature) {
    PrivateKeyMaterial key = ed25519(secret);
    assertThat(HEX.formatHex(KeyEncoding.publicKey(key.type(), key.publicKey())))
        .isEqualTo(publicKey);
    SecretBytes bytes = SecretBytes.fromByteArray(HEX.parseHex(message));
    Bytes signed = key.sign(SigningAlgorithmSpec.ED25519_SHA_512, MessageType.RAW, bytes);
    assertThat(HEX.formatHex(signed.asByteArray())).isEqualTo(signature);
    assertThat(
            key.publicHalf()
                .verify(SigningAlgorithmSpec.ED25519_SHA_512, MessageType.RAW, bytes, signed))
        .isTrue();
  }

  /** Section 7.3. The service takes 64 bytes only, so the example is below the check of lengths. */
  @Test
  void ed25519ph_isThatOfTheRfc() {
    PrivateKeyMaterial key =
        ed25519("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42");
    KeyFamily family = KeyFamily.of(key.type());
    byte[] signature =
        key.lend(
            encoded ->
                family
                    .signingKey(key.type(), encoded)
                    .sign(
                        SigningAlgorithmSpec.ED25519_PH_SHA_512,
                        MessageType.DIGEST,
                        "abc".getBytes(US_ASCII)));
    assertThat(HEX.formatHex(signature))
        .isEqualTo(
            "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
                + "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406");
    assertThat(
            family
                .verifyingKey(key.type(), key.publicKey())
                .verify(
                    SigningAlgorithmSpec.ED25519_PH_SHA_512,
                    MessageType.DIGEST,
                    "abc".getBytes(US_ASCII),
                    signature))
        .isTrue();
  }

  private static PrivateKeyMaterial ed25519(String secret) {
    return PrivateKeyMaterial.imported(
        TestKeys.KEY_ID,
        KeyPairType.ECC_NIST_EDWARDS25519,
        SecretBytes.fromByteArray(HEX.parseHex("302e020100300506032b657004220420" + secret)));
  }

  @Test
  void sm2_verifiesTheExampleOfTheStandard() {
    BigInteger d =
        new BigInteger("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8", 16);
    byte[] point = BouncyCurves.publicPoint(BouncyCurves.of(KeyPairType.SM2), d);
    assertThat(HEX.withUpperCase().formatHex(point))
        .isEqualTo(
            "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
                + "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13");
    KeyPair pair = CurveEncoding.encode(KeyPairType.SM2, d, point);
    PrivateKeyMaterial key =
        PrivateKeyMaterial.of(
            TestKeys.KEY_ID, KeyPairType.SM2, pair.publicKey(), pair.privateKey());
    DerWriter writer = new DerWriter();
    int end = writer.mark();
    writer.integer(
        new BigInteger("B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA", 16));
    writer.integer(
        new BigInteger("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3", 16));
    Bytes signature = Bytes.fromByteArray(writer.header(DerReader.SEQUENCE, end).toByteArray());
    assertThat(
            key.publicHalf()
                .verify(
                    SigningAlgorithmSpec.SM2_DSA,
                    MessageType.RAW,
                    SecretBytes.fromUtf8String("message digest"),
                    signature))
        .isTrue();
    SecretBytes digest =
        SecretBytes.fromByteArray(
            HEX.parseHex("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"));
    assertThat(
            key.publicHalf()
                .verify(SigningAlgorithmSpec.SM2_DSA, MessageType.DIGEST, digest, signature))
        .isTrue();
  }
}
