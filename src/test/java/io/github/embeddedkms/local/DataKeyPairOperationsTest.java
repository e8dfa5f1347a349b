package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GenerateDataKeyPair;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** GenerateDataKeyPair and GenerateDataKeyPairWithoutPlaintext. */
class DataKeyPairOperationsTest {

  private static final Map<String, String> CONTEXT = Map.of("tenant", "acme");

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource
  void keyPair_anySpec_privateKeyIsSealedWithItsContext(DataKeyPairSpec spec) {
    boolean inChina = spec == DataKeyPairSpec.SM2;
    KmsClient client = inChina ? kms.inRegion("cn-north-1") : kms;
    var key = client.createKey(b -> {}).keyMetadata();
    GenerateDataKeyPair.Response pair =
        client.generateDataKeyPair(
            b -> b.keyId(key.keyId()).keyPairSpec(spec).encryptionContext(CONTEXT));
    assertThat(pair)
        .isEqualTo(
            new GenerateDataKeyPair.Response(
                pair.privateKeyCiphertextBlob(),
                pair.privateKeyPlaintext(),
                pair.publicKey(),
                key.arn(),
                spec,
                null,
                key.currentKeyMaterialId()));
    assertThat(pair.privateKeyCiphertextBlob().length())
        .isEqualTo(pair.privateKeyPlaintext().length() + 74);
    if (spec.name().startsWith("ML_KEM")) {
      assertThat(pair.privateKeyPlaintext().length()).isEqualTo(86);
    }
    var opened =
        client.decrypt(
            b -> b.ciphertextBlob(pair.privateKeyCiphertextBlob()).encryptionContext(CONTEXT));
    assertThat(opened.plaintext()).isEqualTo(pair.privateKeyPlaintext());
    assertThat(
            catchThrowable(
                () -> client.decrypt(b -> b.ciphertextBlob(pair.privateKeyCiphertextBlob()))))
        .isExactlyInstanceOf(InvalidCiphertextException.class);
  }

  @OverDatabases
  @Test
  void keyPairWithoutPlaintext_storeReopened_isOpenedByDecrypt() {
    var pair =
        kms.generateDataKeyPairWithoutPlaintext(
            b -> b.keyId(fixture.keyId).keyPairSpec(DataKeyPairSpec.ECC_NIST_P256));
    fixture.reopen();
    try (SecretBytes privateKey =
        kms.decrypt(b -> b.ciphertextBlob(pair.privateKeyCiphertextBlob())).plaintext()) {
      assertThat(privateKey.length()).isEqualTo(138);
    }
    assertThat(pair.publicKey().length()).isEqualTo(91);
    assertThat(pair.keyId()).isEqualTo(fixture.keyArn);
    assertThat(pair.keyPairSpec()).isEqualTo(DataKeyPairSpec.ECC_NIST_P256);
    assertThat(fixture.storage.changes).isZero();
  }

  @Test
  void keyPair_twice_areDifferent() {
    var first =
        kms.generateDataKeyPair(
            b -> b.keyId(fixture.keyId).keyPairSpec(DataKeyPairSpec.ECC_NIST_EDWARDS25519));
    var second =
        kms.generateDataKeyPair(
            b -> b.keyId(fixture.keyId).keyPairSpec(DataKeyPairSpec.ECC_NIST_EDWARDS25519));
    assertThat(second.publicKey()).isNotEqualTo(first.publicKey());
    assertThat(second.privateKeyPlaintext()).isNotEqualTo(first.privateKeyPlaintext());
  }

  @Test
  void keyPair_specOfOtherRegions_isRefused() {
    assertThat(
            catchThrowable(
                () ->
                    kms.generateDataKeyPair(
                        b -> b.keyId(fixture.keyId).keyPairSpec(DataKeyPairSpec.SM2))))
        .isExactlyInstanceOf(UnsupportedOperationException.class)
        .hasMessage("embedded-kms: KeyPairSpec SM2 is available in China Regions only");
    KmsClient china = kms.inRegion("cn-north-1");
    String keyId = china.createKey(b -> {}).keyMetadata().keyId();
    assertThat(
            catchThrowable(
                () ->
                    china.generateDataKeyPairWithoutPlaintext(
                        b -> b.keyId(keyId).keyPairSpec(DataKeyPairSpec.ML_KEM_512))))
        .isExactlyInstanceOf(UnsupportedOperationException.class)
        .hasMessage("embedded-kms: KeyPairSpec ML_KEM_512 is not available in China Regions");
  }
}
