package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataKeyOperationsTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 16, 32, 1024})
  void generateDataKey_numberOfBytes_returnsAndDecryptsThatLength(int length) {
    Map<String, String> context = Map.of("tenant", "acme");
    GenerateDataKey.Response dataKey =
        kms.generateDataKey(
            b -> b.keyId(Fixture.ALIAS).numberOfBytes(length).encryptionContext(context));
    assertThat(dataKey.plaintext().length()).isEqualTo(length);
    assertThat(dataKey.ciphertextBlob().length()).isEqualTo(length + 74);
    assertThat(dataKey.keyId()).isEqualTo(fixture.keyArn);
    assertThat(dataKey.ciphertextForRecipient()).isNull();
    var opened =
        kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob()).encryptionContext(context));
    assertThat(opened.plaintext()).isEqualTo(dataKey.plaintext());
    assertThat(opened.keyMaterialId()).isEqualTo(dataKey.keyMaterialId()).matches("[0-9a-f]{64}");
  }

  @Test
  void generateDataKey_keySpecs_haveTheirLengths() {
    assertThat(generate(DataKeySpec.AES_256).plaintext().length()).isEqualTo(32);
    assertThat(generate(DataKeySpec.AES_128).plaintext().length()).isEqualTo(16);
  }

  @Test
  void generateDataKey_twice_returnsDifferentKeysAndBlobs() {
    GenerateDataKey.Response one = generate(DataKeySpec.AES_256);
    GenerateDataKey.Response other = generate(DataKeySpec.AES_256);
    assertThat(one.plaintext()).isNotEqualTo(other.plaintext());
    assertThat(one.ciphertextBlob()).isNotEqualTo(other.ciphertextBlob());
  }

  @Test
  void generateDataKeyWithoutPlaintext_blob_decryptsToThatLength() {
    GenerateDataKeyWithoutPlaintext.Response dataKey =
        kms.generateDataKeyWithoutPlaintext(
            b -> b.keyId(fixture.keyId).keySpec(DataKeySpec.AES_256));
    assertThat(dataKey.keyId()).isEqualTo(fixture.keyArn);
    var opened = kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob()));
    assertThat(opened.plaintext().length()).isEqualTo(32);
    assertThat(opened.keyMaterialId()).isEqualTo(dataKey.keyMaterialId());
  }

  @Test
  void bothOrNeitherLength_isRefusedAfterTheKeyAndBeforeItsState() {
    fixture.state(KeyState.DISABLED);
    String text = "Please specify either number of bytes or key spec.";
    assertRefused(text, () -> kms.generateDataKey(b -> b.keyId(fixture.keyId)));
    assertRefused(
        text,
        () ->
            kms.generateDataKey(
                b -> b.keyId(fixture.keyId).numberOfBytes(32).keySpec(DataKeySpec.AES_256)));
    assertRefused(text, () -> kms.generateDataKeyWithoutPlaintext(b -> b.keyId(fixture.keyId)));
    assertRefused(
        text,
        () ->
            kms.generateDataKeyWithoutPlaintext(
                b -> b.keyId(fixture.keyId).numberOfBytes(16).keySpec(DataKeySpec.AES_128)));
    assertThat(catchThrowable(() -> kms.generateDataKey(b -> b.keyId("alias/missing"))))
        .isExactlyInstanceOf(NotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12, 44, 91, 1024})
  void generateRandom_length_returnsOnlyThatManyBytes(int length) {
    GenerateRandom.Response random = kms.generateRandom(b -> b.numberOfBytes(length));
    assertThat(random.plaintext().length()).isEqualTo(length);
    assertThat(random.ciphertextForRecipient()).isNull();
  }

  @Test
  void generateRandom_twice_differs() {
    assertThat(kms.generateRandom(b -> b.numberOfBytes(32)))
        .isNotEqualTo(kms.generateRandom(b -> b.numberOfBytes(32)));
  }

  @Test
  void generateRandom_withoutNumber_isRefused() {
    assertRefused("NumberOfBytes is required.", () -> kms.generateRandom(b -> {}));
    assertThat(
            catchThrowable(
                () -> kms.generateRandom(b -> b.numberOfBytes(1).customKeyStoreId("cks-1"))))
        .isExactlyInstanceOf(NotSupportedYetException.class)
        .hasMessage("embedded-kms: CustomKeyStoreId is not supported yet");
  }

  private static void assertRefused(String message, Runnable call) {
    Throwable thrown = catchThrowable(call::run);
    assertThat(thrown).isExactlyInstanceOf(ValidationException.class).hasMessage(message);
    assertThat(((KmsException) thrown).errorCode()).isEqualTo("ValidationException");
  }

  private GenerateDataKey.Response generate(DataKeySpec spec) {
    return kms.generateDataKey(b -> b.keyId(fixture.keyId).keySpec(spec));
  }
}
