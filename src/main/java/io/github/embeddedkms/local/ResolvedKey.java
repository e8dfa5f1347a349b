package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.store.KeyEntry;

/**
 * The key that a request names, with its ARN.
 *
 * @param entry the key as it is stored
 * @param arn its ARN, with the account and Region of the key
 */
record ResolvedKey(KeyEntry entry, String arn) {

  static ResolvedKey of(Caller caller, KeyEntry entry) {
    return new ResolvedKey(entry, Names.keyArn(caller, entry.address()));
  }

  /** Returns whether the key is in the caller's own account. */
  boolean belongsTo(Caller caller) {
    return entry.address().account().equals(caller.account());
  }
}
