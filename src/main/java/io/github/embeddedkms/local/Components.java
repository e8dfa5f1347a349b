package io.github.embeddedkms.local;

import io.github.embeddedkms.store.KeyStorage;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The components that all families of operations share.
 *
 * @param storage the keys and aliases that callers see
 * @param transactions commits changes to it
 * @param resolver finds keys in it
 * @param permissions asks which caller may do what
 * @param policies checks key policies that are put
 * @param random the source of data keys
 * @param hasSystemRandom whether that source is the operating system, as for nonces
 * @param keys the source of key ids and key material
 * @param clock the source of the current time
 * @param lastUses the last uses of keys
 * @param importTokens seals and opens import tokens
 * @param multiRegionTransition how long multi-Region keys are Creating or Updating; zero or more
 */
record Components(
    KeyStorage storage,
    Transactions transactions,
    KeyResolver resolver,
    Permissions permissions,
    KeyPolicies policies,
    SecureRandom random,
    boolean hasSystemRandom,
    KeySource keys,
    ProviderClock clock,
    LastUses lastUses,
    ImportTokens importTokens,
    Duration multiRegionTransition) {

  RelatedKeys related() {
    return new RelatedKeys(storage);
  }

  HandlerProfiles profiles() {
    return new HandlerProfiles(resolver, permissions);
  }
}
