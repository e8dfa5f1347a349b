package io.github.embeddedkms.local;

import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Spells out an operation, check by check, in the order in which the service makes them.
 *
 * @param <Q> the request's type
 * @param <R> the response's type
 */
final class OperationBuilder<Q extends KmsRequest<R>, R> {

  private final Class<Q> type;
  private final KeyResolver resolver;
  private final Authorizer authorizer;
  private final List<Operation.Check<Q>> checks = new ArrayList<>();

  OperationBuilder(Class<Q> type, KeyResolver resolver, Authorizer authorizer) {
    this.type = type;
    this.resolver = resolver;
    this.authorizer = authorizer;
  }

  /** The key must be named by key id or key ARN; an alias is refused before anything else. */
  OperationBuilder<Q, R> noAlias(Function<Q, @Nullable String> keyId) {
    return check(call -> KeyResolver.notAnAlias(keyId.apply(call.request())));
  }

  /** All constraints of the record. */
  OperationBuilder<Q, R> constraints() {
    return check(call -> Constraints.check((Record) call.request()));
  }

  /** The encryption context, which must be valid Unicode. */
  OperationBuilder<Q, R> context(Function<Q, @Nullable Map<String, String>> context) {
    return check(call -> call.context(Checks.context(context.apply(call.request()))));
  }

  /**
   * The key exists, if the request names one. If it is in another account, only the next step says
   * whether the caller may know; so that step must be {@link #authorize}.
   */
  OperationBuilder<Q, R> resolve(Function<Q, @Nullable String> keyId) {
    return check(
        call -> {
          String named = keyId.apply(call.request());
          if (named != null) {
            call.resolved(resolver.resolve(call.caller(), call.operation(), named));
          }
        });
  }

  /** The caller may do this with the key, or at all if there is no key; without grant tokens. */
  OperationBuilder<Q, R> authorize() {
    return authorize(request -> null);
  }

  /** The caller may do this with the key. */
  OperationBuilder<Q, R> authorize(Function<Q, @Nullable List<String>> grantTokens) {
    return check(
        call ->
            authorizer.authorize(
                new AccessRequest(
                    call.caller(),
                    call.operation(),
                    call.resolvedOrNull(),
                    call.context(),
                    call.request(),
                    grantTokens.apply(call.request()))));
  }

  /** The key is for this. */
  OperationBuilder<Q, R> usage(KeyUsageType needed) {
    return check(call -> Checks.usage(call.resolved(), needed, call.operation()));
  }

  /** The key is in a state for this. */
  OperationBuilder<Q, R> state() {
    KeyStates states = KeyStates.of(type.getSimpleName());
    return check(call -> states.check(call.resolved()));
  }

  /** The key's spec offers the algorithm. */
  OperationBuilder<Q, R> algorithm(Function<Q, @Nullable EncryptionAlgorithmSpec> algorithm) {
    return check(call -> Checks.algorithm(call.resolved(), algorithm.apply(call.request())));
  }

  /**
   * What is not supported yet is refused where the service has no more objections, so that its own
   * errors come first.
   */
  OperationBuilder<Q, R> notYet(String what, Predicate<Q> asked) {
    return check(call -> Checks.supported(!asked.test(call.request()), what));
  }

  /** A dry run ends here. */
  OperationBuilder<Q, R> dryRun(Function<Q, @Nullable Boolean> dryRun) {
    return check(call -> Checks.notDry(dryRun.apply(call.request())));
  }

  /** A check of the request alone that only this operation makes. */
  OperationBuilder<Q, R> require(Consumer<Q> check) {
    return check(call -> check.accept(call.request()));
  }

  /** A check that only this operation makes. */
  OperationBuilder<Q, R> check(Operation.Check<Q> check) {
    checks.add(check);
    return this;
  }

  /** What the operation does when every check has passed. */
  Operation<Q, R> act(Operation.Act<Q, R> act) {
    return new Operation<>(type, List.copyOf(checks), act);
  }
}
