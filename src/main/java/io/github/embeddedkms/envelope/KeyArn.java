package io.github.embeddedkms.envelope;

import java.util.Optional;

/**
 * The parts of a key ARN that say whose key it is.
 *
 * @param partition {@code aws}, for example
 * @param account twelve digits
 * @param keyId the key id
 */
record KeyArn(String partition, String account, String keyId) {

  private static final String KEY = "key/";
  private static final String ALIAS = "alias/";
  private static final int PARTS = 6;

  /** Empty if it is not an ARN of a key. An alias ARN is not, since its target can change. */
  static Optional<KeyArn> parse(String arn) {
    // arn : partition : kms : region : account : key/id
    String[] parts = arn.split(":", PARTS);
    return parts.length == PARTS
            && parts[0].equals("arn")
            && parts[2].equals("kms")
            && parts[5].startsWith(KEY)
        ? Optional.of(new KeyArn(parts[1], parts[4], parts[5].substring(KEY.length())))
        : Optional.empty();
  }

  /** Whether a configured key is an alias, by its name or its ARN. */
  static boolean isAlias(String configured) {
    return configured.startsWith(ALIAS) || configured.contains(":" + ALIAS);
  }

  /** Whether this and another are replicas of one key, in any Regions. */
  boolean isReplicaOf(KeyArn other) {
    return keyId.startsWith("mrk-") && equals(other);
  }
}
