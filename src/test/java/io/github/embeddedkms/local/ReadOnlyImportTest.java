package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.WrappedMaterial.importInto;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imported material in a store that is only read: nothing can be deleted from it. */
class ReadOnlyImportTest {

  private static final Instant VALID_TO = Fixture.NOW.plus(Duration.ofDays(10));

  @TempDir private Path folder;
  private Instant now = Fixture.NOW;

  private LocalKeyProvider open(boolean readOnly) {
    var builder =
        SealedKeyStorage.builder(folder.resolve("keys.db")).rootKey(RootKey.unsealedForTests());
    return LocalKeyProvider.builder()
        .clock(() -> now)
        .storage((readOnly ? builder.readOnly() : builder).open())
        .build();
  }

  @Test
  void material_expired_appearsDeleted_andNothingIsWritten() {
    String keyId;
    Bytes blob;
    try (LocalKeyProvider kms = open(false)) {
      keyId = kms.createKey(b -> b.origin(OriginType.EXTERNAL)).keyMetadata().keyId();
      importInto(
          kms,
          keyId,
          new byte[32],
          b -> b.expirationModel(ExpirationModelType.KEY_MATERIAL_EXPIRES).validTo(VALID_TO));
      blob =
          kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
              .ciphertextBlob();
    }
    try (LocalKeyProvider kms = open(true)) {
      now = VALID_TO.minusMillis(1);
      assertOpens(kms, blob);
      now = VALID_TO;
      KeyMetadata key = kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
      assertThat(key.keyState()).isEqualTo(KeyState.PENDING_IMPORT);
      assertThat(key.validTo()).isNull();
      assertThat(key.currentKeyMaterialId()).isNotNull();
      assertThat(kms.listKeys(b -> {}).keys()).hasSize(1);
      assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(blob))))
          .isExactlyInstanceOf(KmsInvalidStateException.class)
          .hasMessage(key.arn() + " is pending import.");
      assertThat(catchThrowable(() -> importInto(kms, keyId, new byte[32])))
          .isExactlyInstanceOf(ReadOnlyStoreException.class);
      assertThat(catchThrowable(() -> kms.deleteImportedKeyMaterial(b -> b.keyId(keyId)))).isNull();
      // The material itself is untouched: it is only not due at an earlier time.
      now = VALID_TO.minusMillis(1);
      assertOpens(kms, blob);
      assertThat(catchThrowable(() -> kms.deleteImportedKeyMaterial(b -> b.keyId(keyId))))
          .isExactlyInstanceOf(ReadOnlyStoreException.class);
    }
    now = VALID_TO;
    try (LocalKeyProvider kms = open(false)) {
      importInto(kms, keyId, new byte[32]);
      assertOpens(kms, blob);
    }
  }

  private static void assertOpens(LocalKeyProvider kms, Bytes blob) {
    assertThat(kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("hello");
  }
}
