package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.InvalidAliasNameException;
import io.github.embeddedkms.exception.NotAuthorizedException;
import io.github.embeddedkms.exception.ValidationException;

/** What must hold of the names of aliases. */
final class AliasNames {

  private AliasNames() {}

  /** The name of a new alias must be one that a customer may choose. */
  static void requireNew(String name) {
    if (!name.startsWith(Names.ALIAS_PREFIX)) {
      throw new ValidationException(
          "Alias must start with the prefix \"alias/\". Please see"
              + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    }
    requireNotReserved(name);
    if (name.equals(Names.ALIAS_PREFIX)) {
      throw new InvalidAliasNameException("embedded-kms: the alias has no name after its prefix");
    }
  }

  /**
   * The name of an alias that exists must have a customer's prefix. A name that is merely too short
   * is reported later, as not found.
   */
  static void requireCustomers(String name) {
    if (!name.startsWith(Names.ALIAS_PREFIX)) {
      // The service's message is known from CreateAlias only.
      throw new ValidationException("embedded-kms: the name of an alias begins with alias/");
    }
    requireNotReserved(name);
  }

  /** The target of an alias must not itself be an alias. */
  static void requireKey(String targetKeyId) {
    if (KeyResolver.namesAlias(targetKeyId)) {
      // The service refuses this with a message that was never recorded.
      throw new ValidationException(
          "embedded-kms: TargetKeyId takes a key id or key ARN, not an alias");
    }
  }

  private static void requireNotReserved(String name) {
    if (name.startsWith(Names.RESERVED_ALIAS_PREFIX)) {
      // The service's message was never recorded; other implementations send none.
      throw new NotAuthorizedException(null);
    }
  }
}
