package io.github.embeddedkms.local;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins the row of an operation. Nearly every operation has one of three profiles, with the checks
 * in the order of the service; what deviates is spelled out in its row, check by check.
 *
 * <p>Source: recorded answers of the service to requests with several faults.
 */
final class Rows {

  private final KeyResolver resolver;
  private final Authorizer authorizer;

  Rows(KeyResolver resolver, Authorizer authorizer) {
    this.resolver = resolver;
    this.authorizer = authorizer;
  }

  /** A row without checks, for what has no profile. */
  <Q extends KmsRequest<R>, R> OperationBuilder<Q, R> row(Class<Q> type) {
    return new OperationBuilder<>(type, resolver, authorizer);
  }

  /**
   * Managing a key, which is named by its key id or key ARN: alias syntax, constraints, the key's
   * name, permission, state.
   */
  <Q extends KmsRequest<R>, R> OperationBuilder<Q, R> managing(
      Class<Q> type, Function<Q, String> keyId) {
    return row(type).noAlias(keyId).constraints().resolve(keyId).authorize().state();
  }

  /**
   * Using a key in cryptography, as far as permission: constraints, encryption context, the key's
   * name, permission. What follows is usage, state, algorithm, what is not supported yet, dry run.
   */
  <Q extends KmsRequest<R>, R> OperationBuilder<Q, R> using(
      Class<Q> type,
      Function<Q, String> keyId,
      Function<Q, @Nullable Map<String, String>> context,
      Function<Q, @Nullable List<String>> grantTokens) {
    return row(type).constraints().context(context).resolve(keyId).authorize(grantTokens);
  }

  /** Listing or creating what needs no key: constraints, permission. */
  <Q extends KmsRequest<R>, R> OperationBuilder<Q, R> listing(Class<Q> type) {
    return row(type).constraints().authorize();
  }
}
