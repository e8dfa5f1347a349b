package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.InvalidAliasNameException;
import io.github.embeddedkms.exception.NotAuthorizedException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.UpdateAlias;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/** Names for keys. */
final class AliasOperations {

  private static final int DEFAULT_PAGE = 50;
  private static final int LARGEST_PAGE = 100;

  private final KeyStorage storage;
  private final KeyResolver resolver;
  private final Transactions transactions;
  private final Supplier<Instant> now;

  AliasOperations(
      KeyStorage storage, KeyResolver resolver, Transactions transactions, Supplier<Instant> now) {
    this.storage = storage;
    this.resolver = resolver;
    this.transactions = transactions;
    this.now = now;
  }

  /** The new name is one that a customer may choose. */
  static void mayBeChosen(Call<CreateAlias> call) {
    String name = call.request().aliasName();
    if (!name.startsWith(Names.ALIAS_PREFIX)) {
      throw new ValidationException(
          "Alias must start with the prefix \"alias/\". Please see"
              + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    }
    notReserved(name);
    if (name.equals(Names.ALIAS_PREFIX)) {
      throw new InvalidAliasNameException("embedded-kms: the alias has no name after its prefix");
    }
  }

  /** The name is one that a customer's alias can have. What it has too little of is not found. */
  static <Q> Operation.Check<Q> canBeCustomers(Function<Q, String> aliasName) {
    return call -> {
      String name = aliasName.apply(call.request());
      if (!name.startsWith(Names.ALIAS_PREFIX)) {
        // The service's words are known from CreateAlias only.
        throw new ValidationException("embedded-kms: the name of an alias begins with alias/");
      }
      notReserved(name);
    };
  }

  private static void notReserved(String name) {
    if (name.startsWith(Names.RESERVED_ALIAS_PREFIX)) {
      // The service's text was never recorded; others answer without one.
      throw new NotAuthorizedException(null);
    }
  }

  /** The target is not itself an alias. */
  static <Q> Operation.Check<Q> targetIsAKey(Function<Q, String> targetKeyId) {
    return call -> {
      if (KeyResolver.namesAlias(targetKeyId.apply(call.request()))) {
        // The service refuses this, in words that were never recorded.
        throw new ValidationException(
            "embedded-kms: TargetKeyId takes a key id or key ARN, not an alias");
      }
    };
  }

  CreateAlias.Response createAlias(Call<CreateAlias> call) {
    KeyEntry key = call.key();
    String name = call.request().aliasName();
    Address address = Names.address(call.caller(), name);
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

  UpdateAlias.Response updateAlias(Call<UpdateAlias> call) {
    KeyEntry target = call.key();
    AliasEntry alias = existing(call.caller(), call.request().aliasName());
    sameUsage(alias, target);
    transactions.commit(
        Change.replace(alias, alias.retargeted(target.address().id(), now.get()))
            .ifUnchanged(target));
    return new UpdateAlias.Response();
  }

  DeleteAlias.Response deleteAlias(Call<DeleteAlias> call) {
    AliasEntry alias = existing(call.caller(), call.request().aliasName());
    transactions.commit(Change.remove(List.of(alias)));
    return new DeleteAlias.Response();
  }

  ListAliases.Response listAliases(Call<ListAliases> call) {
    ListAliases request = call.request();
    Caller caller = call.caller();
    KeyEntry key =
        request.keyId() == null
            ? null
            : resolver.resolve(caller, call.operation(), request.keyId());
    int limit = Math.min(Objects.requireNonNullElse(request.limit(), DEFAULT_PAGE), LARGEST_PAGE);
    PageScope scope = PageScope.of(call.operation(), caller, key == null ? "" : key.address().id());
    String after = scope.lastOf(request.marker());
    List<AliasEntry> found =
        key == null
            ? storage.aliasesAfter(Names.address(caller, after), limit + 1)
            : storage.aliasesOf(key.address(), after, limit + 1);
    PageScope.Page<AliasEntry> page = scope.page(found, limit);
    return new ListAliases.Response(
        page.entries().stream().map(alias -> view(caller, alias)).toList(),
        page.nextMarker(),
        page.nextMarker() != null);
  }

  private static AliasListEntry view(Caller caller, AliasEntry alias) {
    return new AliasListEntry(
        alias.address().id(),
        caller.arn(alias.address().id()),
        alias.targetKeyId(),
        alias.creationDate(),
        alias.lastUpdatedDate());
  }

  private AliasEntry existing(Caller caller, String name) {
    return storage
        .alias(Names.address(caller, name))
        .orElseThrow(() -> KeyResolver.aliasNotFound(caller, name));
  }

  /** An alias never changes what it can be used for. */
  private void sameUsage(AliasEntry alias, KeyEntry target) {
    Address current =
        new Address(alias.address().account(), alias.address().region(), alias.targetKeyId());
    KeyUsageType usage = storage.key(current).map(KeyEntry::keyUsage).orElse(target.keyUsage());
    if (usage != target.keyUsage()) {
      throw new ValidationException(
          "Alias "
              + alias.address().id()
              + " cannot be changed from a CMK with key usage "
              + usage
              + " to a CMK with key usage "
              + target.keyUsage()
              + ". The key usage of the current CMK and the new CMK must be the same.");
    }
  }
}
