package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.store.KeyEntry;
import org.jspecify.annotations.Nullable;

/**
 * One run of one operation, with what its checks have found out so far. Used by one thread.
 *
 * @param <Q> the request's type
 */
final class Call<Q> {

  private final String operation;
  private final Caller caller;
  private final Q request;
  private EncryptionContext context = EncryptionContext.none();
  private @Nullable KeyEntry key;

  Call(String operation, Caller caller, Q request) {
    this.operation = operation;
    this.caller = caller;
    this.request = request;
  }

  String operation() {
    return operation;
  }

  Caller caller() {
    return caller;
  }

  Q request() {
    return request;
  }

  EncryptionContext context() {
    return context;
  }

  void context(EncryptionContext context) {
    this.context = context;
  }

  /** The key that the request names, once it is resolved. */
  KeyEntry key() {
    if (key == null) {
      throw new AssertionError(operation + " uses its key before resolving it");
    }
    return key;
  }

  void key(KeyEntry key) {
    this.key = key;
  }

  /** The ARN of the resolved key. */
  String keyArn() {
    return Names.arnOf(caller, key());
  }
}
