package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.LimitExceededException;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates, updates, deletes and lists aliases. */
final class AliasOperations implements Family {

  /** The service's default quota of aliases for each key. */
  static final int MAX_ALIASES_PER_KEY = 50;

  private final HandlerProfiles profiles;
  private final Permissions permissions;
  private final KeyStorage storage;
  private final Transactions transactions;
  private final ProviderClock clock;

  AliasOperations(Components components) {
    this.profiles = components.profiles();
    this.permissions = components.permissions();
    this.storage = components.storage();
    this.transactions = components.transactions();
    this.clock = components.clock();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      // The name is checked before the target; whether it is already taken is checked last.
      case "CreateAlias" ->
          profiles
              .custom(CreateAlias.class)
              .constraints()
              .permission(call -> AliasNames.requireValidNewName(call.request().aliasName()))
              .permission(call -> AliasNames.requireKeyAsFirstTarget(call.request().targetKeyId()))
              .resolve(CreateAlias::targetKeyId)
              .permission(this::refuseForeignTarget)
              .permission(call -> permissions.requireAlias(call, call.request().aliasName()))
              .authorize()
              .state()
              .act(this::createAlias);
      // The request names no key. The alias is the caller's own, and so is its key.
      case "DeleteAlias" ->
          profiles
              .custom(DeleteAlias.class)
              .constraints()
              .permission(call -> AliasNames.requireCustomerAliasName(call.request().aliasName()))
              .permission(call -> authorizeAliasAndKey(call, call.request().aliasName()))
              .act(this::deleteAlias);
      // The key, which is optional, selects its aliases.
      case "ListAliases" ->
          profiles
              .custom(ListAliases.class)
              .noAlias(ListAliases::keyId)
              .constraints()
              .resolve(ListAliases::keyId)
              .permission(this::authorizeList)
              .act(this::listAliases);
      case "UpdateAlias" ->
          profiles
              .custom(UpdateAlias.class)
              .constraints()
              .permission(call -> AliasNames.requireCustomerAliasName(call.request().aliasName()))
              .permission(call -> AliasNames.requireKeyAsTarget(call.request().targetKeyId()))
              .resolve(UpdateAlias::targetKeyId)
              .permission(this::refuseForeignTarget)
              .permission(call -> authorizeAliasAndKey(call, call.request().aliasName()))
              .authorize()
              .check(call -> authorizedAlias(call, call.request().aliasName()))
              .state()
              .act(this::updateAlias);
      default -> throw new AssertionError(name);
    };
  }

  /**
   * Refuses a key of another account first: another refusal would tell that it exists. No policy
   * can allow it, because an alias is for keys of its own account.
   */
  private void refuseForeignTarget(Call<?> call) {
    if (!call.resolved().belongsTo(call.caller())) {
      permissions.requireKey(call, call.operation(), call.resolved());
    }
  }

  /** Requires permission for an alias and the key that it points to, if it exists. */
  private void authorizeAliasAndKey(Call<?> call, String aliasName) {
    permissions.requireAlias(call, aliasName);
    Address address = Names.address(call.caller(), aliasName);
    Optional<AliasEntry> alias = storage.alias(address);
    Optional<KeyEntry> key = alias.flatMap(found -> storage.key(targetOf(found)));
    if (alias.isPresent() && key.isEmpty()) {
      // The key was deleted between the two reads. Its alias was deleted with it, or had already
      // been pointed to another key.
      alias = storage.alias(address);
      key = alias.flatMap(found -> storage.key(targetOf(found)));
    }
    alias.ifPresent(call::alias);
    if (key.isPresent()) {
      call.otherKey(key.get());
      permissions.requireKey(call, call.operation(), ResolvedKey.of(call.caller(), key.get()));
    }
  }

  private static Address targetOf(AliasEntry alias) {
    return new Address(alias.address().account(), alias.address().region(), alias.targetKeyId());
  }

  /** The list is the account's, whether or not a key selects from it. */
  private void authorizeList(Call<ListAliases> call) {
    ResolvedKey key = call.resolvedOrNull();
    if (key == null || key.belongsTo(call.caller())) {
      permissions.requireAccount(call, call.caller(), call.operation());
    } else {
      permissions.requireKey(call, call.operation(), key);
    }
  }

  private CreateAlias.Response createAlias(Call<CreateAlias> call) {
    KeyEntry key = call.key();
    Address address = Names.address(call.caller(), call.request().aliasName());
    if (storage.alias(address).isPresent()) {
      throw new AlreadyExistsException(
          "An alias with the name " + Names.aliasArn(call.caller(), address) + " already exists");
    }
    if (hasMaxAliases(key)) {
      // The service reports the current number, and a store of an earlier version of this library
      // can have more aliases than the quota.
      int count = storage.aliasesOf(key.address(), "", Integer.MAX_VALUE).size();
      throw new LimitExceededException(
          "Aliases per key quota for this account in this region is "
              + MAX_ALIASES_PER_KEY
              + ", current usage is "
              + count
              + ".");
    }
    Instant created = clock.now();
    AliasEntry alias = new AliasEntry(address, 1, key.address().id(), created, created);
    // If the key changes in the meantime, it may have been scheduled for deletion: then it is
    // checked again.
    transactions.commit(withinQuota(Change.put(alias).ifUnchanged(key), key));
    return new CreateAlias.Response();
  }

  private UpdateAlias.Response updateAlias(Call<UpdateAlias> call) {
    KeyEntry target = call.key();
    AliasEntry alias = authorizedAlias(call, call.request().aliasName());
    KeyEntry current = call.otherKeyOrNull();
    requireSameUsage(alias, current == null ? target : current, target);
    Change change =
        ifUnchanged(
                current,
                Change.replace(alias, alias.retargeted(target.address().id(), clock.now())))
            .ifUnchanged(target);
    if (alias.targetKeyId().equals(target.address().id())) {
      // The key gets no further alias.
      transactions.commit(change);
    } else {
      if (hasMaxAliases(target)) {
        // The service's message is known from CreateAlias only.
        throw new LimitExceededException(
            "embedded-kms: the key already has " + MAX_ALIASES_PER_KEY + " aliases, the maximum");
      }
      transactions.commit(withinQuota(change, target));
    }
    return new UpdateAlias.Response();
  }

  private DeleteAlias.Response deleteAlias(Call<DeleteAlias> call) {
    AliasEntry alias = authorizedAlias(call, call.request().aliasName());
    transactions.commit(ifUnchanged(call.otherKeyOrNull(), Change.remove(List.of(alias))));
    return new DeleteAlias.Response();
  }

  private ListAliases.Response listAliases(Call<ListAliases> call) {
    Caller caller = call.caller();
    Address key = call.request().keyId() == null ? null : call.key().address();
    Pager.Source<AliasEntry> aliases =
        key == null
            ? (lastId, limit) -> storage.aliasesAfter(Names.address(caller, lastId), limit)
            : (lastId, limit) -> storage.aliasesOf(key, lastId, limit);
    Pager.Page<AliasEntry> page =
        new Pager(Pager.Listing.LIST_ALIASES, caller, key == null ? "" : key.id())
            .page(
                call.request().limit(),
                call.request().marker(),
                aliases,
                alias -> alias.address().id());
    return new ListAliases.Response(
        page.map(alias -> view(caller, alias)), page.nextMarker(), page.truncated());
  }

  private static AliasListEntry view(Caller caller, AliasEntry alias) {
    return new AliasListEntry(
        alias.address().id(),
        Names.aliasArn(caller, alias.address()),
        alias.targetKeyId(),
        alias.creationDate(),
        alias.lastUpdatedDate());
  }

  private boolean hasMaxAliases(KeyEntry key) {
    return storage.aliasesOf(key.address(), "", MAX_ALIASES_PER_KEY).size() == MAX_ALIASES_PER_KEY;
  }

  /** Lets the storage count again: another call may add the last alias at the same time. */
  private static Change withinQuota(Change change, KeyEntry key) {
    return change.ifKeyHasFewerThan(MAX_ALIASES_PER_KEY, AliasEntry.KIND, key.address());
  }

  private static Change ifUnchanged(@Nullable KeyEntry key, Change change) {
    return key == null ? change : change.ifUnchanged(key);
  }

  /** Returns the alias that the caller has permission for. */
  private static AliasEntry authorizedAlias(Call<?> call, String name) {
    AliasEntry alias = call.aliasOrNull();
    if (alias == null) {
      throw KeyResolver.aliasNotFound(call.caller(), Names.address(call.caller(), name));
    }
    return alias;
  }

  /**
   * The new target of an alias must have the same key usage as the current one, and the same kind
   * of material. The service's message for another kind was never recorded.
   */
  private static void requireSameUsage(AliasEntry alias, KeyEntry before, KeyEntry target) {
    KeyUsageType usage = before.keyUsage();
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
    if (kindOf(before) != kindOf(target)) {
      throw new ValidationException(
          "embedded-kms: alias "
              + alias.address().id()
              + " cannot be changed from a key with key spec "
              + before.keySpec()
              + " to one with key spec "
              + target.keySpec());
    }
  }

  private static MaterialKind kindOf(KeyEntry key) {
    return KeySpecTable.of(key.keySpec()).kind();
  }
}
