package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReEncryptTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @OverDatabases
  @Test
  void reEncrypt_underAnotherKeyAndContext_plaintextIsTheSame() {
    Map<String, String> context = Map.of("moved", "yes");
    ReEncrypt.Response moved =
        kms.reEncrypt(
            b ->
                b.ciphertextBlob(fixture.blob)
                    .sourceKeyId(Fixture.ALIAS)
                    .destinationKeyId(Fixture.OTHER_ALIAS)
                    .destinationEncryptionContext(context));
    assertThat(moved.sourceKeyId()).isEqualTo(fixture.keyArn);
    assertThat(moved.keyId()).isEqualTo(Fixture.arn(fixture.otherKeyId));
    assertThat(moved.sourceEncryptionAlgorithm())
        .isEqualTo(moved.destinationEncryptionAlgorithm())
        .isEqualTo(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    assertThat(moved.sourceKeyMaterialId()).isEqualTo(fixture.key().currentMaterial().idAsHex());
    var opened =
        kms.decrypt(b -> b.ciphertextBlob(moved.ciphertextBlob()).encryptionContext(context));
    assertThat(opened.plaintext().asUtf8String()).isEqualTo(Fixture.PLAINTEXT);
    assertThat(opened.keyId()).isEqualTo(moved.keyId());
    assertThat(opened.keyMaterialId()).isEqualTo(moved.destinationKeyMaterialId());
    assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(moved.ciphertextBlob()))))
        .isExactlyInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void reEncrypt_sameKey_changesTheContext() {
    Map<String, String> context = Map.of("a", "b");
    Bytes bound = reEncrypt(b -> b.destinationEncryptionContext(context)).ciphertextBlob();
    Bytes free =
        kms.reEncrypt(
                b ->
                    b.ciphertextBlob(bound)
                        .sourceEncryptionContext(context)
                        .destinationKeyId(fixture.keyId))
            .ciphertextBlob();
    assertThat(kms.decrypt(b -> b.ciphertextBlob(free)).plaintext().asUtf8String())
        .isEqualTo(Fixture.PLAINTEXT);
  }

  private ReEncrypt.Response reEncrypt(Consumer<ReEncryptBuilder> members) {
    ReEncryptBuilder request =
        ReEncryptBuilder.builder().ciphertextBlob(fixture.blob).destinationKeyId(fixture.keyId);
    members.accept(request);
    return kms.call(request.build());
  }

  private void assertError(
      Class<? extends KmsException> type, String message, Consumer<ReEncryptBuilder> members) {
    assertThat(catchThrowable(() -> reEncrypt(members)))
        .isExactlyInstanceOf(type)
        .hasMessage(message)
        .hasNoCause();
  }

  @Test
  void wrongSourceContext_throwsInvalidCiphertext() {
    assertError(
        InvalidCiphertextException.class, null, b -> b.sourceEncryptionContext(Map.of("a", "b")));
  }

  @Test
  void wrongSourceKey_throwsIncorrectKey_beforeAnyState() {
    String incorrect =
        "The key ID in the request does not identify a CMK that can perform this operation.";
    assertError(IncorrectKeyException.class, incorrect, b -> b.sourceKeyId(fixture.otherKeyId));
    fixture.state(KeyState.DISABLED);
    assertError(IncorrectKeyException.class, incorrect, b -> b.sourceKeyId(fixture.otherKeyId));
  }

  @Test
  void garbageOrForeignBlob_throwsTheSameAsDecrypt() {
    assertError(
        InvalidCiphertextException.class, null, b -> b.ciphertextBlob(Bytes.fromUtf8String("x")));
    assertThat(
            catchThrowable(
                () -> {
                  var west = kms.inRegion("eu-west-1");
                  String there = west.createKey(b -> {}).keyMetadata().keyId();
                  west.reEncrypt(b -> b.ciphertextBlob(fixture.blob).destinationKeyId(there));
                }))
        .isExactlyInstanceOf(AccessDeniedException.class);
  }

  @Test
  void disabledSource_isReportedBeforeDisabledDestination() {
    kms.disableKey(b -> b.keyId(fixture.otherKeyId));
    assertError(
        DisabledException.class,
        Fixture.arn(fixture.otherKeyId) + " is disabled.",
        b -> b.destinationKeyId(fixture.otherKeyId));
    fixture.state(KeyState.DISABLED);
    assertError(
        DisabledException.class,
        fixture.keyArn + " is disabled.",
        b -> b.destinationKeyId(fixture.otherKeyId));
  }

  @Test
  void asymmetricAlgorithms_areIncompatibleWithSymmetricKeys() {
    String text = "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.";
    EncryptionAlgorithmSpec rsa = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
    assertError(InvalidKeyUsageException.class, text, b -> b.destinationEncryptionAlgorithm(rsa));
    assertError(
        InvalidKeyUsageException.class,
        text,
        b -> b.sourceKeyId(fixture.keyId).sourceEncryptionAlgorithm(rsa));
    assertError(
        ValidationException.class,
        "embedded-kms: the key must be named for RSAES_OAEP_SHA_256",
        b -> b.sourceEncryptionAlgorithm(rsa));
  }

  @Test
  void dryRunIgnoringTheCiphertext_checksBothKeysAndPermissionsOnly() {
    fixture.state(KeyState.DISABLED);
    List<DryRunModifierType> ignore = List.of(DryRunModifierType.IGNORE_CIPHERTEXT);
    assertError(
        DryRunOperationException.class,
        "The request would have succeeded, but the DryRun option is set.",
        b ->
            b.ciphertextBlob(null).sourceKeyId(fixture.keyId).dryRun(true).dryRunModifiers(ignore));
    assertError(
        NotFoundException.class,
        "Invalid keyId 'nobody'",
        b ->
            b.sourceKeyId(fixture.keyId)
                .destinationKeyId("nobody")
                .dryRun(true)
                .dryRunModifiers(ignore));
    assertError(
        ValidationException.class,
        "embedded-kms: the key must be named for IGNORE_CIPHERTEXT",
        b -> b.dryRun(true).dryRunModifiers(ignore));
    assertError(
        ValidationException.class,
        "embedded-kms: IGNORE_CIPHERTEXT is for dry runs only",
        b -> b.dryRunModifiers(ignore));
  }
}
