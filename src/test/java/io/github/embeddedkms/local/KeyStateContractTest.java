package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation on a key, in every state that a key can be in. */
class KeyStateContractTest {

  private static final Map<KeyState, String> MESSAGES =
      Map.of(
          KeyState.DISABLED, " is disabled.",
          KeyState.PENDING_DELETION, " is pending deletion.",
          KeyState.PENDING_REPLICA_DELETION, " is pending replica deletion.",
          KeyState.PENDING_IMPORT, " is pending import.",
          KeyState.UNAVAILABLE, " is unavailable.",
          KeyState.CREATING, " is creating.",
          KeyState.UPDATING, " is updating.");

  static List<Object[]> operationsAndStates() {
    List<Object[]> cases = new ArrayList<>();
    for (Sample sample : Sample.all()) {
      // DeleteAlias names no key, but its alias points to one. So does a grant token.
      if (sample.forms() != Sample.Forms.NONE
          || Set.of("DeleteAlias", "RetireGrant").contains(sample.operation())) {
        for (KeyState state : KeyState.values()) {
          cases.add(new Object[] {sample, state});
        }
      }
    }
    return cases;
  }

  @ParameterizedTest(name = "{0} on a key that is {1}")
  @MethodSource("operationsAndStates")
  void operation_keyState_succeedsOrThrowsTheServicesError(Sample sample, KeyState state) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      fixture.state(state);
      KmsRequest<?> request = sample.valid().apply(fixture);
      if (sample.possibleIn().contains(state)) {
        assertThatCode(() -> fixture.kms.call(request)).doesNotThrowAnyException();
        return;
      }
      Throwable thrown = catchThrowable(() -> fixture.kms.call(request));
      assertThat(thrown)
          .isExactlyInstanceOf(refusal(sample, state))
          .hasMessage(expectedMessage(fixture, sample, state));
      assertThat(fixture.storage.changes).isZero();
      assertThat(fixture.key().state()).isEqualTo(state);
    }
  }

  private static Class<? extends KmsException> refusal(Sample sample, KeyState state) {
    if (isRefusedByOrigin(sample, state)) {
      return UnsupportedOperationException.class;
    }
    return state == KeyState.DISABLED && !isCancel(sample)
        ? DisabledException.class
        : KmsInvalidStateException.class;
  }

  /**
   * Returns whether the operation does not exist for keys that can be in the state, those with
   * imported material or in custom key stores. The service's table has the error of the origin.
   */
  private static boolean isRefusedByOrigin(Sample sample, KeyState state) {
    if (Set.of("GetParametersForImport", "ImportKeyMaterial").contains(sample.operation())) {
      return state == KeyState.UNAVAILABLE;
    }
    return Set.of("DisableKeyRotation", "EnableKeyRotation", "GetKeyRotationStatus")
            .contains(sample.operation())
        && Set.of(KeyState.PENDING_IMPORT, KeyState.UNAVAILABLE).contains(state);
  }

  private static String expectedMessage(Fixture fixture, Sample sample, KeyState state) {
    if (isRefusedByOrigin(sample, state)) {
      return state == KeyState.UNAVAILABLE
          ? null
          : fixture.keyArn + " origin is EXTERNAL which is not valid for this operation.";
    }
    return fixture.keyArn + message(sample, state);
  }

  private static String message(Sample sample, KeyState state) {
    return isCancel(sample) ? " is not pending deletion." : MESSAGES.get(state);
  }

  /** Returns whether it is CancelKeyDeletion, which has the same error for all states but one. */
  private static boolean isCancel(Sample sample) {
    return sample.operation().equals("CancelKeyDeletion");
  }

  static List<Object[]> refusalsByAlias() {
    List<Object[]> cases = new ArrayList<>(operationsAndStates());
    cases.removeIf(
        row -> {
          Sample sample = (Sample) row[0];
          return sample.forms() != Sample.Forms.ANY || sample.possibleIn().contains(row[1]);
        });
    return cases;
  }

  @ParameterizedTest(name = "{0} by alias on a key that is {1}")
  @MethodSource("refusalsByAlias")
  void operation_keyNamedByAlias_errorShowsTheKeyArn(Sample sample, KeyState state) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      fixture.state(state);
      KmsRequest<?> request = sample.with(fixture, sample.keyMember(), Fixture.ALIAS_ARN);
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .hasMessage(fixture.keyArn + MESSAGES.get(state));
    }
  }
}
