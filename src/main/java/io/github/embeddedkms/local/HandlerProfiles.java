package io.github.embeddedkms.local;

import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins the handler of an operation. Nearly every operation has one of three profiles, which have
 * the checks in the service's order. An operation that deviates lists its own checks.
 *
 * <p>Source: recorded responses of the service to requests with several faults.
 */
final class HandlerProfiles {

  private final KeyResolver resolver;
  private final Permissions permissions;

  HandlerProfiles(KeyResolver resolver, Permissions permissions) {
    this.resolver = resolver;
    this.permissions = permissions;
  }

  /** Begins a handler without checks, for an operation that fits no profile. */
  <Q extends KmsRequest<R>, R> OperationHandlerBuilder<Q, R> custom(Class<Q> type) {
    return new OperationHandlerBuilder<>(type, resolver, permissions);
  }

  /**
   * Begins a handler that manages a key, named by key id or key ARN. Its checks: no alias,
   * constraints, key, permission, state.
   */
  <Q extends KmsRequest<R>, R> OperationHandlerBuilder<Q, R> managing(
      Class<Q> type, Function<Q, String> keyId) {
    return custom(type).noAlias(keyId).constraints().resolve(keyId).authorize().state();
  }

  /** The same with a check of the key's origin before the state. */
  <Q extends KmsRequest<R>, R> OperationHandlerBuilder<Q, R> managing(
      Class<Q> type, Function<Q, String> keyId, OriginType origin) {
    return custom(type)
        .noAlias(keyId)
        .constraints()
        .resolve(keyId)
        .authorize()
        .check(call -> Checks.requireOrigin(call.resolved(), origin))
        .state();
  }

  /**
   * Begins a handler that uses a key in cryptography. Its checks: constraints, encryption context,
   * key, permission. The operation adds the checks of usage, state, algorithm, unsupported features
   * and dry run, in this order.
   */
  <Q extends KmsRequest<R>, R> OperationHandlerBuilder<Q, R> using(
      Class<Q> type,
      Function<Q, String> keyId,
      Function<Q, @Nullable Map<String, String>> context,
      Function<Q, @Nullable List<String>> grantTokens) {
    return custom(type).constraints().context(context).resolve(keyId).authorize(grantTokens);
  }

  /** The same for an operation without an encryption context. */
  <Q extends KmsRequest<R>, R> OperationHandlerBuilder<Q, R> using(
      Class<Q> type, Function<Q, String> keyId, Function<Q, @Nullable List<String>> grantTokens) {
    return custom(type).constraints().resolve(keyId).authorize(grantTokens);
  }

  /**
   * Begins a handler that needs no key: one that lists or creates something. Its checks:
   * constraints, permission.
   */
  <Q extends KmsRequest<R>, R> OperationHandlerBuilder<Q, R> withoutKey(Class<Q> type) {
    return custom(type).constraints().authorizeAccount();
  }
}
