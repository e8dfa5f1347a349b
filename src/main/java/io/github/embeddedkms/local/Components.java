package io.github.embeddedkms.local;

import io.github.embeddedkms.store.KeyStorage;
import java.security.SecureRandom;

/**
 * What the families of operations are built over, the same for all of them.
 *
 * @param storage the keys and aliases that callers see
 * @param transactions commits changes to it
 * @param resolver finds keys in it
 * @param authorizer decides who may do what
 * @param random where key ids, key material and data keys come from
 * @param clock what time it is
 */
record Components(
    KeyStorage storage,
    Transactions transactions,
    KeyResolver resolver,
    Authorizer authorizer,
    SecureRandom random,
    KmsClock clock) {

  Rows rows() {
    return new Rows(resolver, authorizer);
  }
}
