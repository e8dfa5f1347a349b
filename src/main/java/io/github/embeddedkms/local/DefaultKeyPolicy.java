package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.model.Arn;

/** The default key policy: it allows the key's account everything, and no one else anything. */
final class DefaultKeyPolicy {

  private DefaultKeyPolicy() {}

  /** Returns the default policy of the keys of the caller's account, as the service prints it. */
  static String text(Caller caller) {
    return Policy.defaultKeyPolicy(rootOf(caller, caller.account())).text();
  }

  /** Returns the ARN of the root user of an account in the caller's partition. */
  static String rootOf(Caller caller, String account) {
    return new Arn(caller.partition(), "iam", "", account, "root").toString();
  }
}
