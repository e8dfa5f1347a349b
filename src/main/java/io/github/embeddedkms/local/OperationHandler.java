package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeyLastUsageTrackingOperation;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Handles the requests of one operation: first its checks in the service's order, then its action.
 *
 * @param name the operation's name
 * @param checks the checks in order; the first one that fails determines the error
 * @param permissionChecks those of them that find the keys and ask for the permissions, and what
 *     these need, in the same order
 * @param act the action of the operation, after all checks have passed
 * @param use the operation, if it counts as a use of its keys; otherwise null
 * @param <Q> the request's type
 * @param <R> the response's type
 */
record OperationHandler<Q extends KmsRequest<R>, R>(
    String name,
    List<Check<Q>> checks,
    List<Check<Q>> permissionChecks,
    Act<Q, R> act,
    @Nullable KeyLastUsageTrackingOperation use) {

  /** One check. It throws the service's error if it fails. */
  @FunctionalInterface
  interface Check<Q> {
    void check(Call<Q> call);
  }

  /** The action of an operation. */
  @FunctionalInterface
  interface Act<Q, R> {
    R act(Call<Q> call);
  }

  /** Adds the explanations of the permissions to a call that is only explained. */
  void explain(Call<Q> call) {
    for (Check<Q> check : permissionChecks) {
      if (!call.isExplanationEnded()) {
        check.check(call);
      }
    }
  }

  R run(Call<Q> call) {
    try {
      // Every call passes here: no iterator.
      for (int i = 0; i < checks.size(); i++) {
        checks.get(i).check(call);
      }
      return act.act(call);
    } catch (RuntimeException | Error e) {
      call.wipe();
      throw e;
    }
  }
}
