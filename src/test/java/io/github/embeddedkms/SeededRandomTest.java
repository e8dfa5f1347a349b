package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.envelope.CacheLimits;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two providers or stores with the same seed have the same keys, but never the same nonce or salt.
 */
class SeededRandomTest {

  private static final int NONCE_AT = 2 + 32;
  private static final int NONCE_BYTES = 24;
  private static final int SALT_BYTES = 32;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"us-east-1", "cn-north-1"})
  void blob_twoProvidersOfOneSeed_haveSameKeysAndDifferentNonces(String region) throws Exception {
    try (LocalKeyProvider one = provider(region);
        LocalKeyProvider other = provider(region)) {
      GenerateDataKey.Response first = dataKey(one);
      GenerateDataKey.Response second = dataKey(other);
      assertThat(first.keyId()).isEqualTo(second.keyId());
      assertThat(first.keyMaterialId()).isEqualTo(second.keyMaterialId());
      assertThat(first.plaintext()).isEqualTo(second.plaintext());
      assertThat(nonce(first)).isNotEqualTo(nonce(second));
    }
  }

  @Test
  void envelope_twoProvidersOfOneSeed_haveSameDataKeyAndDifferentSalts() throws Exception {
    List<byte[]> tails = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (LocalKeyProvider kms = provider("us-east-1")) {
        String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
        try (Envelope envelope =
            Envelope.builder(kms)
                .key(keyId)
                .cache(CacheLimits.ofMaximumAge(Duration.ofMinutes(1)))
                .build()) {
          for (int message = 0; message < 2; message++) {
            byte[] sealed = envelope.seal(new byte[5], EncryptionContext.none());
            int saltAt = sealed.length - (5 + 16) - 32 - SALT_BYTES;
            tails.add(Arrays.copyOfRange(sealed, saltAt, saltAt + SALT_BYTES));
          }
        }
      }
    }
    assertThat(tails.stream().map(HexFormat.of()::formatHex)).doesNotHaveDuplicates();
  }

  /** The same keys and data key, but no ciphertext or point of a sealer twice. */
  @Test
  void offlineRecipient_twoProvidersOfOneSeed_haveDifferentCiphertexts() throws Exception {
    List<String> ciphertexts = new ArrayList<>();
    List<String> points = new ArrayList<>();
    List<Object> fingerprints = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (LocalKeyProvider kms = provider("us-east-1")) {
        String online = kms.createKey(b -> {}).keyMetadata().arn();
        String kem = create(kms, KeySpec.ML_KEM_768, KeyUsageType.ENCAPSULATE_DECAPSULATE);
        String curve = create(kms, KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
        Envelope envelope =
            Envelope.builder(kms)
                .key(online)
                .sealTo(publicKey(kms, kem), kem, publicKey(kms, curve), curve)
                .build();
        for (int message = 0; message < 2; message++) {
          byte[] sealed = envelope.seal(new byte[5], EncryptionContext.none());
          List<Bytes> both = Envelope.inspect(sealed).claimedRecipients().get(1).fingerprints();
          fingerprints.add(both);
          ciphertexts.add(behind(sealed, both.get(0), 1088));
          points.add(behind(sealed, both.get(1), 65));
        }
      }
    }
    assertThat(fingerprints).containsOnly(fingerprints.get(0));
    assertThat(ciphertexts).doesNotHaveDuplicates();
    assertThat(points).doesNotHaveDuplicates();
  }

  private static String create(LocalKeyProvider kms, KeySpec spec, KeyUsageType usage) {
    return kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  private static Bytes publicKey(LocalKeyProvider kms, String keyId) {
    return kms.getPublicKey(b -> b.keyId(keyId)).publicKey();
  }

  /** Returns the bytes behind others, in hexadecimal. */
  private static String behind(byte[] message, Bytes others, int length) {
    String text = HexFormat.of().formatHex(message);
    String before = HexFormat.of().formatHex(others.asByteArray());
    int at = text.indexOf(before) + before.length();
    assertThat(at).isGreaterThan(before.length());
    return text.substring(at, at + 2 * length);
  }

  @Test
  void store_twoOfOneSeed_haveDifferentIdsSaltsAndNonces() throws Exception {
    List<String> drawn = new ArrayList<>();
    for (String name : List.of("one.db", "other.db")) {
      Path file = folder.resolve(name);
      try (RootKey rootKey = RootKey.ofPassphrase("open sesame".toCharArray());
          SealedKeyStorage storage =
              SealedKeyStorage.builder(file).rootKey(rootKey).random(seeded()).open();
          LocalKeyProvider kms =
              LocalKeyProvider.builder().random(seeded()).storage(storage).build()) {
        kms.createKey(b -> {});
      }
      drawn.addAll(drawnFor(file));
    }
    assertThat(drawn).hasSize(2 * 5).doesNotHaveDuplicates();
  }

  /**
   * Returns the store's id, the passphrase's salt, and the nonces of head, store key and material.
   */
  private static List<String> drawnFor(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT hex(store_id), hex(substr(parameters, 13)), hex(substr(tag, 1, 24)),"
                    + " hex(substr(k.sealed, 1, 24)), hex(substr(m.sealed, 1, 24))"
                    + " FROM kms_store, kms_store_key k, kms_material m")) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        for (int column = 1; column <= 5; column++) {
          values.add(rows.getString(column));
        }
      }
      return values;
    }
  }

  private static LocalKeyProvider provider(String region) throws NoSuchAlgorithmException {
    return LocalKeyProvider.builder().region(region).random(seeded()).build();
  }

  /** Creates a source that returns the same bytes in every run. */
  private static SecureRandom seeded() throws NoSuchAlgorithmException {
    SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
    random.setSeed(7);
    return random;
  }

  private static GenerateDataKey.Response dataKey(LocalKeyProvider kms) {
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    return kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_128));
  }

  private static String nonce(GenerateDataKey.Response response) {
    return HexFormat.of()
        .formatHex(response.ciphertextBlob().asByteArray(), NONCE_AT, NONCE_AT + NONCE_BYTES);
  }
}
