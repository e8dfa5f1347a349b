package io.github.embeddedkms.envelope;

import io.github.embeddedkms.envelope.TrustedKeys.Attempt;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tries the recipients of a message one after the other, up to a maximum number. */
final class Attempts {

  private final int maximum;

  Attempts(int maximum) {
    this.maximum = maximum;
  }

  /**
   * Returns the result of the first attempt that succeeds.
   *
   * @param attempts in the order in which they are tried
   * @param trial returns an empty result if the recipient turns out not to belong to the message
   * @throws WrongContextOrKeyException if none succeeds and at least one failed because of the key
   *     or the context
   * @throws TooManyRecipientsException if there are more attempts than are allowed
   * @throws RuntimeException the service's error, if all failures are service errors
   */
  <T> T first(Collection<Attempt> attempts, Function<Attempt, Optional<T>> trial) {
    return first(attempts, trial, false);
  }

  /**
   * Like {@link #first(Collection, Function)}, but a service error takes precedence over all other
   * failures: if a new key may be the reason, the error must not blame the old keys.
   */
  <T> T firstOrFailure(Collection<Attempt> attempts, Function<Attempt, Optional<T>> trial) {
    return first(attempts, trial, true);
  }

  private <T> T first(
      Collection<Attempt> attempts, Function<Attempt, Optional<T>> trial, boolean failureFirst) {
    boolean refused = attempts.isEmpty();
    RuntimeException failure = null;
    int tried = 0;
    for (Attempt attempt : attempts) {
      if (tried++ == maximum) {
        throw failed(refused && !failureFirst, failure, true);
      }
      try {
        Optional<T> result = trial.apply(attempt);
        if (result.isPresent()) {
          return result.get();
        }
        refused = true;
      } catch (InvalidCiphertextException | IncorrectKeyException e) {
        // The reason is dropped on purpose: it may be what an attacker wants to know.
        refused = true;
      } catch (RuntimeException e) {
        // Another recipient's key may be usable, for example one in a Region that is reachable.
        if (failure == null) {
          failure = e;
        }
      }
    }
    throw failed(refused && !failureFirst, failure, false);
  }

  private RuntimeException failed(
      boolean refused, @Nullable RuntimeException failure, boolean more) {
    if (failure != null && !refused) {
      return failure;
    }
    return more
        ? new TooManyRecipientsException(
            "more recipients may be for the reader's keys than the "
                + maximum
                + " that may be tried; name the keys by their ARNs, or raise maxAttempts")
        : new WrongContextOrKeyException();
  }
}
