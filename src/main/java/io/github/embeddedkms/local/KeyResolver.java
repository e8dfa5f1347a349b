package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.UnreadableItemException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key that a request names in any of the four forms: key id, key ARN, alias name, alias
 * ARN. If there is no such key, the error is the service's for that form.
 *
 * <p>An ARN can name a key of another account. Such a key is found like any other. The {@link
 * Authorizer} decides whether the caller may use it, and must be asked immediately afterwards. If
 * there is no such key, the error must be that of a refusal, see {@link Permissions#missing}.
 */
final class KeyResolver {

  private static final Pattern KEY_ID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}|mrk-\\p{XDigit}{32}");

  private final KeyStorage storage;

  KeyResolver(KeyStorage storage) {
    this.storage = storage;
  }

  /** Rejects an alias by its form, before anything else, for operations that accept keys only. */
  static void requireNotAlias(@Nullable String identifier) {
    if (identifier != null && namesAlias(identifier)) {
      throw new InvalidArnException("Key Aliases are not supported for this operation.");
    }
  }

  /** Returns whether a string has the form of a key id. */
  static boolean isKeyId(String id) {
    return KEY_ID.matcher(id).matches();
  }

  /** Returns whether an identifier has the form of an alias name or an alias ARN. */
  static boolean namesAlias(String identifier) {
    return identifier.startsWith(Names.ALIAS_PREFIX)
        || Arn.parse(identifier)
            .filter(arn -> arn.resource().startsWith(Names.ALIAS_PREFIX))
            .isPresent();
  }

  /** Returns whether an identifier is the ARN of a key or alias of another account. */
  static boolean isOfAnotherAccount(Caller caller, String identifier) {
    return Arn.parse(identifier).filter(arn -> !arn.account().equals(caller.account())).isPresent();
  }

  /**
   * Finds a key, or throws the service's error.
   *
   * @return the key; empty if the identifier is of another account and there is no such key. To a
   *     service of AWS, every key is of another account
   */
  Optional<ResolvedKey> resolve(Caller caller, String identifier) {
    if (!caller.isService()) {
      return find(caller, identifier);
    }
    try {
      return find(caller, identifier);
    } catch (NotFoundException | UnreadableItemException e) {
      return Optional.empty();
    }
  }

  private Optional<ResolvedKey> find(Caller caller, String identifier) {
    if (Arn.hasPrefix(identifier)) {
      return byArn(caller, identifier);
    }
    if (identifier.startsWith(Names.ALIAS_PREFIX)) {
      return Optional.of(ownAlias(caller, identifier));
    }
    return Optional.of(ownKey(caller, identifier, "'"));
  }

  private Optional<ResolvedKey> byArn(Caller caller, String identifier) {
    Arn arn = Arn.parse(identifier).orElseThrow(() -> notAKeyArn(identifier));
    if (!arn.service().equals(Names.SERVICE)) {
      throw notAKeyArn(identifier);
    }
    if (!arn.region().equals(caller.region())) {
      throw new NotFoundException("Invalid arn " + arn.region());
    }
    if (!arn.partition().equals(caller.partition())) {
      throw notAKeyArn(identifier);
    }
    if (!arn.account().equals(caller.account())) {
      return foreign(arn).map(key -> ResolvedKey.of(caller, key, targetOf(arn)));
    }
    if (arn.resource().startsWith(Names.ALIAS_PREFIX)) {
      return Optional.of(ownAlias(caller, arn.resource()));
    }
    if (!arn.resource().startsWith(Names.KEY_PREFIX)) {
      throw notAKeyArn(identifier);
    }
    // Without quotes, unlike the message for a bare key id.
    return Optional.of(ownKey(caller, keyIdOf(arn), ""));
  }

  private static Inquiry.Target targetOf(Arn foreign) {
    return foreign.resource().startsWith(Names.ALIAS_PREFIX)
        ? Inquiry.Target.KEY_OF_ALIAS_ARN
        : Inquiry.Target.KEY;
  }

  /**
   * Finds a key of another account. If it cannot be read, the error must not reveal that it exists.
   */
  private Optional<KeyEntry> foreign(Arn arn) {
    try {
      return byForeignArn(arn);
    } catch (UnreadableItemException e) {
      return Optional.empty();
    }
  }

  private Optional<KeyEntry> byForeignArn(Arn arn) {
    if (arn.resource().startsWith(Names.ALIAS_PREFIX)) {
      return byAlias(new Address(arn.account(), arn.region(), arn.resource()));
    }
    return arn.resource().startsWith(Names.KEY_PREFIX)
        ? storage.key(new Address(arn.account(), arn.region(), keyIdOf(arn)))
        : Optional.empty();
  }

  /**
   * Finds a key of the caller's account and Region.
   *
   * @param quote encloses the id in the error for an id that no key can have
   */
  private ResolvedKey ownKey(Caller caller, String keyId, String quote) {
    Address address = Names.address(caller, keyId);
    KeyEntry key = storage.key(address).orElseThrow(() -> keyNotFound(caller, address, quote));
    return ResolvedKey.of(caller, key);
  }

  /** Only here is the form of an id checked: the id of a key that exists has it. */
  private static NotFoundException keyNotFound(Caller caller, Address key, String quote) {
    return new NotFoundException(
        isKeyId(key.id())
            ? "Key '" + Names.keyArn(caller, key) + "' does not exist"
            : "Invalid keyId " + quote + key.id() + quote);
  }

  private ResolvedKey ownAlias(Caller caller, String aliasName) {
    Address alias = Names.address(caller, aliasName);
    KeyEntry key = byAlias(alias).orElseThrow(() -> aliasNotFound(caller, alias));
    return ResolvedKey.of(caller, key);
  }

  private Optional<KeyEntry> byAlias(Address address) {
    Optional<AliasEntry> alias = storage.alias(address);
    while (alias.isPresent()) {
      Optional<KeyEntry> key =
          storage.key(new Address(address.account(), address.region(), alias.get().targetKeyId()));
      if (key.isPresent()) {
        return key;
      }
      // The key was deleted between the two reads. Its alias was deleted with it, or had already
      // been pointed to another key: then that key is meant.
      Optional<AliasEntry> again = storage.alias(address);
      if (again.equals(alias)) {
        break;
      }
      alias = again;
    }
    return Optional.empty();
  }

  static NotFoundException aliasNotFound(Caller caller, Address alias) {
    return new NotFoundException("Alias " + Names.aliasArn(caller, alias) + " is not found.");
  }

  private static String keyIdOf(Arn arn) {
    return arn.resource().substring(Names.KEY_PREFIX.length());
  }

  private static NotFoundException notAKeyArn(String identifier) {
    // The service's own message for this was never recorded.
    return new NotFoundException("embedded-kms: not the ARN of a KMS key or alias: " + identifier);
  }
}
