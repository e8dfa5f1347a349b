package io.github.embeddedkms.local;

import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.constraint.RecordConstraints;
import io.github.embeddedkms.crypto.KeySpecTable;
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
 * Builds the handler of an operation, check by check, in the service's order.
 *
 * @param <Q> the request's type
 * @param <R> the response's type
 */
final class OperationHandlerBuilder<Q extends KmsRequest<R>, R> {

  private final Class<Q> type;
  private final KeyResolver resolver;
  private final Permissions permissions;
  private final List<OperationHandler.Check<Q>> checks = new ArrayList<>();
  private final List<OperationHandler.Check<Q>> permissionChecks = new ArrayList<>();

  OperationHandlerBuilder(Class<Q> type, KeyResolver resolver, Permissions permissions) {
    this.type = type;
    this.resolver = resolver;
    this.permissions = permissions;
  }

  /** Requires a key id or key ARN. An alias is rejected before anything else. */
  OperationHandlerBuilder<Q, R> noAlias(Function<Q, @Nullable String> keyId) {
    return permission(call -> KeyResolver.requireNotAlias(keyId.apply(call.request())));
  }

  /** Checks all constraints of the request's record. */
  OperationHandlerBuilder<Q, R> constraints() {
    RecordConstraints constraints = Constraints.of(type);
    return permission(call -> constraints.check((Record) call.request()));
  }

  /** Takes the encryption context, which must be valid Unicode. */
  OperationHandlerBuilder<Q, R> context(Function<Q, @Nullable Map<String, String>> context) {
    return permission(
        call -> call.context(Checks.toEncryptionContext(context.apply(call.request()))));
  }

  /**
   * Finds the key, if the request names one. The caller must not learn whether a key of another
   * account exists, unless authorized. So the next step must be {@link #authorize}.
   */
  OperationHandlerBuilder<Q, R> resolve(Function<Q, @Nullable String> keyId) {
    return permission(
        call -> {
          String named = keyId.apply(call.request());
          if (named != null) {
            call.resolved(
                resolver
                    .resolve(call.caller(), named)
                    .orElseThrow(() -> permissions.missing(call, call.operation(), named)));
          }
        });
  }

  /** Requires permission for the operation with the key. For operations without grant tokens. */
  OperationHandlerBuilder<Q, R> authorize() {
    return authorize(request -> null);
  }

  /** Requires permission for the operation with the key. */
  OperationHandlerBuilder<Q, R> authorize(Function<Q, @Nullable List<String>> grantTokens) {
    return permission(call -> permissions.requireKey(call, grantTokens.apply(call.request())));
  }

  /** Requires permission for an operation that is not on a key. */
  OperationHandlerBuilder<Q, R> authorizeAccount() {
    return permission(call -> permissions.requireAccount(call, call.caller(), call.operation()));
  }

  /** Requires a key usage. */
  OperationHandlerBuilder<Q, R> usage(KeyUsageType needed) {
    return check(call -> Checks.requireUsage(call.resolved(), needed, call.operation()));
  }

  /** Requires a key state that allows the operation. */
  OperationHandlerBuilder<Q, R> state() {
    KeyStates states = KeyStates.of(type.getSimpleName());
    return check(call -> states.check(call.resolved()));
  }

  /**
   * Requires that the key's spec offers the algorithm.
   *
   * @param offered returns the algorithms of one usage
   */
  <A> OperationHandlerBuilder<Q, R> algorithm(
      Function<Q, A> algorithm, Function<KeySpecTable.Line, List<A>> offered) {
    return check(
        call -> Checks.requireAlgorithm(call.resolved(), algorithm.apply(call.request()), offered));
  }

  /**
   * Rejects a feature that is not supported yet. This comes after the service's own checks, so that
   * its errors come first.
   */
  OperationHandlerBuilder<Q, R> notSupportedYet(String what, Predicate<Q> asked) {
    return check(call -> Checks.requireSupported(!asked.test(call.request()), what));
  }

  /** Ends a dry run here. */
  OperationHandlerBuilder<Q, R> dryRun(Function<Q, @Nullable Boolean> dryRun) {
    return check(call -> Checks.stopIfDryRun(dryRun.apply(call.request())));
  }

  /** Adds a check of the request that is specific to this operation. */
  OperationHandlerBuilder<Q, R> require(Consumer<Q> check) {
    return check(call -> check.accept(call.request()));
  }

  /** Adds a check that is specific to this operation. */
  OperationHandlerBuilder<Q, R> check(OperationHandler.Check<Q> check) {
    checks.add(check);
    return this;
  }

  /** Adds a check that finds a key or asks for a permission, or what these need. */
  OperationHandlerBuilder<Q, R> permission(OperationHandler.Check<Q> check) {
    permissionChecks.add(check);
    return check(check);
  }

  /**
   * Creates the handler.
   *
   * @param act the action of the operation, after all checks have passed
   */
  OperationHandler<Q, R> act(OperationHandler.Act<Q, R> act) {
    String name = type.getSimpleName();
    return new OperationHandler<>(
        name,
        List.copyOf(checks),
        List.copyOf(permissionChecks),
        act,
        LastUses.trackedOperation(name));
  }
}
