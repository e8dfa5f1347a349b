package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.store.Address;

/** What keys and aliases are called: in ARNs, in requests, in the storage. */
final class Names {

  static final String SERVICE = "kms";
  static final String KEY_PREFIX = "key/";
  static final String ALIAS_PREFIX = "alias/";

  /** Aliases that only AWS creates. */
  static final String RESERVED_ALIAS_PREFIX = "alias/aws/";

  private Names() {}

  /**
   * The ARN of a key, which is what responses and refusals show, however the caller named it. A key
   * says itself in which account and Region it is; the partition is the one that the caller sees.
   */
  static Arn keyArn(Caller caller, Address key) {
    return new Arn(caller.partition(), SERVICE, key.region(), key.account(), KEY_PREFIX + key.id());
  }

  /** The ARN of an alias, by the same rule. */
  static Arn aliasArn(Caller caller, Address alias) {
    return new Arn(caller.partition(), SERVICE, alias.region(), alias.account(), alias.id());
  }

  /** Where a key or alias of the caller's account and Region is stored. */
  static Address address(Caller caller, String id) {
    return new Address(caller.account(), caller.region(), id);
  }
}
