package io.github.embeddedkms.local;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;

/**
 * How one operation is answered: its checks in the service's order, then what it does.
 *
 * @param type the request's class
 * @param checks what must hold, in order; the first that fails is the answer
 * @param act what is done when everything holds
 * @param <Q> the request's type
 * @param <R> the response's type
 */
record Operation<Q extends KmsRequest<R>, R>(Class<Q> type, List<Check<Q>> checks, Act<Q, R> act) {

  /** One check; throws the service's error if it fails. */
  @FunctionalInterface
  interface Check<Q> {
    void check(Call<Q> call);
  }

  /** What an operation does. */
  @FunctionalInterface
  interface Act<Q, R> {
    R act(Call<Q> call);
  }

  String name() {
    return type.getSimpleName();
  }

  R run(Call<Q> call) {
    try {
      for (Check<Q> check : checks) {
        check.check(call);
      }
      return act.act(call);
    } catch (RuntimeException | Error e) {
      call.wipe();
      throw e;
    }
  }
}
