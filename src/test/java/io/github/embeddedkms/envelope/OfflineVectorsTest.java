package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.crypto.AsymmetricPublicKey;
import io.github.embeddedkms.envelope.OfflineVectors.Vector;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The worked messages of the specification, on which three implementations agree. */
class OfflineVectorsTest {

  private static final SecretBytes DATA_KEY = counting(0, 32);

  static List<Vector> vectors() throws IOException {
    return OfflineVectors.all();
  }

  static List<Vector> encapsulating() throws IOException {
    return vectors().stream().filter(vector -> !vector.kind().isRsa()).toList();
  }

  private static SecretBytes counting(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return SecretBytes.fromByteArray(bytes);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void message_opensOverTheService(Vector vector) {
    try (LocalKeyProvider kms = vector.provider();
        Envelope reader = vector.opening(Envelope.builder(kms)).build()) {
      assertThat(reader.open(vector.message(), OfflineVectors.CONTEXT))
          .isEqualTo(OfflineVectors.PLAINTEXT);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void publicKeys_areThoseOfTheMessage(Vector vector) {
    OfflineTarget target =
        vector.isPair()
            ? OfflineTarget.of(
                vector.key("spki"), OfflineVectors.ARN, vector.key("ecSpki"), OfflineVectors.ARN2)
            : OfflineTarget.of(vector.key("spki"), OfflineVectors.ARN, null, null);
    assertThat(target.kind()).isEqualTo(vector.kind());
    assertThat(target.fingerprints())
        .isEqualTo(
            vector.isPair()
                ? List.of(vector.bytes("fp"), vector.bytes("fp2"))
                : List.of(vector.bytes("fp")));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void wrap_sameSecret_writesTheSameRecipient(Vector vector) throws IOException {
    OfflineRecord record = OfflineRecord.parse(vector.recipient(), vector.kind());
    assertThat(record.toRecipient()).isEqualTo(vector.recipient());
    assertThat(record.ciphertext()).isEqualTo(vector.bytes("ct"));
    Bytes wrapped = OfflineWrap.wrap(vector.secret(), record, OfflineVectors.CONTEXT, DATA_KEY);
    assertThat(wrapped).isEqualTo(vector.bytes("wrapped")).isEqualTo(record.wrapped());
    assertThat(OfflineWrap.unwrap(vector.secret(), record, OfflineVectors.CONTEXT))
        .contains(DATA_KEY);
  }

  /** The randomness of the encapsulation is 40..5f. */
  @ParameterizedTest
  @MethodSource("encapsulating")
  void encapsulation_sameRandomness_hasTheSameCiphertext(Vector vector) {
    byte[] spki = vector.key("spki").asByteArray();
    MLKEMParameters parameters =
        spki.length == 1206 ? MLKEMParameters.ml_kem_768 : MLKEMParameters.ml_kem_1024;
    SecretWithEncapsulation made =
        MLKEMGenerator.internalGenerateEncapsulated(
            new MLKEMPublicKeyParameters(parameters, Arrays.copyOfRange(spki, 22, spki.length)),
            counting(0x40, 32).asByteArray());
    assertThat(Bytes.fromByteArray(made.getEncapsulation())).isEqualTo(vector.bytes("ct"));
    assertThat(Bytes.fromByteArray(made.getSecret())).isEqualTo(vector.bytes("ss"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void message_independentReader_readsIt(Vector vector) throws Exception {
    TreeMap<String, String> context = new TreeMap<>(OfflineVectors.CONTEXT.asMap());
    byte[] dataKey =
        IndependentMessageReader.dataKey(
            vector.message(), vector.bytes("secret").asByteArray(), context);
    assertThat(dataKey).isEqualTo(DATA_KEY.asByteArray());
    assertThat(IndependentMessageReader.open(vector.message(), dataKey, context))
        .isEqualTo(OfflineVectors.PLAINTEXT);
  }

  /** A part of the bits; all of them in the thorough build. */
  @ParameterizedTest
  @MethodSource("vectors")
  void message_someBitFlipped_isRefused(Vector vector) {
    assertFlipsRefused(vector, 67);
  }

  @Tag("thorough")
  @ParameterizedTest
  @MethodSource("vectors")
  void message_anyBitFlipped_isRefused(Vector vector) {
    assertFlipsRefused(vector, 1);
  }

  private static void assertFlipsRefused(Vector vector, int step) {
    try (LocalKeyProvider kms = vector.provider();
        Envelope reader = vector.opening(Envelope.builder(kms)).build()) {
      byte[] message = vector.message();
      for (int bit = 0; bit < 8 * message.length; bit += step) {
        byte[] flipped = message.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertThatExceptionOfType(EnvelopeException.class)
            .as("bit %d", bit)
            .isThrownBy(() -> reader.open(flipped, OfflineVectors.CONTEXT))
            .withNoCause();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void message_cutAnywhere_isRefused(Vector vector) {
    try (LocalKeyProvider kms = vector.provider();
        Envelope reader = vector.opening(Envelope.builder(kms)).build()) {
      byte[] message = vector.message();
      for (int length = 0; length < message.length; length++) {
        byte[] cut = Arrays.copyOf(message, length);
        assertThatExceptionOfType(EnvelopeException.class)
            .as("length %d", length)
            .isThrownBy(() -> reader.open(cut, OfflineVectors.CONTEXT))
            .withNoCause();
      }
    }
  }

  /** Both keys of each pair, and the key of each other kind. */
  @ParameterizedTest
  @MethodSource("vectors")
  void publicKey_isRead_andNoOtherEncodingOfIt(Vector vector) {
    List<Bytes> keys =
        vector.isPair()
            ? List.of(vector.key("spki"), vector.key("ecSpki"))
            : List.of(vector.key("spki"));
    for (Bytes key : keys) {
      assertThat(AsymmetricPublicKey.imported(key).encoded()).isEqualTo(key);
      byte[] longer = Arrays.copyOf(key.asByteArray(), key.length() + 1);
      byte[] shorter = Arrays.copyOf(key.asByteArray(), key.length() - 1);
      for (byte[] other : List.of(longer, shorter)) {
        assertThatExceptionOfType(IllegalArgumentException.class)
            .isThrownBy(() -> AsymmetricPublicKey.imported(Bytes.fromByteArray(other)));
      }
    }
  }
}
