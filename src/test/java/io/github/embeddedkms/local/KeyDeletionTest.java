package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OverDatabases
class KeyDeletionTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  private KeyMetadata describe() {
    return kms.describeKey(b -> b.keyId(fixture.keyId)).keyMetadata();
  }

  private Instant schedule(int days) {
    return kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(days))
        .deletionDate();
  }

  @Test
  void schedule_withoutWindow_is30Days() {
    ScheduleKeyDeletion.Response response = kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId));
    assertThat(response)
        .isEqualTo(
            new ScheduleKeyDeletion.Response(
                fixture.keyArn,
                Fixture.NOW.plus(Duration.ofDays(30)),
                KeyState.PENDING_DELETION,
                30));
    assertThat(describe().keyState()).isEqualTo(KeyState.PENDING_DELETION);
    assertThat(describe().enabled()).isFalse();
    assertThat(describe().deletionDate()).isEqualTo(response.deletionDate());
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 30})
  void schedule_shortestAndLongestWindow_succeeds(int days) {
    assertThat(schedule(days)).isEqualTo(Fixture.NOW.plus(Duration.ofDays(days)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 31, 365})
  void schedule_windowAllowedByTheModelOnly_isRefused(int days) {
    assertThat(catchThrowable(() -> schedule(days)))
        .isExactlyInstanceOf(ValidationException.class)
        .hasMessage("PendingWindowInDays must be between 7 and 30");
    assertThat(fixture.storage.changes).isZero();
  }

  @Test
  void schedule_wrongWindowOfAPendingKey_reportsTheStateFirst() {
    schedule(7);
    assertThat(catchThrowable(() -> schedule(6)))
        .isExactlyInstanceOf(KmsInvalidStateException.class);
  }

  @Test
  void schedule_twice_isRefused_andKeepsTheFirstDate() {
    Instant date = schedule(7);
    assertThat(catchThrowable(() -> schedule(30)))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(fixture.keyArn + " is pending deletion.");
    assertThat(describe().deletionDate()).isEqualTo(date);
  }

  @Test
  void cancel_pendingKey_isDisabled_andDecryptsOnceEnabled() {
    schedule(7);
    assertThat(kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId)).keyId())
        .isEqualTo(fixture.keyArn);
    assertThat(describe().keyState()).isEqualTo(KeyState.DISABLED);
    assertThat(describe().enabled()).isFalse();
    assertThat(describe().deletionDate()).isNull();
    fixture.now = Fixture.NOW.plus(Duration.ofDays(100));
    kms.enableKey(b -> b.keyId(fixture.keyId));
    assertThat(kms.decrypt(b -> b.ciphertextBlob(fixture.blob)).plaintext().asUtf8String())
        .isEqualTo(Fixture.PLAINTEXT);
    assertThat(catchThrowable(() -> kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId))))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(fixture.keyArn + " is not pending deletion.");
  }

  @Test
  void deletion_happensAtItsDate_notEarlier() {
    Instant date = schedule(7);
    fixture.now = date.minusMillis(1);
    assertThat(describe().keyState()).isEqualTo(KeyState.PENDING_DELETION);
    fixture.now = date;
    assertThat(catchThrowable(this::describe))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage("Key '" + fixture.keyArn + "' does not exist");
  }

  @Test
  void cancel_justBeforeTheDate_succeeds_atTheDateItIsTooLate() {
    fixture.now = schedule(7).minusMillis(1);
    assertThatCode(() -> kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId)))
        .doesNotThrowAnyException();
    fixture.now = schedule(7);
    assertThat(catchThrowable(() -> kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId))))
        .isExactlyInstanceOf(NotFoundException.class);
  }

  @Test
  void deletion_removesKeyAliasesAndMaterial_andNothingElse() {
    kms.createAlias(b -> b.aliasName("alias/second").targetKeyId(fixture.keyId));
    var material = fixture.key().currentMaterial();
    fixture.now = schedule(7);
    for (String alias : new String[] {Fixture.ALIAS, "alias/second"}) {
      assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId(alias))))
          .isExactlyInstanceOf(NotFoundException.class)
          .hasMessage("Alias arn:aws:kms:eu-central-1:111122223333:" + alias + " is not found.");
    }
    assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(fixture.blob))))
        .isExactlyInstanceOf(AccessDeniedException.class)
        .hasMessageContaining(
            " kms:Decrypt on the resource associated with this ciphertext because");
    assertThat(catchThrowable(() -> material.seal(SecretBytes.fromUtf8String("x"), new byte[0])))
        .hasMessage("the key material is closed");
    assertThat(kms.listKeys(b -> {}).keys())
        .singleElement()
        .satisfies(key -> assertThat(key.keyId()).isEqualTo(fixture.otherKeyId));
    assertThat(kms.listAliases(b -> {}).aliases())
        .singleElement()
        .satisfies(alias -> assertThat(alias.aliasName()).isEqualTo(Fixture.OTHER_ALIAS));
    // The alias names can be used again.
    kms.createAlias(b -> b.aliasName(Fixture.ALIAS).targetKeyId(fixture.otherKeyId));
  }

  @Test
  void purge_deletesDueKeys_andReturnsTheirNumber() {
    assertThat(kms.purge()).isZero();
    Instant date = schedule(7);
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.otherKeyId).pendingWindowInDays(8));
    var material = fixture.key().currentMaterial();
    assertThat(kms.purge()).isZero();
    fixture.now = date;
    assertThat(kms.purge()).isEqualTo(1);
    assertThat(kms.purge()).isZero();
    assertThat(catchThrowable(() -> material.seal(SecretBytes.fromUtf8String("x"), new byte[0])))
        .isInstanceOf(IllegalStateException.class);
    fixture.now = date.plus(Duration.ofDays(1));
    assertThat(kms.purge()).isEqualTo(1);
    assertThat(kms.listAliases(b -> {}).aliases()).isEmpty();
    fixture.kms.close();
    assertThat(catchThrowable(kms::purge)).hasMessage("embedded-kms: the provider is closed");
  }

  @Test
  void deletion_clockSetBackAfterwards_restoresNothing() {
    fixture.now = schedule(7);
    assertThat(kms.purge()).isEqualTo(1);
    fixture.now = Fixture.NOW;
    assertThat(catchThrowable(this::describe)).isExactlyInstanceOf(NotFoundException.class);
  }

  @Test
  void disabledKey_scheduled_isPendingDeletion() {
    kms.disableKey(b -> b.keyId(fixture.keyId));
    schedule(7);
    assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(fixture.blob))))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(fixture.keyArn + " is pending deletion.");
  }
}
