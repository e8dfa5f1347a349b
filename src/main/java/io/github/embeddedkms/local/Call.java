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
  private @Nullable ResolvedKey key;
  private @Nullable Opening opening;

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
  ResolvedKey resolved() {
    if (key == null) {
      throw new AssertionError(operation + " uses its key before resolving it");
    }
    return key;
  }

  /** The same; null if the request names none or its key is not resolved yet. */
  @Nullable ResolvedKey resolvedOrNull() {
    return key;
  }

  void resolved(ResolvedKey key) {
    this.key = key;
  }

  /** The resolved key as it is stored. */
  KeyEntry key() {
    return resolved().entry();
  }

  /** The ARN of the resolved key. */
  String keyArn() {
    return resolved().arn().toString();
  }

  /** The ciphertext that the operation opens, if it is one that does. */
  Opening opening() {
    if (opening == null) {
      throw new AssertionError(operation + " opens no ciphertext");
    }
    return opening;
  }

  void opening(Opening opening) {
    this.opening = opening;
  }

  /** Wipes what a failed call leaves behind. */
  void wipe() {
    if (opening != null) {
      opening.wipe();
    }
  }
}
