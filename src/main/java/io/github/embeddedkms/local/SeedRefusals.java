package io.github.embeddedkms.local;

import io.github.embeddedkms.operation.CreateAlias;

/** The errors of a seed, each of which names what is wrong: a key, an alias or an identity. */
final class SeedRefusals {

  private static final String OUR_PREFIX = "embedded-kms: ";

  private SeedRefusals() {}

  static IllegalArgumentException key(String keyId, String why) {
    return new IllegalArgumentException(OUR_PREFIX + "key " + keyId + ": " + why);
  }

  static IllegalArgumentException alias(CreateAlias alias, String why) {
    return new IllegalArgumentException(OUR_PREFIX + "alias " + alias.aliasName() + ": " + why);
  }

  static IllegalArgumentException identities(String why) {
    return new IllegalArgumentException(OUR_PREFIX + "identities: " + why);
  }
}
