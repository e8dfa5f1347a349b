package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.InvalidAliasNameException;
import io.github.embeddedkms.exception.NotAuthorizedException;
import io.github.embeddedkms.exception.ValidationException;

/** The checks of alias names and of their targets. */
final class AliasNames {

  private AliasNames() {}

  /** Requires a name that a customer can choose for a new alias. */
  static void requireValidNewName(String name) {
    if (!name.startsWith(Names.ALIAS_PREFIX)) {
      throw new ValidationException(
          "Alias must start with the prefix \"alias/\". Please see"
              + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    }
    requireNotReserved(name);
    // The constraint of the service's model allows colons. Aliases that an earlier version of this
    // library created with one can still be used, updated and deleted.
    if (name.indexOf(':') >= 0) {
      throw new ValidationException(name + " contains invalid characters for an alias");
    }
    if (name.equals(Names.ALIAS_PREFIX)) {
      throw new InvalidAliasNameException("embedded-kms: the alias has no name after its prefix");
    }
  }

  /**
   * Requires the customer prefix {@code alias/}, for an existing alias. A name that is merely too
   * short is reported later, as not found.
   */
  static void requireCustomerAliasName(String name) {
    if (!name.startsWith(Names.ALIAS_PREFIX)) {
      // The service's message is known from CreateAlias only.
      throw new ValidationException("embedded-kms: the name of an alias begins with alias/");
    }
    requireNotReserved(name);
  }

  /** Requires that the target of a new alias is not itself an alias. */
  static void requireKeyAsFirstTarget(String targetKeyId) {
    if (KeyResolver.namesAlias(targetKeyId)) {
      // This message is known from other implementations only.
      throw new ValidationException("Aliases must refer to keys. Not aliases");
    }
  }

  /** Requires that the new target of an existing alias is not itself an alias. */
  static void requireKeyAsTarget(String targetKeyId) {
    if (KeyResolver.namesAlias(targetKeyId)) {
      // The service's message is not even known from other implementations.
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
