package io.github.embeddedkms.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.EnvelopeBuilder;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reader in Go opens messages that are sealed offline, with the private keys: those of the
 * specification, and new ones of this library under new keys. It is written from the specification
 * and uses only the standard library of Go.
 *
 * <p>Run by {@code mvn verify -Pinterop}. Skipped where Go is missing, but never where the
 * environment variable {@code CI} is {@code true}.
 */
@Tag("interop")
class OfflineReaderIT {

  private static final Path SOURCES = Path.of("src/test/interop/go-offline").toAbsolutePath();
  private static final Path VECTORS =
      Path.of("src/test/resources/vectors/offline-recipients.json").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private static final String KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String CURVE_KEY = "2234abcd-12ab-34cd-56ef-1234567890ab";

  private static final HexFormat HEX = HexFormat.of();
  private static final SecureRandom RANDOM = new SecureRandom();

  /** No text, a short one, a full segment, and several segments. */
  private static final int[] LENGTHS = {0, 5, 65_536, 150_000};

  private final List<Map<String, Object>> samples = new ArrayList<>();

  @Test
  void readerInGo_opensVectorsAndFreshMessages(@TempDir Path folder) throws Exception {
    Program go = new Program(Machine.needed("go"), SOURCES);
    sealToMlKem(1, "2", null);
    sealToMlKem(2, "3", null);
    sealToMlKem(3, "2", "secp256r1");
    sealToMlKem(4, "3", "secp384r1");
    sealToRsa(5, 3072);
    sealToRsa(6, 4096);
    Path fresh = Files.writeString(folder.resolve("fresh.json"), JsonTree.write(samples, ""));
    Map<String, String> environment =
        Map.of(
            "GOTOOLCHAIN",
            "local",
            // Nothing but the standard library is needed.
            "GOPROXY",
            "off",
            "VECTORS",
            VECTORS.toString(),
            "FRESH",
            fresh.toString());
    assertThat(go.run(LIMIT, environment, "test", "-v", "-count=1", "./..."))
        .contains("opened map[1:1 2:1 3:1 4:1 5:1 6:1]", "opened map[1:5 2:5 3:5 4:5 5:5 6:5]");
  }

  /** Seals to a new key of ML-KEM, together with one of a curve if that is not null. */
  private void sealToMlKem(int kind, String parameterSet, String curve) throws Exception {
    String seed = HEX.formatHex(random(64));
    // The version, the algorithm and the seed in its tag of context 0.
    String pkcs8 = "3054020100300b060960864801650304040" + parameterSet + "04428040" + seed;
    Map<String, Object> keys = new HashMap<>(Map.of("seed", seed));
    PrivateKey curveKey = null;
    if (curve != null) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      curveKey = generator.generateKeyPair().getPrivate();
      keys.put("ecScalar", scalar((ECPrivateKey) curveKey));
    }
    sealEach(kind, keys, HEX.parseHex(pkcs8), KeyUsageType.ENCAPSULATE_DECAPSULATE, curveKey);
  }

  private static String scalar(ECPrivateKey key) {
    int digits = key.getParams().getOrder().bitLength() / 4;
    String scalar = key.getS().toString(16);
    return "0".repeat(digits - scalar.length()) + scalar;
  }

  private void sealToRsa(int kind, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    byte[] pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
    Map<String, Object> keys = Map.of("pkcs8", HEX.formatHex(pkcs8));
    sealEach(kind, keys, pkcs8, KeyUsageType.ENCRYPT_DECRYPT, null);
  }

  /** Seals a text of each length offline, and one for a symmetric key too. */
  private void sealEach(
      int kind, Map<String, Object> keys, byte[] pkcs8, KeyUsageType usage, PrivateKey curveKey) {
    Seed.Builder seed = Seed.builder();
    seed.key(KEY, key -> key.privateKey(pkcs8).usage(usage));
    if (curveKey != null) {
      seed.key(
          CURVE_KEY,
          key -> key.privateKey(curveKey.getEncoded()).usage(KeyUsageType.KEY_AGREEMENT));
    }
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed.build()).build()) {
      for (int length : LENGTHS) {
        sealOne(kind, keys, sealTo(kms, Envelope.builder(), curveKey != null), length);
      }
      String online = kms.createKey(key -> {}).keyMetadata().arn();
      EnvelopeBuilder mixed = Envelope.builder(kms).key(online);
      sealOne(kind, keys, sealTo(kms, mixed, curveKey != null), 100);
    }
  }

  private static EnvelopeBuilder sealTo(
      LocalKeyProvider kms, EnvelopeBuilder envelope, boolean isPair) {
    Bytes key = publicKey(kms, KEY);
    return isPair
        ? envelope.sealTo(key, arn(kms, KEY), publicKey(kms, CURVE_KEY), arn(kms, CURVE_KEY))
        : envelope.sealTo(key, arn(kms, KEY));
  }

  private static Bytes publicKey(LocalKeyProvider kms, String keyId) {
    return kms.getPublicKey(key -> key.keyId(keyId)).publicKey();
  }

  private static String arn(LocalKeyProvider kms, String keyId) {
    return kms.describeKey(key -> key.keyId(keyId)).keyMetadata().arn();
  }

  private void sealOne(int kind, Map<String, Object> keys, EnvelopeBuilder envelope, int length) {
    if (length % 2 == 0) {
      envelope.storeContext();
    }
    // The order of UTF-16 is another one than that of UTF-8.
    Map<String, String> context = Map.of("tenant", "acme", "\uFB01", "1", "\uD83D\uDD11", "2");
    String text = HEX.formatHex(random((length + 1) / 2)).substring(0, length);
    byte[] message = envelope.build().seal(text.getBytes(US_ASCII), EncryptionContext.of(context));
    samples.add(
        Map.of(
            "kind", kind,
            "context", context,
            "text", text,
            "keys", keys,
            "message", HEX.formatHex(message)));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
