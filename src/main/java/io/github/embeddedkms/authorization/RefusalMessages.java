package io.github.embeddedkms.authorization;

/** How the service's messages of denied access continue after the action. */
final class RefusalMessages {

  private static final String THIS_RESOURCE = " on this resource";
  private static final String OF_CIPHERTEXT = " on the resource associated with this ciphertext";

  private RefusalMessages() {}

  static String notAllowedByKeyPolicy(Inquiry inquiry) {
    return inquiry.isFromOutside()
        ? unreachable(inquiry)
        : resource(inquiry)
            + " because no resource-based policy allows the "
            + inquiry.action()
            + " action";
  }

  static String notAllowedByIdentity(Inquiry inquiry) {
    return resource(inquiry)
        + " because no identity-based policy allows the "
        + inquiry.action()
        + " action";
  }

  static String deniedByKeyPolicy(Inquiry inquiry) {
    return inquiry.isFromOutside()
        ? unreachable(inquiry)
        : resource(inquiry) + " with an explicit deny in a resource-based policy";
  }

  static String deniedByIdentity(Inquiry inquiry) {
    return resource(inquiry) + " with an explicit deny in an identity-based policy";
  }

  /**
   * For a key or alias of another account, whether it refuses or does not exist. Both cases must
   * look the same, so that an attacker cannot find out the key ids of other accounts. To a service,
   * every key is one of another account.
   */
  static String unreachable(Inquiry inquiry) {
    boolean ofCiphertext = inquiry.target() == Inquiry.Target.KEY_OF_CIPHERTEXT;
    return (ofCiphertext ? OF_CIPHERTEXT : THIS_RESOURCE)
        + " because the resource does not exist in this Region, no resource-based policies allow"
        + " access, or a resource-based policy explicitly denies access";
  }

  private static String resource(Inquiry inquiry) {
    Inquiry.Target target = inquiry.target();
    if (target == Inquiry.Target.TAGS_OF_NEW_KEY) {
      return "";
    }
    // The caller did not send the id of the key.
    if (target == Inquiry.Target.KEY_OF_CIPHERTEXT && inquiry.isFromOutside()) {
      return OF_CIPHERTEXT;
    }
    if (target == Inquiry.Target.KEY_OF_ALIAS_ARN && inquiry.isFromOutside()) {
      return THIS_RESOURCE;
    }
    return " on resource: " + inquiry.resource();
  }
}
