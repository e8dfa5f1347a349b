package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.model.SecretBytes;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImportedPrivateKeyTest {

  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void pkcs8_inPemOrDer_hasItsType(KeyPairType type) {
    byte[] encoded = encodedOf(type);
    requireSame(type, pem("PRIVATE KEY", encoded));
    requireSame(type, "text\r\n" + pem("PRIVATE KEY", encoded).replace("\n", "\r\n") + "text");
    SecretBytes der = SecretBytes.fromByteArray(encoded);
    try (ImportedPrivateKey key = ImportedPrivateKey.fromPkcs8(der)) {
      assertThat(key.type()).isEqualTo(type);
      assertThat(key.privateKey()).isSameAs(der);
      assertThat(key.toString()).contains("SecretBytes[").doesNotContain("BEGIN");
    }
    assertThatIllegalStateException().isThrownBy(der::asByteArray);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSA",
    "RSA_3072, RSA",
    "RSA_4096, RSA",
    "ECC_NIST_P256, EC",
    "ECC_NIST_P384, EC",
    "ECC_NIST_P521, EC",
    "ECC_SECG_P256_K1, EC",
    "SM2, EC"
  })
  void olderForms_inPem_haveTheirType(KeyPairType type, String label) throws Exception {
    ASN1Encodable key = info(type).parsePrivateKey();
    byte[] der = key.toASN1Primitive().getEncoded("DER");
    requireSame(type, pem(label + " PRIVATE KEY", der));
    String parameters = pem("EC PARAMETERS", new byte[] {6, 1, 1});
    requireSame(type, parameters + pem(label + " PRIVATE KEY", der));
  }

  @Test
  void unusableKeys_areRefused_withoutTheirContent() throws Exception {
    requireRefused(
        "", "it is not a PEM private key, which begins with -----BEGIN PRIVATE KEY-----");
    requireRefused(
        pem("PUBLIC KEY", TestKeys.of(KeyPairType.SM2).publicKey().asByteArray()),
        "it is not a PEM private key, which begins with -----BEGIN PRIVATE KEY-----");
    requireRefused(
        pem("ENCRYPTED PRIVATE KEY", new byte[10]),
        "it is encrypted: remove the passphrase, for example with openssl pkey");
    requireRefused(
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n"
            + "-----END RSA PRIVATE KEY-----",
        "it is encrypted: remove the passphrase, for example with openssl pkey");
    requireRefused(
        "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----", "it is not in Base64");
    requireRefused(pem("PRIVATE KEY", new byte[10]), "it is not in the expected DER encoding");
    requireRefused(
        pem("PRIVATE KEY", HexFormat.of().parseHex("300c020100300506032b656e0400")),
        "its algorithm is none that the service has");
    ECPrivateKey named = ECPrivateKey.getInstance(info(KeyPairType.SM2).parsePrivateKey());
    requireRefused(
        pem("EC PRIVATE KEY", new ECPrivateKey(256, named.getKey()).getEncoded("DER")),
        "it does not name its curve: export it as PKCS #8");
    requireRefused(
        pem(
            "EC PRIVATE KEY",
            new ECPrivateKey(256, named.getKey(), new ASN1ObjectIdentifier("1.3.132.0.33"))
                .getEncoded("DER")),
        "its curve is none that the service has");
    requireRefused(
        pem("RSA PRIVATE KEY", HexFormat.of().parseHex("300702010002020401")),
        "its modulus has 11 bits, not 2048, 3072 or 4096");
  }

  private static void requireSame(KeyPairType type, String pem) {
    try (ImportedPrivateKey key = ImportedPrivateKey.fromPem(pem);
        PrivateKeyMaterial material =
            PrivateKeyMaterial.imported(TestKeys.KEY_ID, key.type(), key.privateKey())) {
      assertThat(key.type()).isEqualTo(type);
      assertThat(material.id()).isEqualTo(TestKeys.of(type).id());
    }
  }

  private static void requireRefused(String pem, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImportedPrivateKey.fromPem(pem))
        .withMessage(message)
        .withNoCause();
  }

  private static PrivateKeyInfo info(KeyPairType type) throws Exception {
    return PrivateKeyInfoFactory.createPrivateKeyInfo(PrivateKeyFactory.createKey(encodedOf(type)));
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static byte[] encodedOf(KeyPairType type) {
    return TestKeys.of(type).lend(byte[]::clone);
  }
}
