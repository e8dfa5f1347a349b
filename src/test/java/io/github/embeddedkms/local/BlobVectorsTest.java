package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.crypto.Suite;
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
 * Blobs of released versions, which every later version must decrypt. The files are never
 * regenerated; later versions add their own files.
 */
class BlobVectorsTest {

  private static final Path FOLDER = Path.of("src/test/resources/vectors");

  /** A blob with everything that is needed to decrypt it. */
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
    List<Vector> vectors = new ArrayList<>(vectorsIn("blob-v1.txt"));
    vectors.addAll(vectorsIn("blob-v1-sm4.txt"));
    return vectors;
  }

  private static List<Vector> vectorsIn(String file) throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String block : Files.readString(FOLDER.resolve(file)).split("\n\n", -1)) {
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
  void blob_ofReleasedVersion_isDecryptedByTheProvider(Vector vector) {
    try (Fixture fixture = new Fixture()) {
      Suite suite = vector.material.length() == 32 ? Suite.XAES_256_GCM : Suite.XSM4_GCM;
      fixture.keyWith(vector.keyId, suite, vector.material.asByteArray());
      Decrypt.Response opened =
          fixture.kms.decrypt(b -> b.ciphertextBlob(vector.blob).encryptionContext(vector.context));
      assertThat(opened.plaintext().asByteArray()).isEqualTo(vector.plaintext.asByteArray());
      assertThat(opened.keyId()).isEqualTo(Fixture.arn(vector.keyId));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void blob_ofReleasedVersion_isDecryptedByTheIndependentReader(Vector vector) {
    assertThat(
            IndependentBlobReader.open(
                vector.blob.asByteArray(),
                vector.material.asByteArray(),
                vector.keyId,
                vector.context))
        .hasValue(vector.plaintext.asByteArray());
  }

  @Test
  void vectors_areComplete_andBeginWithTheWorkedValues() throws IOException {
    assertThat(vectorsIn("blob-v1.txt")).hasSize(7);
    assertThat(vectorsIn("blob-v1-sm4.txt")).hasSize(4);
    assertThat(firstIn("blob-v1.txt"))
        .isEqualTo(
            "0101"
                + "030e63f4cfda491cbdcfe2b776fe2f7236aca83bd356c699ff9c279c887c0c10"
                + "000102030405060708090a0b0c0d0e0f1011121314151617"
                + "769b6ea98b4cc9020d80167308af366ea051559e80");
    assertThat(firstIn("blob-v1-sm4.txt"))
        .isEqualTo(
            "0102"
                + "8be932e6409d1142952ec270b6cf51a4f08b839ac75e0e6776b5286d490694b8"
                + "000102030405060708090a0b0c0d0e0f1011121314151617"
                + "9ebcc88aa089e3874818b8bcc7e713e43f66d41424");
  }

  private static String firstIn(String file) throws IOException {
    return HexFormat.of().formatHex(vectorsIn(file).get(0).blob.asByteArray());
  }
}
