package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.RotationsListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.RootKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys of a seed whose material is imported, and those that are rotated. */
class ImportedSeedTest {

  private static final String KEY_ID = "5ef77041-d1e6-4af1-9a41-e49a4b45efb6";
  private static final String FIRST =
      "b200b324de29609558e13780160e38fc193f6bec9f9dba58a2be5b37d5098d74";
  private static final String SECOND =
      "5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9";

  private Instant now = Fixture.NOW;

  private static Seed external(String... backingKeys) {
    return Seed.builder()
        .key(
            KEY_ID,
            key -> {
              key.origin(OriginType.EXTERNAL);
              for (String each : backingKeys) {
                key.backingKey(each);
              }
            })
        .build();
  }

  private LocalKeyProvider provider(Seed seed) {
    return LocalKeyProvider.builder().clock(() -> now).seed(seed).build();
  }

  private static KeyMetadata describe(LocalKeyProvider kms) {
    return kms.describeKey(b -> b.keyId(KEY_ID)).keyMetadata();
  }

  private static Bytes encrypt(LocalKeyProvider kms) {
    return kms.encrypt(b -> b.keyId(KEY_ID).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  private static void assertOpens(LocalKeyProvider kms, Bytes blob) {
    assertThat(kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("hello");
  }

  @Test
  void externalKey_withMaterial_isEnabled_andTheMaterialCanBeDeletedAndImported() {
    try (LocalKeyProvider kms = provider(external(FIRST, SECOND))) {
      KeyMetadata key = describe(kms);
      assertThat(key.origin()).isEqualTo(OriginType.EXTERNAL);
      assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
      assertThat(key.expirationModel()).isEqualTo(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
      Bytes blob = encrypt(kms);
      kms.deleteImportedKeyMaterial(b -> b.keyId(KEY_ID));
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.PENDING_IMPORT);
      WrappedMaterial.importInto(kms, KEY_ID, HexFormat.of().parseHex(SECOND));
      assertOpens(kms, blob);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"SYMMETRIC_DEFAULT", "HMAC_256", "ECC_NIST_EDWARDS25519"})
  void externalKey_withoutMaterial_isPendingImport(KeySpec spec) {
    Seed seed =
        Seed.builder().key(KEY_ID, key -> key.origin(OriginType.EXTERNAL).spec(spec)).build();
    try (LocalKeyProvider kms = provider(seed)) {
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.PENDING_IMPORT);
      kms.reset();
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    }
  }

  private LocalKeyProvider over(Path file, Seed seed) {
    return LocalKeyProvider.builder()
        .clock(() -> now)
        .storage(
            io.github.embeddedkms.store.SealedKeyStorage.builder(file)
                .rootKey(RootKey.unsealedForTests())
                .open())
        .seed(seed)
        .build();
  }

  /** What the key has become since it was created is left alone. */
  @Test
  void externalKey_inAStore_isAlreadyPresent_whateverHappenedToItsMaterial(@TempDir Path folder) {
    Path file = folder.resolve("keys.db");
    try (LocalKeyProvider kms = over(file, external(FIRST))) {
      kms.deleteImportedKeyMaterial(b -> b.keyId(KEY_ID));
    }
    try (LocalKeyProvider kms = over(file, external(FIRST))) {
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    }
    try (LocalKeyProvider kms = over(file, external())) {
      assertThat(describe(kms).keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> over(file, external(SECOND)).close())
        .withMessageContaining("key " + KEY_ID + ": the storage has this key with other material;");
    Seed own = Seed.builder().key(KEY_ID, key -> key.backingKey(FIRST)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> over(file, own).close())
        .withMessageContaining(
            "key "
                + KEY_ID
                + ": the storage has this key with Origin EXTERNAL, the seed with AWS_KMS");
  }

  @Test
  void otherOrigins_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Seed.builder().key(KEY_ID, key -> key.origin(OriginType.AWS_CLOUDHSM)).build())
        .withMessage("embedded-kms: key " + KEY_ID + ": Origin AWS_CLOUDHSM is not supported yet");
  }

  private static Seed rotated(Instant date) {
    return Seed.builder().key(KEY_ID, key -> key.backingKey(FIRST).nextRotation(date)).build();
  }

  @Test
  void nextRotation_inTheFuture_happensThen_andEachYear() {
    Instant date = Fixture.NOW.plus(Duration.ofDays(10));
    try (LocalKeyProvider kms = provider(rotated(date))) {
      var status = kms.getKeyRotationStatus(b -> b.keyId(KEY_ID));
      assertThat(status.nextRotationDate()).isEqualTo(date);
      assertThat(status.rotationPeriodInDays()).isEqualTo(365);
      Bytes blob = encrypt(kms);
      now = date;
      assertThat(kms.listKeyRotations(b -> b.keyId(KEY_ID)).rotations())
          .extracting(RotationsListEntry::rotationDate)
          .containsExactly(date);
      assertThat(kms.getKeyRotationStatus(b -> b.keyId(KEY_ID)).nextRotationDate())
          .isEqualTo(date.plus(Duration.ofDays(365)));
      assertOpens(kms, blob);
    }
  }

  @Test
  void nextRotation_afterTheLastTime_isRefused() {
    assertThat(catchThrowable(() -> provider(rotated(Instant.MAX))))
        .hasMessageContaining("its next rotation is after " + KmsClock.MAX);
  }

  @Test
  void nextRotation_inThePast_happensOnce() {
    try (LocalKeyProvider kms = provider(rotated(Instant.parse("2019-09-12T15:19:21Z")))) {
      assertThat(
              kms.listKeyRotations(
                      b -> b.keyId(KEY_ID).includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
                  .rotations())
          .extracting(RotationsListEntry::rotationType)
          .containsExactly(null, RotationType.AUTOMATIC);
      assertThat(kms.getKeyRotationStatus(b -> b.keyId(KEY_ID)).nextRotationDate())
          .isEqualTo(Fixture.NOW.plus(Duration.ofDays(365)));
    }
  }
}
