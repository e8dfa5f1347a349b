package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.SecretBytes;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests Argon2id with the vectors of RFC 9106 and of the reference implementation. */
class Argon2idTest {

  /** Section 5.3, the only vector of the RFC, which also has a secret and associated data. */
  @Test
  void derive_vectorOfTheRfc_givesItsKey() {
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withSalt(repeated(16, 2))
            .withSecret(repeated(8, 3))
            .withAdditional(repeated(12, 4))
            .withMemoryAsKB(32)
            .withIterations(3)
            .withParallelism(4)
            .build();
    SecretBytes password = SecretBytes.fromByteArray(repeated(32, 1));
    assertThat(hex(Argon2id.derive(password, parameters)))
        .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
  }

  /** Vectors from {@code src/test.c} of phc-winner-argon2, version 0x13. */
  @ParameterizedTest
  @CsvSource({
    "256, 2, 1, 9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
    "256, 2, 2, 6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
    "65536, 2, 1, 09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
  })
  void derive_vectorOfTheReferenceImplementation_givesItsKey(
      int memory, int passes, int lanes, String expected) {
    SecretBytes password = SecretBytes.fromUtf8String("password");
    byte[] salt = "somesalt".getBytes(US_ASCII);
    assertThat(hex(Argon2id.derive(password, salt, memory, passes, lanes))).isEqualTo(expected);
  }

  private static byte[] repeated(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static String hex(SecretBytes secret) {
    return secret.lend(HexFormat.of()::formatHex);
  }
}
