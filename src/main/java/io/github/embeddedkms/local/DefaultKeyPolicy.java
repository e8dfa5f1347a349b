package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.model.Arn;

/** The default key policy: it allows the key's account everything, and no one else anything. */
final class DefaultKeyPolicy {

  private DefaultKeyPolicy() {}

  /** Returns the default policy of the keys of the caller's account, as the service prints it. */
  static String text(Caller caller) {
    return Policy.defaultKeyPolicy(rootOf(caller)).text();
  }

  /** Returns the ARN of the root user of the caller's account. */
  static String rootOf(Caller caller) {
    return new Arn(caller.partition(), "iam", "", caller.account(), "root").toString();
  }
}
