package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Arn;
import java.util.Optional;

/**
 * The parts of a key ARN that identify a key and its account.
 *
 * @param partition {@code aws}, for example
 * @param account the account id, twelve digits
 * @param keyId the key id
 */
record KeyArn(String partition, String account, String keyId) {

  private static final String KEY = "key/";
  private static final String ALIAS = "alias/";

  /**
   * Parses a key ARN; empty for anything else. An alias ARN is not a key ARN, since its target can
   * change.
   */
  static Optional<KeyArn> parse(String arn) {
    return Arn.parse(arn)
        .filter(parts -> parts.service().equals("kms") && parts.resource().startsWith(KEY))
        .map(
            parts ->
                new KeyArn(
                    parts.partition(), parts.account(), parts.resource().substring(KEY.length())));
  }

  /** Returns whether a configured key is an alias name or alias ARN. */
  static boolean isAlias(String configured) {
    return configured.startsWith(ALIAS) || configured.contains(":" + ALIAS);
  }

  /** Returns whether both are replicas of one key, in any Regions. */
  boolean isReplicaOf(KeyArn other) {
    return keyId.startsWith("mrk-") && equals(other);
  }
}
