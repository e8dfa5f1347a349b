package io.github.embeddedkms.envelope;

import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The worked messages of the specification, one of each offline kind. Never regenerated. */
final class OfflineVectors {

  static final String ARN =
      "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  static final String ARN2 =
      "arn:aws:kms:us-east-1:111122223333:key/2234abcd-12ab-34cd-56ef-1234567890ab";
  static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("tenant", "acme", "a", "\u00e9"));
  static final byte[] PLAINTEXT = "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  /** The algorithm identifiers of P-256 and P-384 after the object identifier of EC keys. */
  private static final String P256 = "06082a8648ce3d030107";

  private static final String P384 = "06052b81040022";

  private OfflineVectors() {}

  /** One message, with everything that it was made from. */
  record Vector(RecipientKind kind, Map<?, ?> fields) {

    Bytes bytes(String name) {
      return Bytes.fromByteArray(HexFormat.of().parseHex((String) fields.get(name)));
    }

    Bytes key(String name) {
      Map<?, ?> keys = (Map<?, ?>) fields.get("keys");
      return Bytes.fromByteArray(HexFormat.of().parseHex((String) keys.get(name)));
    }

    boolean isPair() {
      return kind.curve() != null;
    }

    byte[] message() {
      return bytes("message").asByteArray();
    }

    SecretBytes secret() {
      return SecretBytes.fromByteArray(bytes("secret").asByteArray());
    }

    Recipient recipient() throws IOException {
      return Prefix.read(new HeaderInput(new java.io.ByteArrayInputStream(message())))
          .recipients()
          .get(0);
    }

    /** Creates a provider with the KMS keys of the message. */
    LocalKeyProvider provider() {
      Seed.Builder seed =
          Seed.builder()
              .key(
                  "1234abcd-12ab-34cd-56ef-1234567890ab",
                  key -> key.privateKey(privateKey()).usage(usage()));
      if (isPair()) {
        seed.key(
            "2234abcd-12ab-34cd-56ef-1234567890ab",
            key -> key.privateKey(curvePrivateKey()).usage(KeyUsageType.KEY_AGREEMENT));
      }
      return LocalKeyProvider.builder()
          .region("us-east-1")
          .account("111122223333")
          .seed(seed.build())
          .build();
    }

    private KeyUsageType usage() {
      return kind.isRsa() ? KeyUsageType.ENCRYPT_DECRYPT : KeyUsageType.ENCAPSULATE_DECAPSULATE;
    }

    private byte[] privateKey() {
      if (kind.isRsa()) {
        return key("pkcs8").asByteArray();
      }
      boolean larger = kind == RecipientKind.ML_KEM_1024 || kind == RecipientKind.ML_KEM_1024_P384;
      return HexFormat.of()
          .parseHex(
              "3054020100300b060960864801650304040"
                  + (larger ? "3" : "2")
                  + "04428040"
                  + HexFormat.of().formatHex(key("seed").asByteArray()));
    }

    private byte[] curvePrivateKey() {
      String curve = kind == RecipientKind.ML_KEM_768_P256 ? P256 : P384;
      String scalar = value("04", HexFormat.of().formatHex(key("ecScalar").asByteArray()));
      String key = value("04", value("30", "020101" + scalar));
      String algorithm = value("30", "06072a8648ce3d0201" + curve);
      return HexFormat.of().parseHex(value("30", "020100" + algorithm + key));
    }

    private static String value(String tag, String content) {
      return tag + HexFormat.of().toHexDigits((byte) (content.length() / 2)) + content;
    }

    /** Configures a reader. */
    EnvelopeBuilder opening(EnvelopeBuilder builder) {
      return isPair() ? builder.opensOffline(ARN, ARN2) : builder.opensOffline(ARN);
    }

    @Override
    public String toString() {
      return kind.toString();
    }
  }

  static List<Vector> all() throws IOException {
    String json = Files.readString(Path.of("src/test/resources/vectors/offline-recipients.json"));
    return ((List<?>) JsonTree.read(json))
        .stream()
            .map(each -> (Map<?, ?>) each)
            .map(
                each ->
                    new Vector(
                        RecipientKind.of(((Number) each.get("kind")).intValue()).orElseThrow(),
                        each))
            .toList();
  }
}
