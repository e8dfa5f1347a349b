package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.KeyEntry;

/** What keys and aliases are called: in ARNs, in requests, in the storage. */
final class Names {

  static final String KEY_PREFIX = "key/";
  static final String ALIAS_PREFIX = "alias/";

  /** Aliases that only AWS gives. */
  static final String RESERVED_ALIAS_PREFIX = "alias/aws/";

  private Names() {}

  /** The ARN of a key, which is what responses and refusals show, however the caller named it. */
  static String arnOf(Caller caller, KeyEntry key) {
    return keyArn(caller, key.address().id());
  }

  static String keyArn(Caller caller, String keyId) {
    return caller.arn(KEY_PREFIX + keyId);
  }

  /** Where a key or alias of the caller's account and Region is stored. */
  static Address address(Caller caller, String id) {
    return new Address(caller.account(), caller.region(), id);
  }
}
