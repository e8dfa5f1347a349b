package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Arn;
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

  /** Empty if it is not an ARN of a key. An alias ARN is not, since its target can change. */
  static Optional<KeyArn> parse(String arn) {
    return Arn.parse(arn)
        .filter(parts -> parts.service().equals("kms") && parts.resource().startsWith(KEY))
        .map(
            parts ->
                new KeyArn(
                    parts.partition(), parts.account(), parts.resource().substring(KEY.length())));
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
