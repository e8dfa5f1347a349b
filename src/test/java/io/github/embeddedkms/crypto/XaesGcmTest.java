package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.blob.IndependentXaesGcm;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * XAES-256-GCM against the vectors of its specification, C2SP XAES-256-GCM. Tink draws its nonces
 * itself, so that vectors are sealed by the test's own implementation, compared, and opened by
 * ours.
 */
class XaesGcmTest {

  private static final byte[] NONCE = "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(US_ASCII);
  private static final byte[] PLAINTEXT = "XAES-256-GCM".getBytes(US_ASCII);

  @Test
  void open_vectorWithoutAssociatedData_givesThePlaintext() {
    assertVector("01".repeat(32), "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
  }

  @Test
  void open_vectorWithAssociatedData_givesThePlaintext() {
    assertVector(
        "03".repeat(32),
        "c2sp.org/XAES-256-GCM",
        "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");
  }

  private static void assertVector(String key, String associatedData, String sealed) {
    byte[] keyBytes = HexFormat.of().parseHex(key);
    byte[] data = associatedData.getBytes(US_ASCII);
    byte[] expected = HexFormat.of().parseHex(sealed);
    assertThat(IndependentXaesGcm.seal(keyBytes, NONCE, PLAINTEXT, data)).isEqualTo(expected);
    assertThat(open(XaesGcm.of(keyBytes), NONCE, expected, data)).isEqualTo(PLAINTEXT);
  }

  @Test
  void open_accumulatedVectors_allGiveTheirPlaintext() {
    assertAccumulated(10_000, "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
  }

  @Test
  @Tag("thorough")
  void open_millionAccumulatedVectors_allGiveTheirPlaintext() {
    assertAccumulated(
        1_000_000, "2163ae1445985a30b60585ee67daa55674df06901b890593e824b8a7c885ab15");
  }

  /**
   * Random keys, nonces, plaintexts and data from SHAKE128; the hash of all ciphertexts is known.
   */
  private static void assertAccumulated(int count, String hash) {
    SHAKEDigest input = new SHAKEDigest(128);
    SHAKEDigest output = new SHAKEDigest(128);
    for (int i = 0; i < count; i++) {
      byte[] key = read(input, 32);
      byte[] nonce = read(input, 24);
      byte[] plaintext = read(input, read(input, 1)[0] & 0xFF);
      byte[] data = read(input, read(input, 1)[0] & 0xFF);
      byte[] sealed = IndependentXaesGcm.seal(key, nonce, plaintext, data);
      output.update(sealed, 0, sealed.length);
      assertThat(open(XaesGcm.of(key), nonce, sealed, data)).isEqualTo(plaintext);
    }
    assertThat(HexFormat.of().formatHex(read(output, 32))).isEqualTo(hash);
  }

  @Test
  void seal_isOpenedByTheIndependentImplementation() {
    byte[] key = new byte[32];
    byte[] data = {1, 2, 3};
    byte[] sealed = XaesGcm.of(key).seal(PLAINTEXT, data);
    assertThat(sealed).hasSize(24 + PLAINTEXT.length + 16);
    byte[] nonce = Arrays.copyOf(sealed, 24);
    byte[] rest = Arrays.copyOfRange(sealed, 24, sealed.length);
    assertThat(IndependentXaesGcm.open(key, nonce, rest, data)).hasValue(PLAINTEXT);
  }

  @Test
  void open_otherKeyDataOrTruncated_isEmpty() {
    byte[] data = {1};
    XaesGcm cipher = XaesGcm.of(new byte[32]);
    byte[] sealed = cipher.seal(PLAINTEXT, data);
    byte[] otherKey = new byte[32];
    otherKey[31] = 1;
    assertThat(cipher.open(sealed, data)).isPresent();
    assertThat(XaesGcm.of(otherKey).open(sealed, data)).isEmpty();
    assertThat(cipher.open(sealed, new byte[] {2})).isEmpty();
    for (int length = 0; length < sealed.length; length++) {
      assertThat(cipher.open(Arrays.copyOf(sealed, length), data)).isEmpty();
    }
  }

  private static byte[] open(XaesGcm cipher, byte[] nonce, byte[] sealed, byte[] data) {
    byte[] whole = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    return cipher.open(whole, data).map(SecretBytes::asByteArray).orElseThrow();
  }

  private static byte[] read(SHAKEDigest stream, int length) {
    byte[] bytes = new byte[length];
    stream.doOutput(bytes, 0, length);
    return bytes;
  }
}
