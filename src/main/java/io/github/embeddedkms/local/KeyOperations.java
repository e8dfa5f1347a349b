package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;
import static io.github.embeddedkms.model.ResourceOwnerType.SELF;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.ResourceOwnerType;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.UpdateKeyDescription;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Describes, enables, disables and lists keys, and changes their descriptions. */
final class KeyOperations implements Family {

  private final HandlerProfiles profiles;
  private final Permissions permissions;
  private final KeyStorage storage;
  private final Transactions transactions;
  private final RelatedKeys related;
  private final KeyRotation rotation;
  private final ProviderClock clock;
  private final AwsManagedKeys awsManagedKeys;

  KeyOperations(Components components) {
    this.profiles = components.profiles();
    this.permissions = components.permissions();
    this.storage = components.storage();
    this.transactions = components.transactions();
    this.related = components.related();
    this.rotation = new KeyRotation(components.keys(), related);
    this.clock = components.clock();
    this.awsManagedKeys = new AwsManagedKeys(components);
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      // Unlike the other operations here, it accepts aliases and grant tokens.
      case "DescribeKey" ->
          profiles
              .custom(DescribeKey.class)
              .constraints()
              .permission(this::provideAwsManagedKey)
              .resolve(DescribeKey::keyId)
              .authorize(DescribeKey::grantTokens)
              .state()
              .act(this::describeKey);
      case "DisableKey" ->
          profiles.managing(DisableKey.class, DisableKey::keyId).act(this::disableKey);
      case "EnableKey" -> profiles.managing(EnableKey.class, EnableKey::keyId).act(this::enableKey);
      case "ListKeys" -> profiles.withoutKey(ListKeys.class).act(this::listKeys);
      case "UpdateKeyDescription" ->
          profiles
              .managing(UpdateKeyDescription.class, UpdateKeyDescription::keyId)
              .act(this::updateKeyDescription);
      default -> throw new AssertionError(name);
    };
  }

  private void provideAwsManagedKey(Call<DescribeKey> call) {
    String keyId = call.request().keyId();
    Consumer<ResolvedKey> permission = key -> permissions.requireKey(call, call.operation(), key);
    if (!call.isExplained()) {
      awsManagedKeys.createIfDescribed(call.caller(), keyId, permission);
    } else if (awsManagedKeys.askIfDescribed(call.caller(), keyId, permission)) {
      call.endExplanation();
    }
  }

  private DescribeKey.Response describeKey(Call<DescribeKey> call) {
    return new DescribeKey.Response(
        KeyMetadataView.of(call.resolved(), related.configuration(call.caller(), call.key())));
  }

  private EnableKey.Response enableKey(Call<EnableKey> call) {
    KeyEntry key = call.key();
    Instant now = clock.shared();
    if (key.state() == DISABLED && isRotationOverdue(key, now)) {
      // One change: the key is never seen enabled and overdue.
      rotation.rotateLate(key, now, next -> next.state(ENABLED), transactions::commit);
    } else {
      changeState(ENABLED, key);
    }
    return new EnableKey.Response();
  }

  /**
   * Returns whether a rotation was missed while the key was not enabled. The service then rotates
   * the key once, as soon as it is enabled. A replica is rotated with its primary key.
   */
  private static boolean isRotationOverdue(KeyEntry key, Instant now) {
    return key.rotation() != null && !key.rotation().nextDate().isAfter(now) && !key.isReplica();
  }

  private DisableKey.Response disableKey(Call<DisableKey> call) {
    changeState(DISABLED, call.key());
    return new DisableKey.Response();
  }

  private void changeState(KeyState state, KeyEntry key) {
    // The service changes an unavailable key as soon as its key store is connected again. There are
    // no custom key stores here yet, so that there is no pending change to remember.
    if (key.state() != state && key.state() != UNAVAILABLE) {
      transactions.commit(Change.replace(key, key.changed(next -> next.state(state))));
    }
  }

  private UpdateKeyDescription.Response updateKeyDescription(Call<UpdateKeyDescription> call) {
    KeyEntry key = call.key();
    String description = call.request().description();
    if (!description.equals(key.description())) {
      transactions.commit(Change.replace(key, key.changed(next -> next.description(description))));
    }
    return new UpdateKeyDescription.Response();
  }

  private ListKeys.Response listKeys(Call<ListKeys> call) {
    Caller caller = call.caller();
    List<ResourceOwnerType> requested = call.request().resourceOwners();
    Set<ResourceOwnerType> owners =
        requested == null ? EnumSet.of(SELF) : EnumSet.copyOf(requested);
    // Without a filter for the caller's own keys, so that markers of earlier releases stay valid.
    String filter = owners.equals(EnumSet.of(SELF)) ? "" : owners.toString();
    // There is no RAM here, so no keys of other accounts follow the caller's own.
    Pager.Source<KeyEntry> source =
        owners.contains(SELF)
            ? (lastId, limit) -> storage.keysAfter(Names.address(caller, lastId), limit)
            : (lastId, limit) -> List.of();
    Pager.Page<KeyEntry> page =
        new Pager(Pager.Listing.LIST_KEYS, caller, filter)
            .page(
                call.request().limit(), call.request().marker(), source, key -> key.address().id());
    return new ListKeys.Response(
        page.map(key -> view(caller, key)), page.nextMarker(), page.truncated());
  }

  private static KeyListEntry view(Caller caller, KeyEntry key) {
    return new KeyListEntry(key.address().id(), Names.keyArn(caller, key.address()));
  }
}
