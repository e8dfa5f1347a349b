package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.OpenSsl;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.WrappingKeySpec;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Key material that OpenSSL has generated, encoded and wrapped. */
class ImportByOpenSslTest {

  @TempDir private Path folder;
  private OpenSsl openSsl;
  private final LocalKeyProvider kms =
      LocalKeyProvider.builder().region(Fixture.REGION).account(Fixture.ACCOUNT).build();

  @BeforeAll
  static void requireOpenSsl() throws Exception {
    OpenSsl.assumeVersion3();
  }

  @BeforeEach
  void startInFolder() {
    openSsl = new OpenSsl(folder);
  }

  @AfterEach
  void close() {
    kms.close();
  }

  private static String externalKey(KmsClient client, KeySpec spec) {
    KeyUsageType usage = KeySpecTable.of(spec).usages().iterator().next();
    return client
        .createKey(b -> b.origin(OriginType.EXTERNAL).keySpec(spec).keyUsage(usage))
        .keyMetadata()
        .keyId();
  }

  /** Wraps a file with OpenSSL, and imports it. */
  private void importFile(
      KmsClient client,
      String keyId,
      AlgorithmSpec algorithm,
      WrappingKeySpec wrappingKey,
      String file)
      throws Exception {
    var parameters =
        client.getParametersForImport(
            b -> b.keyId(keyId).wrappingAlgorithm(algorithm).wrappingKeySpec(wrappingKey));
    openSsl.write("public.der", parameters.publicKey().asByteArray());
    byte[] wrapped = wrap(algorithm, file);
    client.importKeyMaterial(
        b ->
            b.keyId(keyId)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(Bytes.fromByteArray(wrapped))
                .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE));
    assertThat(client.describeKey(b -> b.keyId(keyId)).keyMetadata().keyState())
        .isEqualTo(KeyState.ENABLED);
  }

  private byte[] wrap(AlgorithmSpec algorithm, String file) throws Exception {
    switch (algorithm) {
      case RSAES_OAEP_SHA_1 -> encrypt(file, "wrapped", oaep("sha1"));
      case RSAES_OAEP_SHA_256 -> encrypt(file, "wrapped", oaep("sha256"));
      case SM2_PKE -> encrypt(file, "wrapped", "");
      case RSA_AES_KEY_WRAP_SHA_1 -> {
        return keyWrap(file, oaep("sha1"));
      }
      case RSA_AES_KEY_WRAP_SHA_256 -> {
        return keyWrap(file, oaep("sha256"));
      }
      default -> throw new AssertionError(algorithm);
    }
    return openSsl.read("wrapped");
  }

  private static String oaep(String hash) {
    return " -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:%s -pkeyopt rsa_mgf1_md:%s"
        .formatted(hash, hash);
  }

  private void encrypt(String file, String out, String options) throws Exception {
    openSsl.run(
        "pkeyutl -encrypt -pubin -keyform DER -inkey public.der -in "
            + file
            + " -out "
            + out
            + options);
  }

  private byte[] keyWrap(String file, String options) throws Exception {
    openSsl.run("rand -out aes.bin 32");
    String key = HexFormat.of().formatHex(openSsl.read("aes.bin"));
    openSsl.run("enc -id-aes256-wrap-pad -K " + key + " -iv A65959A6 -in " + file + " -out second");
    encrypt("aes.bin", "first", options);
    byte[] first = openSsl.read("first");
    byte[] second = openSsl.read("second");
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @ParameterizedTest
  @CsvSource({
    "RSAES_OAEP_SHA_1, RSA_2048",
    "RSAES_OAEP_SHA_256, RSA_2048",
    "RSAES_OAEP_SHA_256, RSA_3072",
    "RSAES_OAEP_SHA_1, RSA_4096",
  })
  void symmetricMaterial_isTheMaterialOfTheKey(AlgorithmSpec algorithm, WrappingKeySpec wrappingKey)
      throws Exception {
    String keyId = externalKey(kms, KeySpec.SYMMETRIC_DEFAULT);
    openSsl.run("rand -out material.bin 32");
    importFile(kms, keyId, algorithm, wrappingKey, "material.bin");
    Bytes blob =
        kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
            .ciphertextBlob();
    assertThat(
            IndependentBlobReader.open(
                blob.asByteArray(), openSsl.read("material.bin"), keyId, Map.of()))
        .hasValueSatisfying(plaintext -> assertThat(plaintext).asString().isEqualTo("hello"));
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, EC -pkeyopt ec_paramgen_curve:P-256, RSAES_OAEP_SHA_256, RSA_2048",
    "ECC_NIST_P256, EC -pkeyopt ec_paramgen_curve:P-256, RSA_AES_KEY_WRAP_SHA_1, RSA_2048",
    "ECC_NIST_P384, EC -pkeyopt ec_paramgen_curve:P-384, RSAES_OAEP_SHA_1, RSA_2048",
    "ECC_NIST_P521, EC -pkeyopt ec_paramgen_curve:P-521, RSAES_OAEP_SHA_256, RSA_3072",
    "ECC_NIST_P521, EC -pkeyopt ec_paramgen_curve:P-521, RSA_AES_KEY_WRAP_SHA_256, RSA_2048",
    "ECC_SECG_P256_K1, EC -pkeyopt ec_paramgen_curve:secp256k1, RSAES_OAEP_SHA_256, RSA_2048",
    "ECC_NIST_EDWARDS25519, ed25519, RSAES_OAEP_SHA_256, RSA_2048",
    "ECC_NIST_EDWARDS25519, ed25519, RSA_AES_KEY_WRAP_SHA_256, RSA_2048",
    "RSA_2048, RSA -pkeyopt rsa_keygen_bits:2048, RSA_AES_KEY_WRAP_SHA_1, RSA_2048",
    "RSA_2048, RSA -pkeyopt rsa_keygen_bits:2048, RSA_AES_KEY_WRAP_SHA_256, RSA_3072",
    "RSA_4096, RSA -pkeyopt rsa_keygen_bits:4096, RSA_AES_KEY_WRAP_SHA_256, RSA_2048",
  })
  void privateKey_publicKeyEqualsThatOfOpenSsl(
      KeySpec spec, String generation, AlgorithmSpec algorithm, WrappingKeySpec wrappingKey)
      throws Exception {
    String keyId = externalKey(kms, spec);
    generate(generation);
    importFile(kms, keyId, algorithm, wrappingKey, "private.der");
    openSsl.run("pkey -inform DER -in private.der -pubout -outform DER -out own.der");
    assertThat(kms.getPublicKey(b -> b.keyId(keyId)).publicKey().asByteArray())
        .isEqualTo(openSsl.read("own.der"));
  }

  private void generate(String generation) throws Exception {
    openSsl.run("genpkey -algorithm " + generation + " -outform DER -out private.der");
    openSsl.run("pkcs8 -topk8 -nocrypt -inform DER -in private.der -outform DER -out pkcs8.der");
    openSsl.write("private.der", openSsl.read("pkcs8.der"));
  }

  /** Each import but the first succeeds only if the key is the same. */
  @Test
  void curveKey_inOtherEncodings_isTheSameKey() throws Exception {
    String keyId = externalKey(kms, KeySpec.ECC_NIST_P256);
    generate("EC -pkeyopt ec_paramgen_curve:P-256");
    importFile(kms, keyId, "private.der");
    for (String form : new String[] {"-conv_form compressed", "-no_public", "-conv_form hybrid"}) {
      openSsl.run("ec -inform DER -in private.der " + form + " -outform DER -out sec1.der");
      openSsl.run("pkcs8 -topk8 -nocrypt -inform DER -in sec1.der -outform DER -out other.der");
      assertThat(openSsl.read("other.der")).as(form).isNotEqualTo(openSsl.read("private.der"));
      importFile(kms, keyId, "other.der");
    }
    openSsl.write("other.der", withAttributes(openSsl.read("private.der")));
    importFile(kms, keyId, "other.der");
  }

  @Test
  void rsaKey_withAttributes_isTheSameKey() throws Exception {
    String keyId = externalKey(kms, KeySpec.RSA_2048);
    generate("RSA -pkeyopt rsa_keygen_bits:2048");
    importFile(kms, keyId, "private.der");
    openSsl.write("other.der", withAttributes(openSsl.read("private.der")));
    importFile(kms, keyId, "other.der");
  }

  private void importFile(KmsClient client, String keyId, String file) throws Exception {
    importFile(
        client, keyId, AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256, WrappingKeySpec.RSA_2048, file);
  }

  /** Adds a friendly name and a local key id, as key stores do. */
  private static byte[] withAttributes(byte[] pkcs8) throws Exception {
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
    ASN1EncodableVector attributes = new ASN1EncodableVector();
    attributes.add(
        new Attribute(
            PKCSObjectIdentifiers.pkcs_9_at_localKeyId,
            new DERSet(new DEROctetString(new byte[4]))));
    return new PrivateKeyInfo(
            info.getPrivateKeyAlgorithm(), info.parsePrivateKey(), new DERSet(attributes))
        .getEncoded("DER");
  }

  @ParameterizedTest
  @CsvSource({
    "SM2, EC -pkeyopt ec_paramgen_curve:SM2",
    "RSA_2048, RSA -pkeyopt rsa_keygen_bits:2048",
  })
  void privateKey_inChina_isWrappedBySm2(KeySpec spec, String generation) throws Exception {
    KmsClient china = kms.inRegion("cn-north-1");
    String keyId = externalKey(china, spec);
    generate(generation);
    importFile(china, keyId, AlgorithmSpec.SM2_PKE, WrappingKeySpec.SM2, "private.der");
    openSsl.run("pkey -inform DER -in private.der -pubout -outform DER -out own.der");
    assertThat(china.getPublicKey(b -> b.keyId(keyId)).publicKey().asByteArray())
        .isEqualTo(openSsl.read("own.der"));
  }

  @ParameterizedTest
  @CsvSource({"SM2_PKE, SM2", "RSAES_OAEP_SHA_256, RSA_2048"})
  void symmetricMaterial_inChina_has16Bytes(AlgorithmSpec algorithm, WrappingKeySpec wrappingKey)
      throws Exception {
    KmsClient china = kms.inRegion("cn-north-1");
    String keyId = externalKey(china, KeySpec.SYMMETRIC_DEFAULT);
    openSsl.run("rand -out material.bin 16");
    importFile(china, keyId, algorithm, wrappingKey, "material.bin");
    Bytes blob =
        china
            .encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
            .ciphertextBlob();
    assertThat(
            IndependentBlobReader.open(
                blob.asByteArray(), openSsl.read("material.bin"), keyId, Map.of()))
        .hasValueSatisfying(plaintext -> assertThat(plaintext).asString().isEqualTo("hello"));
  }
}
