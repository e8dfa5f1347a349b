package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.CREATING;
import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.PENDING_DELETION;
import static io.github.embeddedkms.model.KeyState.PENDING_IMPORT;
import static io.github.embeddedkms.model.KeyState.PENDING_REPLICA_DELETION;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;
import static io.github.embeddedkms.model.KeyState.UPDATING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.fixture.TestKeys;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStatesTest {

  private static final String ARN = "arn:aws:kms:eu-west-1:111122223333:key/1";

  private static final Map<KeyState, String> MESSAGES =
      Map.of(
          DISABLED, " is disabled.",
          PENDING_DELETION, " is pending deletion.",
          PENDING_REPLICA_DELETION, " is pending replica deletion.",
          PENDING_IMPORT, " is pending import.",
          UNAVAILABLE, " is unavailable.",
          CREATING, " is creating.",
          UPDATING, " is updating.");

  private static final Set<KeyState> NOT_PENDING_DELETION =
      EnumSet.complementOf(EnumSet.of(PENDING_DELETION, PENDING_REPLICA_DELETION));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Encrypt",
        "Decrypt",
        "ReEncrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext"
      })
  void cryptographicOperation_anyState_isAllowedOnlyOnEnabledAndUpdatingKeys(String operation) {
    assertAllowedOnlyIn(operation, EnumSet.of(ENABLED, UPDATING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateAlias", "UpdateAlias"})
  void aliasTarget_anyState_isAllowedUnlessPendingDeletion(String operation) {
    assertAllowedOnlyIn(operation, NOT_PENDING_DELETION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EnableKey", "DisableKey"})
  void enableAndDisable_anyState_areAllowedOnEnabledDisabledAndUnavailableKeys(String operation) {
    assertAllowedOnlyIn(operation, EnumSet.of(ENABLED, DISABLED, UNAVAILABLE));
  }

  @Test
  void scheduleKeyDeletion_anyState_isAllowedUnlessPendingDeletionOrUpdating() {
    Set<KeyState> allowed = EnumSet.copyOf(NOT_PENDING_DELETION);
    allowed.remove(UPDATING);
    assertAllowedOnlyIn("ScheduleKeyDeletion", allowed);
  }

  @Test
  void cancelKeyDeletion_notPendingDeletion_isRefusedInEveryState() {
    for (KeyState state : KeyState.values()) {
      Throwable thrown = thrownBy("CancelKeyDeletion", state);
      if (NOT_PENDING_DELETION.contains(state)) {
        assertThat(thrown)
            .as(state.name())
            .isExactlyInstanceOf(KmsInvalidStateException.class)
            .hasMessage(ARN + " is not pending deletion.");
      } else {
        assertThat(thrown).as(state.name()).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DescribeKey", "DeleteAlias", "ListAliases"})
  void operationIndependentOfState_anyState_isAllowed(String operation) {
    assertAllowedOnlyIn(operation, EnumSet.allOf(KeyState.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateKey", "ListKeys", "GenerateRandom", "Encryp", "."})
  void of_operationWithoutKey_isAnError(String operation) {
    assertThatThrownBy(() -> KeyStates.of(operation))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage(operation + " is missing in the table of key states");
  }

  /**
   * All other rows of the service's table, each with the states in which the operation is refused.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CreateGrant                         | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT CREATING
          Decapsulate                         | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          DeleteImportedKeyMaterial           | UNAVAILABLE CREATING UPDATING
          DeriveSharedSecret                  | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          Encapsulate                         | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          GenerateDataKeyPair                 | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          GenerateDataKeyPairWithoutPlaintext | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          GenerateMac                         | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          GetPublicKey                        | PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          ReplicateKey                        | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING UPDATING
          RotateKeyOnDemand                   | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          Sign                                | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          TagResource                         | PENDING_DELETION PENDING_REPLICA_DELETION
          UntagResource                       | PENDING_DELETION PENDING_REPLICA_DELETION
          UpdateKeyDescription                | PENDING_DELETION PENDING_REPLICA_DELETION
          UpdatePrimaryRegion                 | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          Verify                              | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          VerifyMac                           | DISABLED PENDING_DELETION PENDING_REPLICA_DELETION PENDING_IMPORT UNAVAILABLE CREATING
          """)
  void otherOperation_anyState_isRefusedAsInTheServicesTable(
      String operation, String refusedStates) {
    Set<KeyState> allowed = EnumSet.allOf(KeyState.class);
    for (String state : refusedStates.split(" ", -1)) {
      allowed.remove(KeyState.valueOf(state));
    }
    assertAllowedOnlyIn(operation, allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GetKeyLastUsage",
        "GetKeyPolicy",
        "ListGrants",
        "ListKeyPolicies",
        "ListKeyRotations",
        "ListResourceTags",
        "PutKeyPolicy",
        "RetireGrant",
        "RevokeGrant"
      })
  void unrestrictedOperation_anyState_isAllowed(String operation) {
    assertAllowedOnlyIn(operation, EnumSet.allOf(KeyState.class));
  }

  /** The operations' own check of the key's origin comes first, and is not part of this table. */
  @ParameterizedTest
  @CsvSource({
    "EnableKeyRotation, ENABLED UPDATING, DISABLED PENDING_DELETION PENDING_REPLICA_DELETION"
        + " CREATING",
    "DisableKeyRotation, ENABLED UPDATING, DISABLED PENDING_DELETION PENDING_REPLICA_DELETION"
        + " CREATING",
    "GetKeyRotationStatus,"
        + " ENABLED DISABLED PENDING_DELETION PENDING_REPLICA_DELETION CREATING UPDATING, ''",
    "GetParametersForImport, ENABLED DISABLED PENDING_IMPORT,"
        + " PENDING_DELETION PENDING_REPLICA_DELETION CREATING UPDATING",
    "ImportKeyMaterial, ENABLED DISABLED PENDING_IMPORT UPDATING,"
        + " PENDING_DELETION PENDING_REPLICA_DELETION CREATING"
  })
  void operationDependingOnOrigin_anyState_isRefusedByState(
      String operation, String allowed, String refused) {
    for (KeyState state : KeyState.values()) {
      Throwable thrown = thrownBy(operation, state);
      if (List.of(allowed.split(" ")).contains(state.name())) {
        assertThat(thrown).as(state.name()).isNull();
      } else if (List.of(refused.split(" ")).contains(state.name())) {
        assertRefused(thrown, state);
      } else {
        assertThat(thrown)
            .as(state.name())
            .isExactlyInstanceOf(UnsupportedOperationException.class)
            .hasMessage(
                state == PENDING_IMPORT
                    ? ARN + " origin is EXTERNAL which is not valid for this operation."
                    : null);
      }
    }
  }

  private static void assertAllowedOnlyIn(String operation, Set<KeyState> allowed) {
    for (KeyState state : KeyState.values()) {
      Throwable thrown = thrownBy(operation, state);
      if (allowed.contains(state)) {
        assertThat(thrown).as(state.name()).isNull();
      } else {
        assertRefused(thrown, state);
      }
    }
  }

  private static void assertRefused(Throwable thrown, KeyState state) {
    Class<? extends KmsException> error =
        state == DISABLED ? DisabledException.class : KmsInvalidStateException.class;
    assertThat(thrown).isExactlyInstanceOf(error).hasMessage(ARN + MESSAGES.get(state));
  }

  private static Throwable thrownBy(String operation, KeyState state) {
    KeyEntry key =
        TestKeys.symmetric(new Address("111122223333", "eu-west-1", "1"), Instant.EPOCH)
            .changed(next -> next.state(state));
    ResolvedKey resolved = new ResolvedKey(key, ARN, Inquiry.Target.KEY);
    return catchThrowable(() -> KeyStates.of(operation).check(resolved));
  }
}
