package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.ConflictException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.InvalidMarkerException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.RotationsListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GetKeyRotationStatus;
import io.github.embeddedkms.operation.ListKeyRotations;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rotation operations, at one point in time. */
@OverDatabases
class RotationOperationsTest {

  private static final Duration DAY = Duration.ofDays(1);

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  private GetKeyRotationStatus.Response status() {
    return kms.getKeyRotationStatus(b -> b.keyId(fixture.keyId));
  }

  private GetKeyRotationStatus.Response off() {
    return new GetKeyRotationStatus.Response(false, fixture.keyArn, null, null, null);
  }

  private GetKeyRotationStatus.Response on(int days, Instant next) {
    return new GetKeyRotationStatus.Response(true, fixture.keyArn, days, next, null);
  }

  private void rotate() {
    assertThat(kms.rotateKeyOnDemand(b -> b.keyId(fixture.keyId)).keyId())
        .isEqualTo(fixture.keyArn);
  }

  private String currentMaterial() {
    return kms.describeKey(b -> b.keyId(fixture.keyId)).keyMetadata().currentKeyMaterialId();
  }

  private List<RotationsListEntry> list(IncludeKeyMaterial which) {
    return kms.listKeyRotations(b -> b.keyId(fixture.keyId).includeKeyMaterial(which)).rotations();
  }

  @Test
  void enable_withoutPeriod_is365Days() {
    assertThat(status()).isEqualTo(off());
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId));
    assertThat(status()).isEqualTo(on(365, Fixture.NOW.plus(Duration.ofDays(365))));
    fixture.reopen();
    assertThat(status()).isEqualTo(on(365, Fixture.NOW.plus(Duration.ofDays(365))));
  }

  @Test
  void enable_again_changesPeriodAndNextDate() {
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(2560));
    fixture.now = Fixture.NOW.plus(DAY);
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(90));
    assertThat(status()).isEqualTo(on(90, Fixture.NOW.plus(Duration.ofDays(91))));
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId));
    assertThat(status()).isEqualTo(on(365, Fixture.NOW.plus(Duration.ofDays(366))));
  }

  @ParameterizedTest
  @CsvSource({"89, greater than or equal to 90", "2561, less than or equal to 2560"})
  void enable_periodOutsideTheRange_isRefused(int days, String violated) {
    assertThat(
            catchThrowable(
                () ->
                    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(days))))
        .isExactlyInstanceOf(ValidationException.class)
        .hasMessage(
            "1 validation error detected: Value '"
                + days
                + "' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value "
                + violated);
    assertThat(fixture.storage.changes).isZero();
  }

  @Test
  void disable_twice_turnsRotationOffOnce() {
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId));
    fixture.storage.changes = 0;
    kms.disableKeyRotation(b -> b.keyId(fixture.keyId));
    kms.disableKeyRotation(b -> b.keyId(fixture.keyId));
    assertThat(fixture.storage.changes).isEqualTo(1);
    assertThat(status()).isEqualTo(off());
  }

  @Test
  void status_whilePendingDeletion_isOff_andReturnsOnCancel() {
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(100));
    GetKeyRotationStatus.Response before = status();
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId));
    assertThat(status()).isEqualTo(off());
    kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId));
    assertThat(status()).isEqualTo(before);
  }

  @Test
  void status_disabledKey_isUnchanged_andCannotBeChanged() {
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId));
    GetKeyRotationStatus.Response before = status();
    kms.disableKey(b -> b.keyId(fixture.keyId));
    assertThat(status()).isEqualTo(before);
    for (Runnable call :
        List.<Runnable>of(
            () -> kms.enableKeyRotation(b -> b.keyId(fixture.keyId)),
            () -> kms.disableKeyRotation(b -> b.keyId(fixture.keyId)),
            () -> kms.rotateKeyOnDemand(b -> b.keyId(fixture.keyId)))) {
      assertThat(catchThrowable(call::run))
          .isExactlyInstanceOf(DisabledException.class)
          .hasMessage(fixture.keyArn + " is disabled.");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"HMAC_256", "ECC_NIST_P256"})
  void otherThanSymmetricKey_cannotBeRotated_butHasAStatusAndCanBeSwitchedOff(KeySpec spec) {
    KeyUsageType usage =
        spec == KeySpec.HMAC_256 ? KeyUsageType.GENERATE_VERIFY_MAC : KeyUsageType.SIGN_VERIFY;
    String keyId = kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
    fixture.storage.changes = 0;
    assertThat(kms.getKeyRotationStatus(b -> b.keyId(keyId)))
        .isEqualTo(new GetKeyRotationStatus.Response(false, Fixture.arn(keyId), null, null, null));
    kms.disableKeyRotation(b -> b.keyId(keyId));
    for (Runnable call :
        List.<Runnable>of(
            () -> kms.enableKeyRotation(b -> b.keyId(keyId)),
            () -> kms.rotateKeyOnDemand(b -> b.keyId(keyId)),
            () -> kms.listKeyRotations(b -> b.keyId(keyId)))) {
      assertThat(catchThrowable(call::run))
          .isExactlyInstanceOf(UnsupportedOperationException.class)
          .hasMessage(null);
    }
    // The state is checked before the spec.
    kms.disableKey(b -> b.keyId(keyId));
    for (Runnable call :
        List.<Runnable>of(
            () -> kms.enableKeyRotation(b -> b.keyId(keyId)),
            () -> kms.rotateKeyOnDemand(b -> b.keyId(keyId)))) {
      assertThat(catchThrowable(call::run)).isExactlyInstanceOf(DisabledException.class);
    }
    assertThat(fixture.storage.changes).isEqualTo(1);
  }

  @Test
  void rotate_newMaterialSeals_oldBlobsOpenForEver() {
    List<Bytes> blobs = new ArrayList<>();
    List<String> materials = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      var dataKey = kms.generateDataKey(b -> b.keyId(fixture.keyId).numberOfBytes(8));
      assertThat(dataKey.keyMaterialId()).isEqualTo(currentMaterial());
      blobs.add(dataKey.ciphertextBlob());
      materials.add(currentMaterial());
      rotate();
      fixture.reopen();
    }
    assertThat(materials).doesNotHaveDuplicates().doesNotContain(currentMaterial());
    for (int i = 0; i < 3; i++) {
      Bytes blob = blobs.get(i);
      assertThat(kms.decrypt(b -> b.ciphertextBlob(blob)).keyMaterialId())
          .isEqualTo(materials.get(i));
      var again = kms.reEncrypt(b -> b.ciphertextBlob(blob).destinationKeyId(fixture.keyId));
      assertThat(again.sourceKeyMaterialId()).isEqualTo(materials.get(i));
      assertThat(again.destinationKeyMaterialId()).isEqualTo(currentMaterial());
    }
    assertThat(kms.decrypt(b -> b.ciphertextBlob(fixture.blob)).plaintext().asUtf8String())
        .isEqualTo(Fixture.PLAINTEXT);
  }

  @Test
  void rotate_doesNotMoveTheNextAutomaticRotation() {
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(90));
    GetKeyRotationStatus.Response before = status();
    fixture.now = Fixture.NOW.plus(DAY);
    rotate();
    assertThat(status()).isEqualTo(before);
  }

  @Test
  void rotate_inChina_newMaterialIsSm4() {
    var china = kms.inRegion("cn-north-1");
    String keyId = china.createKey(b -> {}).keyMetadata().keyId();
    Bytes blob =
        china
            .encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("x")))
            .ciphertextBlob();
    china.rotateKeyOnDemand(b -> b.keyId(keyId));
    Bytes later =
        china
            .encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("x")))
            .ciphertextBlob();
    assertThat(later.asByteArray()[1]).isEqualTo(blob.asByteArray()[1]).isEqualTo((byte) 2);
    assertThat(china.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("x");
  }

  @Test
  void rotate_26thTime_exceedsTheLimit_andChangesNothing() {
    for (int i = 0; i < 25; i++) {
      rotate();
    }
    String material = currentMaterial();
    fixture.storage.changes = 0;
    assertThat(catchThrowable(this::rotate))
        .isExactlyInstanceOf(LimitExceededException.class)
        .hasMessage(
            "The on-demand rotations limit has been reached for the given keyId. No more on-demand"
                + " rotations can be performed for this key: "
                + fixture.keyArn);
    assertThat(fixture.storage.changes).isZero();
    assertThat(currentMaterial()).isEqualTo(material);
    assertThat(list(null)).hasSize(25);
  }

  @Test
  void rotate_shortlyBeforeAutomaticRotation_conflicts() {
    kms.enableKeyRotation(b -> b.keyId(fixture.keyId).rotationPeriodInDays(90));
    Instant due = Fixture.NOW.plus(Duration.ofDays(90));
    for (Duration before : List.of(Duration.ofMinutes(20), Duration.ofMillis(1))) {
      fixture.now = due.minus(before);
      assertThat(catchThrowable(this::rotate))
          .isExactlyInstanceOf(ConflictException.class)
          .hasMessage(
              "embedded-kms: the automatic rotation of "
                  + fixture.keyArn
                  + " is due within 20 minutes, at 2026-06-02T05:06:07.089Z");
    }
    fixture.now = due.minus(Duration.ofMinutes(20)).minusMillis(1);
    rotate();
    // The automatic rotation has been carried out, and the next one is far away.
    fixture.now = due;
    rotate();
    assertThat(list(null))
        .extracting(RotationsListEntry::rotationType)
        .containsExactly(RotationType.ON_DEMAND, RotationType.AUTOMATIC, RotationType.ON_DEMAND);
  }

  @ParameterizedTest
  @EnumSource(
      value = OriginType.class,
      names = {"EXTERNAL", "AWS_CLOUDHSM"})
  void keyOfAnotherOrigin_isRefused_beforeItsState(OriginType origin) {
    // No operation changes the origin of a key.
    KeyEntry key = fixture.key();
    KeyEntry other =
        new KeyEntry(
            key.address(),
            key.version() + 1,
            new KeyEntry.Birth(key.keySpec(), key.keyUsage(), origin, key.creationDate()),
            new KeyEntry.Life(KeyState.DISABLED, null),
            "",
            List.of(),
            null,
            null,
            null,
            key.materials());
    fixture.storage.apply(Change.put(other));
    for (Runnable call :
        List.<Runnable>of(
            () -> kms.enableKeyRotation(b -> b.keyId(fixture.keyId)),
            () -> kms.disableKeyRotation(b -> b.keyId(fixture.keyId)))) {
      assertThat(catchThrowable(call::run))
          .isExactlyInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              fixture.keyArn + " origin is " + origin + " which is not valid for this operation.");
    }
    assertThat(catchThrowable(this::rotate)).isExactlyInstanceOf(DisabledException.class);
    kms.enableKey(b -> b.keyId(fixture.keyId));
    if (origin == OriginType.EXTERNAL) {
      assertThat(status()).isEqualTo(off());
      assertThat(catchThrowable(this::rotate))
          .isExactlyInstanceOf(KmsInvalidStateException.class)
          .hasMessage(
              "No available key material pending rotation for the key: " + fixture.keyArn + ".");
    } else {
      assertThat(catchThrowable(this::status))
          .isExactlyInstanceOf(UnsupportedOperationException.class);
      assertThat(catchThrowable(this::rotate))
          .isExactlyInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void list_rotationsOnlyOrAllMaterial_oldestFirst() {
    String first = currentMaterial();
    assertThat(list(null)).isEmpty();
    assertThat(list(IncludeKeyMaterial.ALL_KEY_MATERIAL))
        .containsExactly(entry(first, KeyMaterialState.CURRENT, null, null));
    fixture.now = Fixture.NOW.plus(DAY);
    rotate();
    String second = currentMaterial();
    fixture.now = Fixture.NOW.plus(DAY.multipliedBy(2));
    rotate();
    String third = currentMaterial();
    fixture.reopen();
    RotationsListEntry ofSecond =
        entry(second, KeyMaterialState.NON_CURRENT, Fixture.NOW.plus(DAY), RotationType.ON_DEMAND);
    RotationsListEntry ofThird =
        entry(
            third,
            KeyMaterialState.CURRENT,
            Fixture.NOW.plus(DAY.multipliedBy(2)),
            RotationType.ON_DEMAND);
    assertThat(list(null)).containsExactly(ofSecond, ofThird);
    assertThat(list(IncludeKeyMaterial.ROTATIONS_ONLY)).containsExactly(ofSecond, ofThird);
    assertThat(list(IncludeKeyMaterial.ALL_KEY_MATERIAL))
        .containsExactly(entry(first, KeyMaterialState.NON_CURRENT, null, null), ofSecond, ofThird);
  }

  private RotationsListEntry entry(
      String material, KeyMaterialState state, Instant date, RotationType type) {
    return new RotationsListEntry(
        fixture.keyArn, material, null, null, state, null, null, date, type);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void list_inPages_hasEachRotationOnce(int limit) {
    for (int i = 0; i < 6; i++) {
      rotate();
    }
    List<RotationsListEntry> all = list(IncludeKeyMaterial.ALL_KEY_MATERIAL);
    assertThat(all).hasSize(7);
    List<RotationsListEntry> paged = new ArrayList<>();
    for (ListKeyRotations.Response page :
        kms.listKeyRotationsPages(
            b ->
                b.keyId(fixture.keyId)
                    .includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL)
                    .limit(limit))) {
      assertThat(page.rotations()).hasSizeBetween(1, limit);
      assertThat(page.truncated()).isEqualTo(page.nextMarker() != null);
      paged.addAll(page.rotations());
    }
    assertThat(paged).isEqualTo(all);
  }

  @Test
  void list_markerOfAnotherListing_isInvalid() {
    rotate();
    rotate();
    String marker = kms.listKeyRotations(b -> b.keyId(fixture.keyId).limit(1)).nextMarker();
    assertThat(kms.listKeyRotations(b -> b.keyId(fixture.keyArn).marker(marker)).rotations())
        .hasSize(1);
    for (Runnable call :
        List.<Runnable>of(
            () -> kms.listKeyRotations(b -> b.keyId(fixture.otherKeyId).marker(marker)),
            () -> kms.listKeys(b -> b.marker(marker)),
            () ->
                kms.listKeyRotations(
                    b ->
                        b.keyId(fixture.keyId)
                            .includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL)
                            .marker(marker)))) {
      assertThat(catchThrowable(call::run))
          .isExactlyInstanceOf(InvalidMarkerException.class)
          .hasMessage("embedded-kms: the marker was not returned by this listing");
    }
  }
}
