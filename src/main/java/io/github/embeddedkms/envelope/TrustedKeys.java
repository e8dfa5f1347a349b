package io.github.embeddedkms.envelope;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whose messages a reader opens. What he configured is what the service is asked to decrypt with,
 * never what a message says: a message that an attacker sealed under their own key, which the whole
 * world may use, is sound in every other respect.
 *
 * @param keys key ids, key ARNs, alias names, alias ARNs
 * @param partition of the accounts whose keys are all trusted as well
 * @param accounts whose keys are all trusted as well; empty for none
 */
record TrustedKeys(Set<String> keys, String partition, Set<String> accounts) {

  /**
   * One call that may open a message.
   *
   * @param recipient whose sealed data key to send
   * @param keyId what to name as its key
   */
  record Attempt(Recipient recipient, String keyId) {}

  /** Calls that are worth making, the likelier first: an alias may point to any key. */
  Set<Attempt> attempts(List<Recipient> recipients) {
    Set<Attempt> attempts = new LinkedHashSet<>();
    for (Recipient recipient : recipients) {
      keys.stream()
          .filter(key -> isFor(recipient.keyArn(), key))
          .forEach(key -> attempts.add(new Attempt(recipient, key)));
      if (isAnybodys(recipient.keyArn())) {
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

  /** By the parts of the ARN: a prefix of its text could end anywhere. */
  private boolean isAnybodys(String hint) {
    return KeyArn.parse(hint)
        .filter(arn -> arn.partition().equals(partition) && accounts.contains(arn.account()))
        .isPresent();
  }
}
