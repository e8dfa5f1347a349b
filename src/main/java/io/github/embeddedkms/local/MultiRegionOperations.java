package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.ReplicateKey;
import io.github.embeddedkms.operation.UpdatePrimaryRegion;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Replicates multi-Region keys, and makes a replica the primary key. */
final class MultiRegionOperations implements Family {

  private final HandlerProfiles profiles;
  private final Permissions permissions;
  private final KeyPolicies policies;
  private final KeyStorage storage;
  private final Transactions transactions;
  private final RelatedKeys related;
  private final ProviderClock clock;
  private final Duration transition;

  MultiRegionOperations(Components components) {
    this.profiles = components.profiles();
    this.permissions = components.permissions();
    this.policies = components.policies();
    this.storage = components.storage();
    this.transactions = components.transactions();
    this.related = components.related();
    this.clock = components.clock();
    this.transition = components.multiRegionTransition();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "ReplicateKey" ->
          profiles
              .custom(ReplicateKey.class)
              .noAlias(ReplicateKey::keyId)
              .constraints()
              .resolve(ReplicateKey::keyId)
              .authorize()
              .permission(
                  call -> requireSamePartition(call.caller(), call.request().replicaRegion()))
              .permission(this::authorizeReplica)
              .state()
              .check(call -> requirePrimary(call, ""))
              .require(request -> TagChecks.requireAcceptable(tagsOf(request)))
              .check(call -> call.policy(policyOf(call)))
              .act(this::replicateKey);
      case "UpdatePrimaryRegion" ->
          profiles
              .custom(UpdatePrimaryRegion.class)
              .noAlias(UpdatePrimaryRegion::keyId)
              .constraints()
              .resolve(UpdatePrimaryRegion::keyId)
              .authorize()
              .permission(this::authorizeNextPrimary)
              .state()
              // The service's own message for this operation was never recorded.
              .check(call -> requirePrimary(call, "embedded-kms: "))
              .act(this::updatePrimaryRegion);
      default -> throw new AssertionError(name);
    };
  }

  /** The replica is created in its own Region, like any other key. */
  private void authorizeReplica(Call<ReplicateKey> call) {
    Caller there = call.caller().inRegion(call.request().replicaRegion());
    permissions.requireCreation(call, there, call.resolved());
    if (!tagsOf(call.request()).isEmpty()) {
      permissions.requireTagsOfNewKey(call, there);
    }
  }

  /** The replica decides by its own policy. Whether there is one is checked later. */
  private void authorizeNextPrimary(Call<UpdatePrimaryRegion> call) {
    Address primary = call.key().address();
    String region = call.request().primaryRegion();
    if (!region.equals(primary.region())) {
      storage
          .key(new Address(primary.account(), region, primary.id()))
          .ifPresent(
              replica -> {
                call.otherKey(replica);
                permissions.requireKey(
                    call, call.operation(), ResolvedKey.of(call.caller(), replica));
              });
    }
  }

  private static void requirePrimary(Call<?> call, String prefix) {
    if (!call.key().address().isMultiRegion() || call.key().isReplica()) {
      throw new UnsupportedOperationException(
          prefix + call.keyArn() + " is not a multi-region primary key.");
    }
  }

  private static void requireSamePartition(Caller caller, String region) {
    String partition = caller.inRegion(region).partition();
    if (!partition.equals(caller.partition())) {
      // The service's own message was never recorded.
      throw new ValidationException(
          "embedded-kms: ReplicaRegion "
              + region
              + " is in the partition "
              + partition
              + ", the key in "
              + caller.partition());
    }
  }

  private ReplicateKey.Response replicateKey(Call<ReplicateKey> call) {
    KeyEntry primary = call.key();
    Caller caller = call.caller().inRegion(call.request().replicaRegion());
    Address address = replicaOf(call);
    if (storage.key(address).isPresent()) {
      // The service's own message was never recorded.
      throw new AlreadyExistsException(
          "embedded-kms: " + call.keyArn() + " already has a related key in " + caller.region());
    }
    KeyEntry replica = newReplica(call, caller.region());
    try {
      ReplicateKey.Response response = response(call, caller, replica);
      // The primary key is put last: other threads take its new version for the end of the change.
      transactions.commit(
          new Change(
              PendingMaterials.settled(
                  related.others(primary), List.of(replica, primary.changed(next -> {}))),
              List.of(),
              List.of(primary)));
      return response;
    } catch (RuntimeException e) {
      // Not after an Error: the storage may own the materials by then.
      replica.closeMaterials();
      throw e;
    }
  }

  private KeyEntry newReplica(Call<ReplicateKey> call, String region) {
    KeyEntry primary = call.key();
    ReplicateKey request = call.request();
    return ReplicaCreation.replica(
            primary,
            region,
            lifeOfNewReplica(primary.origin()),
            clock.now(),
            Objects.requireNonNullElse(request.description(), ""),
            tagsOf(request),
            ReplicaCreation.copiesWithoutImported(primary))
        .changed(next -> next.policy(call.policy()))
        .atVersion(1);
  }

  /** Creates the response. The replica is Creating in it, however soon that is over. */
  private ReplicateKey.Response response(Call<ReplicateKey> call, Caller caller, KeyEntry replica) {
    List<KeyEntry> all = new ArrayList<>(related.of(replica));
    all.add(replica);
    all.sort(Comparator.comparing(KeyEntry::address));
    KeyEntry creating = replica.changed(next -> next.state(KeyState.CREATING));
    List<Tag> tags = tagsOf(call.request());
    return new ReplicateKey.Response(
        KeyMetadataView.of(
            ResolvedKey.of(caller, creating), RelatedKeys.configuration(caller, replica, all)),
        KeyPolicies.printed(replica, caller),
        tags.isEmpty() ? null : tags);
  }

  /** Imported material is not copied: it must be imported into each related key. */
  private KeyEntry.Life lifeOfNewReplica(OriginType origin) {
    KeyState next = origin == OriginType.EXTERNAL ? KeyState.PENDING_IMPORT : KeyState.ENABLED;
    return transition.isZero()
        ? new KeyEntry.Life(next, null)
        : new KeyEntry.Life(KeyState.CREATING, null, null, transitionTo(next));
  }

  private KeyEntry.Transition transitionTo(KeyState next) {
    return new KeyEntry.Transition(clock.shared().plus(transition), next);
  }

  private UpdatePrimaryRegion.Response updatePrimaryRegion(Call<UpdatePrimaryRegion> call) {
    KeyEntry former = call.key();
    KeyEntry promoted = replicaIn(call, call.request().primaryRegion());
    // Custom key stores have no multi-Region keys.
    KeyEntry.Relations relations = new KeyEntry.Relations(promoted.address().region(), null);
    List<Entry> puts = new ArrayList<>();
    for (KeyEntry other : related.others(former)) {
      if (!other.address().equals(promoted.address())) {
        puts.add(other.changed(next -> next.relations(relations)));
      }
    }
    puts.add(updating(promoted, relations));
    puts.add(updating(former, relations));
    transactions.commit(new Change(puts, List.of(), List.of(former, promoted)));
    return new UpdatePrimaryRegion.Response();
  }

  /** Returns the replica that is to be the primary key, in a state in which it can be. */
  private KeyEntry replicaIn(Call<UpdatePrimaryRegion> call, String region) {
    Address primary = call.key().address();
    if (region.equals(primary.region())) {
      // The service's own message was never recorded.
      throw new UnsupportedOperationException(
          "embedded-kms: " + call.keyArn() + " is the primary key already");
    }
    KeyEntry replica = call.otherKeyOrNull();
    if (replica == null) {
      Address address = new Address(primary.account(), region, primary.id());
      throw new NotFoundException(
          "Key '" + Names.keyArn(call.caller(), address) + "' does not exist");
    }
    KeyStates.of("UpdatePrimaryRegion").check(ResolvedKey.of(call.caller(), replica));
    return replica;
  }

  private KeyEntry updating(KeyEntry key, KeyEntry.Relations relations) {
    if (transition.isZero()) {
      return key.changed(next -> next.relations(relations));
    }
    KeyEntry.Transition unfinished = key.life().transition();
    KeyState following = unfinished == null ? KeyState.ENABLED : unfinished.next();
    return key.changed(
        next ->
            next.relations(relations).state(KeyState.UPDATING).transition(transitionTo(following)));
  }

  private static Address replicaOf(Call<ReplicateKey> call) {
    Address primary = call.key().address();
    return new Address(primary.account(), call.request().replicaRegion(), primary.id());
  }

  private @Nullable Policy policyOf(Call<ReplicateKey> call) {
    ReplicateKey request = call.request();
    if (request.policy() == null) {
      return null;
    }
    Caller there = call.caller().inRegion(request.replicaRegion());
    return policies.requireAcceptable(
        request.policy(),
        request.bypassPolicyLockoutSafetyCheck(),
        there,
        ReplicaCreation.withoutMaterial(call.key(), request, there, clock.now()));
  }

  private static List<Tag> tagsOf(ReplicateKey request) {
    return Objects.requireNonNullElse(request.tags(), List.of());
  }
}
