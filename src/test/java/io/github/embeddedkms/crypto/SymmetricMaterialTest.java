package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.blob.IndependentXaesGcm;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SymmetricMaterialTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final HexFormat HEX = HexFormat.of();
  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final byte[] BYTES =
      HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  private static final byte[] DATA = {1, 2, 3};

  private final SymmetricMaterial material =
      SymmetricMaterial.of(KEY_ID, Suite.XAES_256_GCM, SecretBytes.fromByteArray(BYTES));

  @Test
  void id_exampleOfTheFormat_hasItsValue() {
    assertThat(material.idAsHex())
        .isEqualTo("030e63f4cfda491cbdcfe2b776fe2f7236aca83bd356c699ff9c279c887c0c10");
    assertThat(HEX.formatHex(material.id().asByteArray())).isEqualTo(material.idAsHex());
    assertThat(material).hasToString("SymmetricMaterial[" + material.idAsHex() + "]");
  }

  @Test
  void independentReader_exampleOfTheFormat_givesItsValues() {
    assertThat(HEX.formatHex(IndependentBlobReader.prk(BYTES)))
        .isEqualTo("4a9935b5fa34db25ceadb5b47aaa45298da9514869b9101354e289d000b97003");
    assertThat(HEX.formatHex(IndependentBlobReader.blobKey(BYTES, KEY_ID)))
        .isEqualTo("4e66c57134aaaa0e409f64ab07036749f0510f901faab4bf00bb9bc4b42fb32b");
    byte[] nonce = HEX.parseHex("000102030405060708090a0b0c0d0e0f1011121314151617");
    assertThat(
            HEX.formatHex(
                IndependentXaesGcm.derivedKey(IndependentBlobReader.blobKey(BYTES, KEY_ID), nonce)))
        .isEqualTo("d74700d4bb9a53db1509c9f6bbb15620fd868cfbd4ee741b155cf42237e309bd");
  }

  @Test
  void id_dependsOnKeyIdAndMaterial() {
    String otherKeyId = KEY_ID.replace('1', '2');
    byte[] otherBytes = BYTES.clone();
    otherBytes[31] ^= 1;
    assertThat(
            SymmetricMaterial.of(otherKeyId, Suite.XAES_256_GCM, SecretBytes.fromByteArray(BYTES))
                .id())
        .isNotEqualTo(material.id());
    assertThat(
            SymmetricMaterial.of(KEY_ID, Suite.XAES_256_GCM, SecretBytes.fromByteArray(otherBytes))
                .id())
        .isNotEqualTo(material.id());
    assertThat(
            SymmetricMaterial.of(KEY_ID, Suite.XAES_256_GCM, SecretBytes.fromByteArray(BYTES)).id())
        .isEqualTo(material.id());
  }

  @Test
  void id_differsFromTheMacOfAnHmacKeyOfTheSameBytes() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(BYTES, "HmacSHA256"));
    String message = "embedded-kms/key-material-id/v1" + KEY_ID;
    assertThat(mac.doFinal(message.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .isNotEqualTo(material.id().asByteArray());
  }

  @Test
  void open_withTheSameDataOnly_returnsThePlaintext() {
    byte[] sealed = material.seal(SecretBytes.fromUtf8String("hello"), DATA);
    assertThat(material.open(sealed, DATA).map(SecretBytes::asUtf8String)).hasValue("hello");
    assertThat(material.open(sealed, new byte[0])).isEmpty();
  }

  @Test
  void open_sameBytesUnderAnotherKeyId_isEmpty() {
    byte[] sealed = material.seal(SecretBytes.fromUtf8String("hello"), DATA);
    SymmetricMaterial other =
        SymmetricMaterial.of("another", Suite.XAES_256_GCM, SecretBytes.fromByteArray(BYTES));
    assertThat(other.open(sealed, DATA)).isEqualTo(Optional.empty());
  }

  @Test
  void of_wrongLength_isRefused() {
    for (int length : new int[] {0, 16, 31, 33, 64}) {
      SecretBytes wrong = SecretBytes.fromByteArray(Arrays.copyOf(BYTES, length));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SymmetricMaterial.of(KEY_ID, Suite.XAES_256_GCM, wrong))
          .withMessage("material for XAES_256_GCM has 32 bytes, not " + length);
    }
  }

  @Test
  void generate_twice_differs() {
    assertThat(SymmetricMaterial.generate(KEY_ID, Suite.XAES_256_GCM, RANDOM).id())
        .isNotEqualTo(SymmetricMaterial.generate(KEY_ID, Suite.XAES_256_GCM, RANDOM).id());
  }

  @Test
  void close_wipesTheMaterial_andLaterUsesFail() {
    SecretBytes owned = SecretBytes.fromByteArray(BYTES);
    byte[] array = owned.lend(bytes -> bytes);
    SymmetricMaterial closing = SymmetricMaterial.of(KEY_ID, Suite.XAES_256_GCM, owned);
    byte[] sealed = closing.seal(SecretBytes.fromUtf8String("hello"), DATA);
    closing.close();
    closing.close();
    assertThat(array).containsOnly(0);
    assertThatIllegalStateException().isThrownBy(() -> closing.open(sealed, DATA));
    assertThatIllegalStateException()
        .isThrownBy(() -> closing.seal(SecretBytes.fromUtf8String("hello"), DATA));
  }
}
