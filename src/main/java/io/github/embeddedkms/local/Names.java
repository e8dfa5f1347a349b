package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.store.Address;

/** The names of keys and aliases in ARNs, in requests and in the storage. */
final class Names {

  static final String SERVICE = "kms";
  static final String KEY_PREFIX = "key/";
  static final String ALIAS_PREFIX = "alias/";

  /** The prefix of aliases that only AWS creates. */
  static final String RESERVED_ALIAS_PREFIX = "alias/aws/";

  private Names() {}

  /**
   * Returns the ARN of a key, which responses and error messages show, however the caller named the
   * key. Account and Region are the key's own; the partition is the caller's.
   */
  static String keyArn(Caller caller, Address key) {
    return key.arn(caller.partition());
  }

  /** Returns the ARN of an alias, by the same rule. */
  static String aliasArn(Caller caller, Address alias) {
    return alias.arn(caller.partition());
  }

  /** Returns the address in the storage of a key or alias of the caller's account and Region. */
  static Address address(Caller caller, String id) {
    return new Address(caller.account(), caller.region(), id);
  }
}
