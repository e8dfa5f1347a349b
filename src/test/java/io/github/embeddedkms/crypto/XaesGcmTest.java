package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.aead.XAesGcmParameters;
import com.google.crypto.tink.aead.subtle.XAesGcmAead;
import io.github.embeddedkms.blob.IndependentXaesGcm;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares XAES-256-GCM with the vectors of its specification C2SP XAES-256-GCM, with Tink and with
 * the independent implementation of the tests.
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
    assertThat(seal(keyBytes, NONCE, PLAINTEXT, data)).isEqualTo(expected);
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
   * Draws keys, nonces, plaintexts and data from SHAKE128, and compares the hash of all
   * ciphertexts.
   */
  private static void assertAccumulated(int count, String hash) {
    SHAKEDigest input = new SHAKEDigest(128);
    SHAKEDigest output = new SHAKEDigest(128);
    for (int i = 0; i < count; i++) {
      byte[] key = read(input, 32);
      byte[] nonce = read(input, 24);
      byte[] plaintext = read(input, read(input, 1)[0] & 0xFF);
      byte[] data = read(input, read(input, 1)[0] & 0xFF);
      byte[] sealed = seal(key, nonce, plaintext, data);
      assertThat(IndependentXaesGcm.seal(key, nonce, plaintext, data)).isEqualTo(sealed);
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
  void open_otherKeyOrDataOrTruncated_isEmpty() {
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

  @Test
  void seal_tenThousandRandomMessages_areOpenedByTink_andViceVersa() throws Exception {
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 20; i++) {
      byte[] key = drawn(random, 32);
      XaesGcm ours = XaesGcm.of(key);
      Aead tink = tink(key);
      // Messages of several salts: a salt serves 256 of them.
      for (int j = 0; j < 500; j++) {
        byte[] data = drawn(random, random.nextInt(200));
        byte[] plaintext = drawn(random, random.nextInt(200));
        assertThat(tink.decrypt(ours.seal(plaintext, data), data)).isEqualTo(plaintext);
        assertThat(ours.open(tink.encrypt(plaintext, data), data).orElseThrow().asByteArray())
            .isEqualTo(plaintext);
      }
    }
  }

  @Test
  void seal_manyTimesWithOneCipher_keepsNoStateBetweenMessages() throws Exception {
    byte[] key = drawn(new SecureRandom(), 32);
    XaesGcm ours = XaesGcm.of(key);
    Aead tink = tink(key);
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      byte[] data = {(byte) i};
      byte[] sealed = ours.seal(PLAINTEXT, data);
      assertThat(nonces.add(HexFormat.of().formatHex(sealed, 0, 24))).isTrue();
      assertThat(tink.decrypt(sealed, data)).isEqualTo(PLAINTEXT);
      sealed[i % sealed.length] ^= 1;
      assertThat(ours.open(sealed, data)).isEmpty();
    }
  }

  @Test
  void use_afterClose_fails() {
    XaesGcm cipher = XaesGcm.of(new byte[32]);
    byte[] sealed = cipher.seal(PLAINTEXT, new byte[0]);
    cipher.close();
    cipher.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> cipher.seal(PLAINTEXT, new byte[0]))
        .withMessage("the secret is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> cipher.open(sealed, new byte[0]))
        .withMessage("the secret is closed");
  }

  @Test
  void of_wrongLength_isRefused() {
    for (int length : new int[] {0, 16, 31, 33}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> XaesGcm.of(new byte[length]))
          .withMessage("a key of XAES-256-GCM has 32 bytes, not " + length);
    }
  }

  /**
   * Bouncy Castle's AES uses lookup tables: the library must not use it even if an application
   * prefers it.
   */
  @Test
  void provider_bouncyCastleFirst_jdkProviderIsUsed() {
    Security.insertProviderAt(new BouncyCastleProvider(), 1);
    try {
      assertThat(JdkCiphers.create("AES/GCM/NoPadding").getProvider().getName())
          .isEqualTo("SunJCE");
      byte[] sealed = XaesGcm.of(new byte[32]).seal(PLAINTEXT, new byte[0]);
      assertThat(XaesGcm.of(new byte[32]).open(sealed, new byte[0])).isPresent();
    } finally {
      Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
    }
  }

  @Test
  void provider_sunJceAbsent_firstProviderWithTheCipherIsUsed() {
    Provider sunJce = Security.getProvider("SunJCE");
    int position = List.of(Security.getProviders()).indexOf(sunJce) + 1;
    Security.insertProviderAt(new BouncyCastleProvider(), 1);
    Security.removeProvider("SunJCE");
    try {
      assertThat(JdkCiphers.create("AES/GCM/NoPadding").getProvider().getName()).isEqualTo("BC");
      byte[] key = new byte[32];
      byte[] sealed = XaesGcm.of(key).seal(PLAINTEXT, new byte[] {1});
      assertThat(XaesGcm.of(key).open(sealed, new byte[] {1})).isPresent();
      assertThat(XaesGcm.of(key).open(sealed, new byte[] {2})).isEmpty();
    } finally {
      Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
      Security.insertProviderAt(sunJce, position);
    }
  }

  private static Aead tink(byte[] key) throws GeneralSecurityException {
    return XAesGcmAead.create(
        XAesGcmKey.create(
            XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, 12),
            com.google.crypto.tink.util.SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()),
            null));
  }

  private static byte[] drawn(SecureRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext, byte[] data) {
    byte[] sealed = XaesGcm.of(key, new ScriptedRandom(nonce)).seal(plaintext, data);
    assertThat(Arrays.copyOf(sealed, nonce.length)).isEqualTo(nonce);
    return Arrays.copyOfRange(sealed, nonce.length, sealed.length);
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
