package io.github.embeddedkms.envelope;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys whose messages a reader opens. The service decrypts with a key that the reader
 * configured, never with a key that a message names: a message that an attacker sealed under their
 * own key, which everyone may use, is valid in every other respect.
 *
 * @param keys key ids, key ARNs, alias names, alias ARNs
 * @param partition the partition of the accounts
 * @param accounts the accounts all of whose keys are trusted as well; may be empty
 */
record TrustedKeys(Set<String> keys, String partition, Set<String> accounts) {

  /**
   * One call that may open a message.
   *
   * @param recipient the recipient whose sealed data key is sent
   * @param keyId the key id that is sent
   */
  record Attempt(Recipient recipient, String keyId) {}

  /**
   * Returns the calls that may open a message. Aliases come last: an alias may point to any key.
   */
  Set<Attempt> attempts(List<Recipient> recipients) {
    Set<Attempt> attempts = new LinkedHashSet<>();
    for (Recipient recipient : recipients) {
      keys.stream()
          .filter(key -> isFor(recipient.keyArn(), key))
          .forEach(key -> attempts.add(new Attempt(recipient, key)));
      if (isInTrustedAccount(recipient.keyArn())) {
        attempts.add(new Attempt(recipient, recipient.keyArn()));
      }
    }
    for (Recipient recipient : recipients) {
      keys.stream()
          .filter(KeyArn::isAlias)
          .forEach(alias -> attempts.add(new Attempt(recipient, alias)));
    }
    return attempts;
  }

  private static boolean isFor(String hint, String key) {
    if (hint.equals(key)) {
      return true;
    }
    return KeyArn.parse(hint)
        .filter(
            hinted ->
                hinted.keyId().equals(key)
                    || KeyArn.parse(key).filter(hinted::isReplicaOf).isPresent())
        .isPresent();
  }

  /** Compares the parts of the ARN: a string prefix of it could end in the middle of a part. */
  private boolean isInTrustedAccount(String hint) {
    return KeyArn.parse(hint)
        .filter(arn -> arn.partition().equals(partition) && accounts.contains(arn.account()))
        .isPresent();
  }
}
