package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages of released versions, which must always remain readable. The file is never regenerated.
 */
class EnvelopeVectorsTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final Path FILE = Path.of("src/test/resources/vectors/envelope-v1.txt");

  /** One message with everything that is needed to open it. The hash stands for a long message. */
  private record Vector(
      String name,
      Bytes dataKey,
      Bytes salt,
      boolean stores,
      Map<String, String> context,
      List<Recipient> recipients,
      Bytes plaintext,
      String message) {

    static final int LONG = 1_000;

    @Override
    public String toString() {
      return name;
    }

    EncryptionContext encryptionContext() {
      return EncryptionContext.of(context);
    }

    /** Seals the message again with the salt of the vector. */
    byte[] seal() {
      EnvelopeBuilder builder = builder();
      recipients.forEach(recipient -> builder.key(recipient.keyArn()));
      Envelope envelope = stores ? builder.storeContext().build() : builder.build();
      return envelope.seal(plaintext.asByteArray(), encryptionContext());
    }

    EnvelopeBuilder builder() {
      return Envelope.builder(new StubKms(dataKey.asByteArray(), recipients))
          .salts(
              new SecureRandom() {
                private static final long serialVersionUID = 1L;

                @Override
                public void nextBytes(byte[] bytes) {
                  System.arraycopy(salt.asByteArray(), 0, bytes, 0, bytes.length);
                }
              });
    }

    /** Returns a message in the form in which the file contains it. */
    String inFile(byte[] sealed) throws Exception {
      return sealed.length <= LONG
          ? HEX.formatHex(sealed)
          : "sha256 " + HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(sealed));
    }
  }

  static List<Vector> vectors() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String block : Files.readString(FILE).split("\n\n", -1)) {
      if (block.contains("name:")) {
        vectors.add(parse(block));
      }
    }
    return vectors;
  }

  private static Vector parse(String block) {
    Map<String, String> fields = new LinkedHashMap<>();
    Map<String, String> context = new LinkedHashMap<>();
    List<Recipient> recipients = new ArrayList<>();
    for (String line : block.lines().filter(l -> !l.startsWith("#")).toList()) {
      String[] field = line.split(": ?", 2);
      String[] pair = field[1].split("=", -1);
      switch (field[0]) {
        case "context" -> context.put(text(pair[0]), text(pair[1]));
        case "recipient" -> recipients.add(new Recipient(pair[0], bytes(pair[1])));
        default -> fields.put(field[0], field[1]);
      }
    }
    String plaintext = fields.get("plaintext");
    return new Vector(
        fields.get("name"),
        bytes(fields.get("data-key")),
        bytes(fields.get("salt")),
        fields.get("context-stored").equals("yes"),
        context,
        recipients,
        plaintext.startsWith("counting ")
            ? Bytes.fromByteArray(EnvelopeFixture.data(Integer.parseInt(plaintext.substring(9))))
            : bytes(plaintext),
        fields.get("message"));
  }

  private static String text(String hex) {
    return bytes(hex).asUtf8String();
  }

  private static Bytes bytes(String hex) {
    return Bytes.fromByteArray(HEX.parseHex(hex));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void seal_writesTheSameMessage(Vector vector) throws Exception {
    assertThat(vector.inFile(vector.seal())).isEqualTo(vector.message);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void message_isReadForEachRecipientAndByTheIndependentReader(Vector vector) throws Exception {
    byte[] message =
        vector.message.startsWith("sha256") ? vector.seal() : HEX.parseHex(vector.message);
    for (Recipient recipient : vector.recipients) {
      Envelope reader = vector.builder().alsoOpens(recipient.keyArn()).build();
      assertThat(reader.open(message, vector.encryptionContext()))
          .isEqualTo(vector.plaintext.asByteArray());
    }
    assertThat(
            IndependentMessageReader.open(
                message, vector.dataKey.asByteArray(), new TreeMap<>(vector.context)))
        .isEqualTo(vector.plaintext.asByteArray());
  }

  @Test
  void vectors_areComplete_andBeginWithTheExampleOfTheFormat() throws IOException {
    assertThat(vectors()).hasSize(7);
    assertThat(vectors().get(0).message)
        .endsWith(
            "00"
                + "55".repeat(32)
                + "1517bce17e98907e1b0ac30c36c874403d10c1b5402fd10b3dc5eb016de01ad4"
                + "4e236c10558e86e340d775bb9d9d48062f08c374fe");
  }
}
