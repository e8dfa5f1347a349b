package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.store.KeyEntry;

/**
 * The key that a request is about, by its own ARN.
 *
 * @param entry the key as it is stored
 * @param arn its ARN, of the account and the Region in which the key is
 */
record ResolvedKey(KeyEntry entry, Arn arn) {

  static ResolvedKey of(Caller caller, KeyEntry entry) {
    return new ResolvedKey(entry, Names.keyArn(caller, entry.address()));
  }

  /** Whether the key is in the caller's own account. */
  boolean belongsTo(Caller caller) {
    return entry.address().account().equals(caller.account());
  }
}
