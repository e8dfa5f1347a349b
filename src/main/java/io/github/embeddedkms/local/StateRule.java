package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.PENDING_DELETION;
import static io.github.embeddedkms.model.KeyState.PENDING_REPLICA_DELETION;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;
import static io.github.embeddedkms.model.KeyState.UPDATING;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.KeyEntry;
import java.util.EnumSet;
import java.util.Set;

/**
 * In which states of its key an operation is possible, and what is said in the others.
 *
 * <p>Source: AWS KMS Developer Guide, "Key states of AWS KMS keys".
 */
enum StateRule {
  /** Encrypting, decrypting and generating data keys. */
  CRYPTOGRAPHIC(EnumSet.of(ENABLED, UPDATING)),

  /** CreateAlias, and the new target of UpdateAlias. */
  NOT_PENDING_DELETION(
      EnumSet.complementOf(EnumSet.of(PENDING_DELETION, PENDING_REPLICA_DELETION))),

  /** EnableKey and DisableKey. */
  SWITCHABLE(EnumSet.of(ENABLED, DISABLED, UNAVAILABLE)),

  /** ScheduleKeyDeletion. */
  DELETABLE(EnumSet.complementOf(EnumSet.of(PENDING_DELETION, PENDING_REPLICA_DELETION, UPDATING))),

  /** CancelKeyDeletion, which says the same of every other state. */
  PENDING(EnumSet.of(PENDING_DELETION, PENDING_REPLICA_DELETION)) {
    @Override
    KmsException refusal(KeyState state, String keyArn) {
      return new KmsInvalidStateException(keyArn + " is not pending deletion.");
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // never changed, never handed out
  private final Set<KeyState> allowed;

  StateRule(Set<KeyState> allowed) {
    this.allowed = allowed;
  }

  void check(Caller caller, KeyEntry key) {
    if (!allowed.contains(key.state())) {
      throw refusal(key.state(), Names.arnOf(caller, key));
    }
  }

  KmsException refusal(KeyState state, String keyArn) {
    return switch (state) {
      case DISABLED -> new DisabledException(keyArn + " is disabled.");
      case PENDING_DELETION -> new KmsInvalidStateException(keyArn + " is pending deletion.");
      case PENDING_REPLICA_DELETION ->
          new KmsInvalidStateException(keyArn + " is pending replica deletion.");
      case PENDING_IMPORT -> new KmsInvalidStateException(keyArn + " is pending import.");
      case UNAVAILABLE -> new KmsInvalidStateException(keyArn + " is unavailable.");
      case CREATING -> new KmsInvalidStateException(keyArn + " is creating.");
      case UPDATING -> new KmsInvalidStateException(keyArn + " is updating.");
      case ENABLED ->
          throw new AssertionError(
              "an enabled key can do everything but be called back from deletion");
    };
  }
}
