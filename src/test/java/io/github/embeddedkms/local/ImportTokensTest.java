package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.WrappedMaterial.wrap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.crypto.KeyPair;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.exception.InvalidImportTokenException;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.WrappingKeySpec;
import io.github.embeddedkms.operation.GetParametersForImport;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.TokenCipher;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportTokensTest {

  private static final AlgorithmSpec OAEP = AlgorithmSpec.RSAES_OAEP_SHA_256;
  private static final String ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final Instant VALID_TO = Instant.parse("2026-03-04T05:06:07.089Z");

  @TempDir private Path folder;

  /** Records what is sealed, and returns it unsealed. */
  private static final class Recorder implements TokenCipher {

    private final List<byte[]> recorded = new ArrayList<>();

    @Override
    public byte[] seal(byte[] prefix, byte[] token, byte[] data) {
      recorded.addAll(List.of(prefix.clone(), token.clone(), data.clone()));
      byte[] sealed = new byte[prefix.length + token.length];
      System.arraycopy(prefix, 0, sealed, 0, prefix.length);
      System.arraycopy(token, 0, sealed, prefix.length, token.length);
      return sealed;
    }

    @Override
    public Optional<SecretBytes> open(byte[] sealed, int position, byte[] data) {
      recorded.add(data.clone());
      byte[] token = java.util.Arrays.copyOfRange(sealed, position, sealed.length);
      return Optional.of(SecretBytes.fromByteArray(token));
    }
  }

  private static ImportTokens over(TokenCipher cipher) {
    return new ImportTokens(
        new Fixture.CountingStorage(KeyStorage.inMemory()) {
          @Override
          public Optional<TokenCipher> tokenCipher() {
            return Optional.of(cipher);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "RSAES_OAEP_SHA_1, RSA_2048, 1",
    "RSAES_OAEP_SHA_256, RSA_2048, 2",
    "RSA_AES_KEY_WRAP_SHA_1, RSA_2048, 3",
    "RSA_AES_KEY_WRAP_SHA_256, RSA_2048, 4",
    "SM2_PKE, SM2, 5",
  })
  void seal_contentAndData_areThoseOfTheFormat(AlgorithmSpec algorithm, KeyPairType type, int code)
      throws Exception {
    Recorder recorder = new Recorder();
    try (KeyPair pair = KeyPair.generate(type, new SecureRandom());
        ImportTokens tokens = over(recorder)) {
      byte[] privateKey = pair.privateKey().lend(byte[]::clone);
      Bytes token = tokens.seal(ARN, VALID_TO, algorithm, pair.privateKey());
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(content);
      out.writeLong(VALID_TO.toEpochMilli());
      out.writeByte(code);
      out.write(privateKey);
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      out = new DataOutputStream(data);
      out.writeBytes("embedded-kms/import-token/v1");
      out.writeInt(ARN.length());
      out.write(ARN.getBytes(StandardCharsets.UTF_8));
      assertThat(recorder.recorded.get(0)).isEqualTo(new byte[] {1});
      assertThat(recorder.recorded.get(1)).isEqualTo(content.toByteArray());
      assertThat(recorder.recorded.get(2)).isEqualTo(data.toByteArray());
      try (ImportToken opened = tokens.open(ARN, token)) {
        assertThat(recorder.recorded.get(3)).isEqualTo(data.toByteArray());
        assertThat(opened.validTo()).isEqualTo(VALID_TO);
        assertThat(opened.algorithm()).isEqualTo(algorithm);
        assertThat(opened.wrappingKey().type()).isEqualTo(type);
        assertThat(opened.wrappingKey().privateKey().lend(byte[]::clone)).isEqualTo(privateKey);
        assertThat(opened.toString()).contains("SecretBytes[");
      }
    }
  }

  /** Tokens of a newer version of this library, or of another program that has the store key. */
  @Test
  void open_unknownContent_isInvalid() {
    try (ImportTokens tokens = over(new Recorder())) {
      for (int length : new int[] {0, 7, 8}) {
        assertInvalid(tokens, new byte[1 + length]);
      }
      byte[] unknownAlgorithm = new byte[20];
      unknownAlgorithm[0] = 1;
      unknownAlgorithm[9] = 6;
      assertInvalid(tokens, unknownAlgorithm);
    }
  }

  private static void assertInvalid(ImportTokens tokens, byte[] token) {
    token[0] = 1;
    assertThat(catchThrowable(() -> tokens.open(ARN, Bytes.fromByteArray(token))))
        .isExactlyInstanceOf(InvalidImportTokenException.class);
  }

  @Test
  void ownKey_afterClose_isGone() {
    ImportTokens tokens = new ImportTokens(KeyStorage.inMemory());
    try (KeyPair pair = KeyPair.generate(KeyPairType.SM2, new SecureRandom())) {
      Bytes token = tokens.seal(ARN, VALID_TO, AlgorithmSpec.SM2_PKE, pair.privateKey());
      tokens.open(ARN, token).close();
      tokens.close();
      assertThatIllegalStateException().isThrownBy(() -> tokens.open(ARN, token));
    }
  }

  private static GetParametersForImport.Response parameters(KmsClient kms, String keyId) {
    return kms.getParametersForImport(
        b -> b.keyId(keyId).wrappingAlgorithm(OAEP).wrappingKeySpec(WrappingKeySpec.RSA_2048));
  }

  private static void importBy(
      KmsClient kms, String keyId, GetParametersForImport.Response parameters) {
    kms.importKeyMaterial(
        b ->
            b.keyId(keyId)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(wrap(parameters.publicKey(), OAEP, new byte[32]))
                .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE));
    assertThat(kms.describeKey(b -> b.keyId(keyId)).keyMetadata().keyState())
        .isEqualTo(KeyState.ENABLED);
  }

  private static void assertInvalid(
      KmsClient kms, String keyId, GetParametersForImport.Response parameters) {
    assertThat(catchThrowable(() -> importBy(kms, keyId, parameters)))
        .isExactlyInstanceOf(InvalidImportTokenException.class);
  }

  private SealedKeyStorage store(String name, RootKey root) {
    return SealedKeyStorage.builder(folder.resolve(name))
        .rootKey(root)
        .maximumStaleness(Duration.ofHours(1))
        .open();
  }

  private static LocalKeyProvider provider(KeyStorage storage) {
    return LocalKeyProvider.builder()
        .region("eu-central-1")
        .account("111122223333")
        .storage(storage)
        .build();
  }

  private static String externalKey(KmsClient kms) {
    return kms.createKey(b -> b.origin(OriginType.EXTERNAL)).keyMetadata().keyId();
  }

  @Test
  void token_ofAStore_isAcceptedByOtherNodes_afterARestartAndAnotherRootKey() {
    RootKey root = RootKey.unsealedForTests();
    String keyId;
    GetParametersForImport.Response parameters;
    try (SealedKeyStorage storage = store("keys.db", root);
        SealedKeyStorage second = store("keys.db", root);
        LocalKeyProvider kms = provider(storage)) {
      keyId = externalKey(kms);
      parameters = parameters(kms, keyId);
      second.reseal();
      // This node has not seen the new store key, and seals under the old one.
      importBy(kms, keyId, parameters(kms, keyId));
      parameters = parameters(kms, keyId);
      try (LocalKeyProvider other = provider(second)) {
        importBy(other, keyId, parameters);
      }
      storage.changeRootKey(root);
    }
    try (SealedKeyStorage storage = store("keys.db", root);
        LocalKeyProvider kms = provider(storage)) {
      importBy(kms, keyId, parameters);
    }
  }

  @Test
  void token_ofAnotherStore_isInvalid() {
    RootKey root = RootKey.unsealedForTests();
    try (SealedKeyStorage one = store("one.db", root);
        SealedKeyStorage other = store("other.db", root);
        LocalKeyProvider kms = provider(one);
        LocalKeyProvider copy = provider(other)) {
      String keyId = externalKey(kms);
      GetParametersForImport.Response parameters = parameters(kms, keyId);
      // The same key, in another store.
      other.apply(
          Change.put(one.key(new Address("111122223333", "eu-central-1", keyId)).orElseThrow()));
      assertInvalid(copy, keyId, parameters);
      importBy(kms, keyId, parameters);
    }
  }

  @Test
  void token_ofADroppedStoreKey_isInvalid() {
    RootKey root = RootKey.unsealedForTests();
    String keyId;
    GetParametersForImport.Response parameters;
    try (SealedKeyStorage storage = store("keys.db", root);
        LocalKeyProvider kms = provider(storage)) {
      keyId = externalKey(kms);
      parameters = parameters(kms, keyId);
      storage.reseal();
    }
    try (SealedKeyStorage storage = store("keys.db", root);
        LocalKeyProvider kms = provider(storage)) {
      assertInvalid(kms, keyId, parameters);
      importBy(kms, keyId, parameters(kms, keyId));
    }
  }

  /** In memory, keys with the same ids exist in two providers, or before and after a reset. */
  @Test
  void token_ofAnotherProviderInMemory_isInvalid() {
    Seed seed = Seed.builder().key(KEY_ID, key -> key.origin(OriginType.EXTERNAL)).build();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build();
        LocalKeyProvider other = LocalKeyProvider.builder().seed(seed).build()) {
      assertThat(kms.describeKey(b -> b.keyId(KEY_ID)).keyMetadata().arn())
          .isEqualTo(other.describeKey(b -> b.keyId(KEY_ID)).keyMetadata().arn());
      GetParametersForImport.Response parameters = parameters(kms, KEY_ID);
      assertInvalid(other, KEY_ID, parameters);
      importBy(kms, KEY_ID, parameters);
      kms.reset();
      assertInvalid(kms, KEY_ID, parameters);
    }
  }
}
