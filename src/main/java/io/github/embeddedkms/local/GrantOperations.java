package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.operation.RevokeGrant;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.UnreadableItemException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Creates, retires and revokes grants. {@link GrantListings} lists them. */
final class GrantOperations implements Family {

  /** The service's quota of grants for each key. */
  static final int MAX_GRANTS_PER_KEY = 50_000;

  private static final int ID_BYTES = 32;

  private final HandlerProfiles profiles;
  private final Permissions permissions;
  private final KeyResolver resolver;
  private final KeyPolicies policies;
  private final KeyStorage storage;
  private final Transactions transactions;
  private final ProviderClock clock;
  private final SecureRandom ids = SystemRandom.create();

  /** The order of the last grant, so that grants of one millisecond are listed as created. */
  private final AtomicLong lastOrder = new AtomicLong();

  GrantOperations(Components components) {
    this.profiles = components.profiles();
    this.permissions = components.permissions();
    this.resolver = components.resolver();
    this.policies = components.policies();
    this.storage = components.storage();
    this.transactions = components.transactions();
    this.clock = components.clock();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      // The permission can depend on the grant: one that is permitted by a grant permits no more.
      case "CreateGrant" ->
          profiles
              .custom(CreateGrant.class)
              .noAlias(CreateGrant::keyId)
              .constraints()
              .context(request -> pairs(request.constraints()))
              .resolve(CreateGrant::keyId)
              .permission(call -> call.grant(newGrant(call)))
              .authorize(CreateGrant::grantTokens)
              .state()
              .require(GrantChecks::requireConsistent)
              .check(
                  call ->
                      GrantChecks.requirePossiblePrincipals(
                          call.request(), call.caller(), policies.identities()))
              .check(call -> GrantChecks.requireFitting(call.key(), call.request()))
              .check(this::requireWithinQuota)
              .dryRun(CreateGrant::dryRun)
              .act(this::createGrant);
      case "RetireGrant" ->
          profiles
              .custom(RetireGrant.class)
              .noAlias(RetireGrant::keyId)
              .constraints()
              .permission(this::findRetired)
              .authorize()
              .state()
              .dryRun(RetireGrant::dryRun)
              .act(this::retireGrant);
      case "RevokeGrant" ->
          profiles
              .managing(RevokeGrant.class, RevokeGrant::keyId)
              .check(this::findRevoked)
              .dryRun(RevokeGrant::dryRun)
              .act(this::revokeGrant);
      default -> throw new AssertionError(name);
    };
  }

  private static @Nullable Map<String, String> pairs(@Nullable GrantConstraints constraints) {
    if (constraints == null) {
      return null;
    }
    return constraints.encryptionContextEquals() == null
        ? constraints.encryptionContextSubset()
        : constraints.encryptionContextEquals();
  }

  private GrantEntry newGrant(Call<CreateGrant> call) {
    CreateGrant request = call.request();
    Instant now = clock.now();
    byte[] id = new byte[ID_BYTES];
    ids.nextBytes(id);
    Grant grant =
        new Grant(
            HexFormat.of().formatHex(id),
            request.name(),
            now,
            call.caller().account(),
            request.granteePrincipal(),
            request.granteeServicePrincipal(),
            request.retiringPrincipal(),
            request.retiringServicePrincipal(),
            request.operations().stream().distinct().toList(),
            request.constraints());
    long order = lastOrder.updateAndGet(last -> Math.max(last + 1, orderAt(now)));
    return new GrantEntry(GrantEntry.addressOf(call.key().address(), grant.id()), 1, order, grant);
  }

  /** Returns microseconds, to leave room for several grants in a millisecond of several nodes. */
  static long orderAt(Instant time) {
    return Math.max(0, 1_000 * time.toEpochMilli());
  }

  private void requireWithinQuota(Call<CreateGrant> call) {
    if (storage.countOf(GrantEntry.KIND, call.key().address()) >= MAX_GRANTS_PER_KEY
        && find(namesakes(call), call.grant().grant()).isEmpty()) {
      // The service's message was never recorded.
      throw new LimitExceededException(
          "embedded-kms: the key already has " + MAX_GRANTS_PER_KEY + " grants, the maximum");
    }
  }

  private CreateGrant.Response createGrant(Call<CreateGrant> call) {
    GrantEntry created = call.grant();
    KeyEntry key = call.key();
    Change change =
        Change.put(created)
            .ifUnchanged(key)
            .ifKeyHasFewerThan(MAX_GRANTS_PER_KEY, GrantEntry.KIND, key.address());
    if (created.grant().name() != null) {
      List<GrantEntry> namesakes = namesakes(call);
      Optional<GrantEntry> same = find(namesakes, created.grant());
      if (same.isPresent()) {
        return response(call, same.get());
      }
      // Another call may create the same one at the same time.
      change =
          change.ifKeyHasFewerThan(
              namesakes.size() + 1,
              GrantEntry.KIND,
              GrantEntry.byName(key.address(), created.grant().name()));
    }
    transactions.commit(change);
    return response(call, created);
  }

  /** Returns the grants of the key that have the name of the new one, if that has a name. */
  private List<GrantEntry> namesakes(Call<CreateGrant> call) {
    String name = call.grant().grant().name();
    return name == null
        ? List.of()
        : storage.entriesOf(
            GrantEntry.KIND, GrantEntry.byName(call.key().address(), name), "", Integer.MAX_VALUE);
  }

  private static Optional<GrantEntry> find(List<GrantEntry> namesakes, Grant grant) {
    return namesakes.stream().filter(each -> isSame(each.grant(), grant)).findFirst();
  }

  private static CreateGrant.Response response(Call<CreateGrant> call, GrantEntry entry) {
    String id = entry.grant().id();
    return new CreateGrant.Response(GrantTokens.create(call.keyArn(), id), id);
  }

  /** Returns whether two grants of a name have the same parameters. */
  private static boolean isSame(Grant one, Grant other) {
    return Objects.equals(one.granteePrincipal(), other.granteePrincipal())
        && Objects.equals(one.granteeServicePrincipal(), other.granteeServicePrincipal())
        && Objects.equals(one.retiringPrincipal(), other.retiringPrincipal())
        && Objects.equals(one.retiringServicePrincipal(), other.retiringServicePrincipal())
        && Objects.equals(one.constraints(), other.constraints())
        && Set.<GrantOperation>copyOf(one.operations()).equals(Set.copyOf(other.operations()));
  }

  /**
   * Finds the grant that is to be retired. Whether there is one for a key of another account must
   * not be told before the permission.
   */
  private void findRetired(Call<RetireGrant> call) {
    GrantTokens.Named named = namedBy(call.request());
    ResolvedKey key =
        resolver
            .resolve(call.caller(), named.keyArn())
            .orElseThrow(() -> permissions.missing(call, call.operation(), named.keyArn()));
    call.resolved(key);
    Optional<GrantEntry> grant = find(call, key, named.grantId());
    if (grant.isEmpty() && !key.belongsTo(call.caller())) {
      throw permissions.missing(call, call.operation(), key.arn());
    }
    GrantEntry found = grant.orElseThrow(() -> notFound(named.grantId()));
    call.grant(found);
    call.context(Checks.toEncryptionContext(found.grant().constrainedPairs()));
  }

  private static GrantTokens.Named namedBy(RetireGrant request) {
    if (request.grantToken() != null) {
      if (request.keyId() != null || request.grantId() != null) {
        throw GrantChecks.refusal("GrantToken excludes KeyId and GrantId");
      }
      return GrantTokens.parse(request.grantToken());
    }
    if (request.keyId() == null || request.grantId() == null) {
      throw GrantChecks.refusal("GrantToken, or KeyId and GrantId, are required");
    }
    return new GrantTokens.Named(request.keyId(), request.grantId());
  }

  private Optional<GrantEntry> find(Call<?> call, ResolvedKey key, String grantId) {
    try {
      return storage.entry(GrantEntry.KIND, GrantEntry.addressOf(key.entry().address(), grantId));
    } catch (UnreadableItemException e) {
      if (key.belongsTo(call.caller())) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void findRevoked(Call<RevokeGrant> call) {
    String grantId = call.request().grantId();
    call.grant(find(call, call.resolved(), grantId).orElseThrow(() -> notFound(grantId)));
  }

  private static NotFoundException notFound(String grantId) {
    // The service's own message was never recorded.
    return new NotFoundException("embedded-kms: the key has no grant " + grantId);
  }

  private RetireGrant.Response retireGrant(Call<RetireGrant> call) {
    transactions.commit(Change.remove(List.of(call.grant())));
    return new RetireGrant.Response();
  }

  private RevokeGrant.Response revokeGrant(Call<RevokeGrant> call) {
    transactions.commit(Change.remove(List.of(call.grant())));
    return new RevokeGrant.Response();
  }
}
