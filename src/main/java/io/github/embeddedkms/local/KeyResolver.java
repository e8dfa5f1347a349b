package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key that a request names, by any of the four forms: key id, key ARN, alias name, alias
 * ARN. What cannot be found is answered as the service answers it, form by form.
 */
final class KeyResolver {

  private static final Pattern KEY_ID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}|mrk-\\p{XDigit}{32}");
  private static final String ARN_PREFIX = "arn:";

  private final KeyStorage storage;

  KeyResolver(KeyStorage storage) {
    this.storage = storage;
  }

  /** For operations that take keys only: an alias is refused by its look, before anything else. */
  static void notAnAlias(@Nullable String identifier) {
    if (identifier != null && namesAlias(identifier)) {
      throw new InvalidArnException("Key Aliases are not supported for this operation.");
    }
  }

  /** Whether this is an alias name or an alias ARN, by its look. */
  static boolean namesAlias(String identifier) {
    if (identifier.startsWith(Names.ALIAS_PREFIX)) {
      return true;
    }
    String[] arn = identifier.split(":", 6);
    return identifier.startsWith(ARN_PREFIX)
        && arn.length == 6
        && arn[5].startsWith(Names.ALIAS_PREFIX);
  }

  /** Finds a key or answers why not; the action is what the caller would need permission for. */
  KeyEntry resolve(Caller caller, String action, String identifier) {
    if (identifier.startsWith(ARN_PREFIX)) {
      return byResource(caller, resourceOf(caller, action, identifier));
    }
    if (identifier.startsWith(Names.ALIAS_PREFIX)) {
      return byAlias(caller, identifier);
    }
    if (KEY_ID.matcher(identifier).matches()) {
      return byId(caller, identifier);
    }
    throw new NotFoundException("Invalid keyId '" + identifier + "'");
  }

  /** What an ARN of this Region and account names: {@code key/…} or {@code alias/…}. */
  private static String resourceOf(Caller caller, String action, String identifier) {
    // arn : partition : service : region : account : resource
    String[] arn = identifier.split(":", 6);
    if (arn.length < 6 || !arn[2].equals("kms")) {
      throw noArnOfAKey(identifier);
    }
    if (!arn[3].equals(caller.region())) {
      throw new NotFoundException("Invalid arn " + arn[3]);
    }
    if (!arn[1].equals(caller.partition())) {
      throw noArnOfAKey(identifier);
    }
    if (!arn[4].equals(caller.account())) {
      // Another account must not learn whether there is such a key.
      throw Checks.notAuthorized(caller, action, identifier);
    }
    if (!arn[5].startsWith(Names.KEY_PREFIX) && !arn[5].startsWith(Names.ALIAS_PREFIX)) {
      throw noArnOfAKey(identifier);
    }
    return arn[5];
  }

  private KeyEntry byResource(Caller caller, String resource) {
    if (resource.startsWith(Names.ALIAS_PREFIX)) {
      return byAlias(caller, resource);
    }
    String keyId = resource.substring(Names.KEY_PREFIX.length());
    if (!KEY_ID.matcher(keyId).matches()) {
      // Without quotes, unlike the same answer for a bare id.
      throw new NotFoundException("Invalid keyId " + keyId);
    }
    return byId(caller, keyId);
  }

  private KeyEntry byId(Caller caller, String keyId) {
    return storage
        .key(Names.address(caller, keyId))
        .orElseThrow(
            () ->
                new NotFoundException("Key '" + Names.keyArn(caller, keyId) + "' does not exist"));
  }

  private KeyEntry byAlias(Caller caller, String aliasName) {
    Optional<AliasEntry> alias = storage.alias(Names.address(caller, aliasName));
    while (alias.isPresent()) {
      Optional<KeyEntry> key = storage.key(Names.address(caller, alias.get().targetKeyId()));
      if (key.isPresent()) {
        return key.get();
      }
      // The key was deleted between the two looks. Its alias is gone with it, or was given to
      // another key before: then that one is meant.
      Optional<AliasEntry> again = storage.alias(Names.address(caller, aliasName));
      if (again.equals(alias)) {
        break;
      }
      alias = again;
    }
    throw aliasNotFound(caller, aliasName);
  }

  static NotFoundException aliasNotFound(Caller caller, String aliasName) {
    return new NotFoundException("Alias " + caller.arn(aliasName) + " is not found.");
  }

  private static NotFoundException noArnOfAKey(String identifier) {
    // The service's message for this was never recorded.
    return new NotFoundException("embedded-kms: not the ARN of a KMS key or alias: " + identifier);
  }
}
