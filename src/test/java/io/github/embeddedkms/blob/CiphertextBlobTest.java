package io.github.embeddedkms.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class CiphertextBlobTest {

  private static final byte[] SHORTEST = shortest();

  private static byte[] shortest() {
    byte[] blob = new byte[75];
    Arrays.fill(blob, (byte) 7);
    blob[0] = 1;
    blob[1] = 1;
    return blob;
  }

  @Example
  void parse_validBlob_returnsItsParts() {
    byte[] bytes = Arrays.copyOf(SHORTEST, 80);
    CiphertextBlob blob = CiphertextBlob.parse(Bytes.fromByteArray(bytes)).orElseThrow();
    assertThat(blob.header().suite()).isEqualTo((byte) 1);
    assertThat(blob.header().materialId().asByteArray())
        .isEqualTo(Arrays.copyOfRange(bytes, 2, 34));
    assertThat(CiphertextBlob.NONCE_POSITION).isEqualTo(34);
    assertThat(blob.header().asByteArray()).isEqualTo(Arrays.copyOf(bytes, 34));
    assertThat(blob.content()).isEqualTo(bytes);
  }

  @Example
  void parse_lengthOutside75To6144_isEmpty() {
    for (int length = 0; length < 75; length++) {
      assertThat(CiphertextBlob.parse(resized(length))).isEmpty();
    }
    assertThat(CiphertextBlob.parse(resized(75))).isPresent();
    assertThat(CiphertextBlob.parse(resized(6144))).isPresent();
    assertThat(CiphertextBlob.parse(resized(6145))).isEmpty();
  }

  @Example
  void parse_otherVersionOrSuite_isEmpty() {
    for (int value = 0; value < 256; value++) {
      byte[] version = SHORTEST.clone();
      version[0] = (byte) value;
      assertThat(CiphertextBlob.parse(Bytes.fromByteArray(version)).isPresent())
          .isEqualTo(value == 1);
      byte[] suite = SHORTEST.clone();
      suite[1] = (byte) value;
      assertThat(CiphertextBlob.parse(Bytes.fromByteArray(suite)).isPresent())
          .isEqualTo(value == 1 || value == 2);
    }
  }

  @Property
  void parse_anyBytes_isEmptyOrHasTheSameBytes(@ForAll @Size(max = 200) byte[] bytes) {
    Bytes blob = Bytes.fromByteArray(bytes);
    CiphertextBlob.parse(blob).ifPresent(parsed -> assertThat(parsed.content()).isEqualTo(bytes));
  }

  @Property
  void parse_validHeader_headerHasTheSameBytes(@ForAll @Size(min = 75, max = 300) byte[] bytes) {
    bytes[0] = 1;
    bytes[1] = (byte) (1 + (bytes[1] & 1));
    Bytes blob = Bytes.fromByteArray(bytes);
    assertThat(CiphertextBlob.parse(blob).orElseThrow().header().asByteArray())
        .isEqualTo(Arrays.copyOf(bytes, 34));
  }

  @Example
  void associatedData_isLabelHeaderAndContext() {
    CiphertextBlob.Header header =
        CiphertextBlob.parse(Bytes.fromByteArray(SHORTEST)).orElseThrow().header();
    byte[] data = header.associatedData(EncryptionContext.of(Map.of("a", "b")));
    byte[] label = "embedded-kms/blob/v1".getBytes(StandardCharsets.US_ASCII);
    assertThat(HexFormat.of().formatHex(data))
        .isEqualTo(
            HexFormat.of().formatHex(label)
                + "0101"
                + "07".repeat(32)
                + "00010000000161"
                + "0000000162");
  }

  private static Bytes resized(int length) {
    return Bytes.fromByteArray(Arrays.copyOf(SHORTEST, length));
  }
}
