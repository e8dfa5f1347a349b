package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.store.KeyEntry;

/**
 * The key that a request names, with its ARN.
 *
 * @param entry the key as it is stored
 * @param arn its ARN, with the account and Region of the key
 * @param target how the request names it, by which refusals differ
 */
record ResolvedKey(KeyEntry entry, String arn, Inquiry.Target target) {

  /** Returns a key that is named by its id or ARN. */
  static ResolvedKey of(Caller caller, KeyEntry entry) {
    return of(caller, entry, Inquiry.Target.KEY);
  }

  static ResolvedKey of(Caller caller, KeyEntry entry, Inquiry.Target target) {
    return new ResolvedKey(entry, Names.keyArn(caller, entry.address()), target);
  }

  /**
   * Returns whether the key is in the caller's own account. To a service of AWS, every key is of
   * another account.
   */
  boolean belongsTo(Caller caller) {
    return !caller.isService() && entry.address().account().equals(caller.account());
  }
}
