package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.operation.Decrypt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Blobs of released versions, which must open for ever. The file is never regenerated; versions to
 * come add files of their own.
 */
class BlobVectorsTest {

  private static final Path VECTORS = Path.of("src/test/resources/vectors/blob-v1.txt");

  /** One blob with all that opens it. */
  private record Vector(
      String name,
      String keyId,
      Bytes material,
      Map<String, String> context,
      Bytes plaintext,
      Bytes blob) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String block : Files.readString(VECTORS).split("\n\n", -1)) {
      if (block.contains("name:")) {
        vectors.add(parse(block));
      }
    }
    return vectors;
  }

  private static Vector parse(String block) {
    Map<String, String> fields = new LinkedHashMap<>();
    Map<String, String> context = new LinkedHashMap<>();
    for (String line : block.lines().filter(l -> !l.startsWith("#")).toList()) {
      String[] field = line.split(": ?", 2);
      if (field[0].equals("context")) {
        String[] pair = field[1].split("=", -1);
        context.put(text(pair[0]), text(pair[1]));
      } else {
        fields.put(field[0], field[1]);
      }
    }
    return new Vector(
        fields.get("name"),
        fields.get("key-id"),
        bytes(fields.get("material")),
        context,
        bytes(fields.get("plaintext")),
        bytes(fields.get("blob")));
  }

  private static Bytes bytes(String hex) {
    return Bytes.fromByteArray(HexFormat.of().parseHex(hex));
  }

  private static String text(String hex) {
    return bytes(hex).asUtf8String();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void blob_opensInTheProvider(Vector vector) {
    try (Fixture fixture = new Fixture()) {
      fixture.keyWith(vector.keyId, vector.material.asByteArray());
      Decrypt.Response opened =
          fixture.kms.decrypt(b -> b.ciphertextBlob(vector.blob).encryptionContext(vector.context));
      assertThat(opened.plaintext().asByteArray()).isEqualTo(vector.plaintext.asByteArray());
      assertThat(opened.keyId()).isEqualTo(Fixture.arn(vector.keyId));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void blob_opensInTheIndependentReader(Vector vector) {
    assertThat(
            IndependentBlobReader.open(
                vector.blob.asByteArray(),
                vector.material.asByteArray(),
                vector.keyId,
                vector.context))
        .hasValue(vector.plaintext.asByteArray());
  }

  @Test
  void vectors_areAllThere_theWorkedValueOfTheFormatFirst() throws IOException {
    assertThat(vectors()).hasSize(7);
    assertThat(HexFormat.of().formatHex(vectors().get(0).blob.asByteArray()))
        .isEqualTo(
            "0101"
                + "030e63f4cfda491cbdcfe2b776fe2f7236aca83bd356c699ff9c279c887c0c10"
                + "000102030405060708090a0b0c0d0e0f1011121314151617"
                + "769b6ea98b4cc9020d80167308af366ea051559e80");
  }
}
