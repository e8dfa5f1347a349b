package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.InvalidAliasNameException;
import io.github.embeddedkms.exception.NotAuthorizedException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.function.Supplier;

/** Names for keys. */
final class AliasOperations {

  private static final String PREFIX = "alias/";
  private static final String RESERVED_PREFIX = "alias/aws/";

  private final KeyStorage storage;
  private final Transactions transactions;
  private final Supplier<Instant> now;

  AliasOperations(KeyStorage storage, Transactions transactions, Supplier<Instant> now) {
    this.storage = storage;
    this.transactions = transactions;
    this.now = now;
  }

  /** The name is one that a customer may choose. */
  static void nameIsFree(Call<CreateAlias> call) {
    String name = call.request().aliasName();
    if (!name.startsWith(PREFIX)) {
      throw new ValidationException(
          "Alias must start with the prefix \"alias/\". Please see"
              + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    }
    if (name.startsWith(RESERVED_PREFIX)) {
      // The service's text was never recorded; others answer without one.
      throw new NotAuthorizedException(null);
    }
    if (name.equals(PREFIX)) {
      throw new InvalidAliasNameException("embedded-kms: the alias has no name after its prefix");
    }
  }

  /** The target is not itself an alias. */
  static void targetIsAKey(Call<CreateAlias> call) {
    if (KeyResolver.namesAlias(call.request().targetKeyId())) {
      // The service refuses this, in words that were never recorded.
      throw new ValidationException(
          "embedded-kms: TargetKeyId takes a key id or key ARN, not an alias");
    }
  }

  CreateAlias.Response createAlias(Call<CreateAlias> call) {
    KeyEntry key = call.key();
    String name = call.request().aliasName();
    Address address = new Address(key.address().account(), key.address().region(), name);
    if (storage.alias(address).isPresent()) {
      throw new AlreadyExistsException(
          "An alias with the name " + call.caller().arn(name) + " already exists");
    }
    Instant created = now.get();
    AliasEntry alias = new AliasEntry(address, 1, key.address().id(), created, created);
    // If the key changes meanwhile it may be on its way to deletion: then look again.
    transactions.commit(Change.put(alias).ifUnchanged(key));
    return new CreateAlias.Response();
  }
}
