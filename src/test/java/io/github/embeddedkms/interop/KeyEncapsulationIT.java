package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Encapsulate;
import io.github.embeddedkms.operation.GenerateDataKeyPair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Go's {@code crypto/mlkem} and this library derive the same secrets, with the same key. It has no
 * ML-KEM-512. Run by {@code mvn verify -Pinterop}; skipped, with the reason printed, where Go is
 * missing.
 */
@Tag("interop")
class KeyEncapsulationIT {

  private static final Path SOURCES = Path.of("src/test/interop/go-mlkem").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String KEY_ID = "800d5768-3fd7-4edd-a4b8-4c81c3e4c147";
  private static final EncapsulationAlgorithmSpec ALGORITHM = EncapsulationAlgorithmSpec.ML_KEM;
  private static final int SEED_BYTES = 64;

  @TempDir private static Path folder;
  private static Program built;

  @BeforeAll
  static void build() {
    Path executable = folder.resolve("mlkem");
    new Program(Machine.needed("go"), SOURCES)
        .run(LIMIT, Map.of("GOTOOLCHAIN", "local"), "build", "-o", executable.toString(), ".");
    built = new Program(executable, folder);
  }

  @ParameterizedTest
  @CsvSource({"ML_KEM_768, 768, 1184", "ML_KEM_1024, 1024, 1568"})
  void go_andOurs_deriveTheSameSecrets(DataKeyPairSpec spec, String size, int publicBytes) {
    GenerateDataKeyPair.Response pair = newPair(spec);
    byte[] publicKey = last(publicBytes, pair.publicKey().asByteArray());
    byte[] privateKey = pair.privateKeyPlaintext().asByteArray();
    String seed = HexFormat.of().formatHex(last(SEED_BYTES, privateKey));
    Seed seeded =
        Seed.builder()
            .key(
                KEY_ID,
                key -> key.privateKey(privateKey).usage(KeyUsageType.ENCAPSULATE_DECAPSULATE))
            .build();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seeded).build()) {
      String[] theirs = run("encapsulate", size, HexFormat.of().formatHex(publicKey));
      assertThat(decapsulated(kms, HexFormat.of().parseHex(theirs[0]))).isEqualTo(theirs[1]);

      Encapsulate.Response ours =
          kms.encapsulate(b -> b.keyId(KEY_ID).encapsulationAlgorithm(ALGORITHM));
      byte[] ciphertext = ours.sharedSecretCiphertextBlob().asByteArray();
      String[] opened = run("decapsulate", size, seed, HexFormat.of().formatHex(ciphertext));
      assertThat(opened)
          .containsExactly(HexFormat.of().formatHex(publicKey), hex(ours.sharedSecret()));

      ciphertext[0] ^= 1;
      String[] rejected = run("decapsulate", size, seed, HexFormat.of().formatHex(ciphertext));
      assertThat(decapsulated(kms, ciphertext))
          .isEqualTo(rejected[1])
          .isNotEqualTo(hex(ours.sharedSecret()));
    }
  }

  private static GenerateDataKeyPair.Response newPair(DataKeyPairSpec spec) {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      return kms.generateDataKeyPair(b -> b.keyId(keyId).keyPairSpec(spec));
    }
  }

  private static String decapsulated(LocalKeyProvider kms, byte[] ciphertext) {
    return hex(
        kms.decapsulate(
                b ->
                    b.keyId(KEY_ID)
                        .sharedSecretCiphertextBlob(Bytes.fromByteArray(ciphertext))
                        .encapsulationAlgorithm(ALGORITHM))
            .sharedSecret());
  }

  private static String[] run(String... arguments) {
    return built.run(LIMIT, Map.of(), arguments).strip().split(" ", -1);
  }

  private static String hex(SecretBytes secret) {
    return HexFormat.of().formatHex(secret.asByteArray());
  }

  private static byte[] last(int count, byte[] bytes) {
    return Arrays.copyOfRange(bytes, bytes.length - count, bytes.length);
  }
}
