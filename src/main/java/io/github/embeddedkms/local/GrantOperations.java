package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.operation.RevokeGrant;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.UnreadableItemException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      // The permission depends on the new grant: if a grant gives it, the new one must not permit
      // more.
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
    Grant grant = grant(request, HexFormat.of().formatHex(id), now, issuerOf(call));
    long order = lastOrder.updateAndGet(last -> Math.max(last + 1, orderAt(now)));
    return new GrantEntry(GrantEntry.addressOf(call.key().address(), grant.id()), 1, order, grant);
  }

  /** Returns the grant that a request asks for. */
  static Grant grant(CreateGrant request, String id, Instant date, String issuer) {
    return new Grant(
        id,
        request.name(),
        date,
        issuer,
        request.granteePrincipal(),
        request.granteeServicePrincipal(),
        request.retiringPrincipal(),
        request.retiringServicePrincipal(),
        request.operations().stream().distinct().toList(),
        request.constraints());
  }

  /** Returns the account that may retire the grant. A service belongs to none. */
  private static String issuerOf(Call<CreateGrant> call) {
    return call.caller().isService() ? call.key().address().account() : call.caller().account();
  }

  /** Returns microseconds, to leave room for several grants in a millisecond of several nodes. */
  static long orderAt(Instant time) {
    return Math.max(0, 1_000 * time.toEpochMilli());
  }

  private void requireWithinQuota(Call<CreateGrant> call) {
    if (storage.countOf(GrantEntry.KIND, call.key().address()) >= MAX_GRANTS_PER_KEY
        && sameAs(call.grant()).isEmpty()) {
      // The service's message was never recorded.
      throw new LimitExceededException(
          "embedded-kms: the key already has " + MAX_GRANTS_PER_KEY + " grants, the maximum");
    }
  }

  private CreateGrant.Response createGrant(Call<CreateGrant> call) {
    GrantEntry created = call.grant();
    Optional<GrantEntry> same = sameAs(created);
    if (same.isPresent() && storage.isReadOnly()) {
      // No change can be made, not even one that only rests on the present entries.
      return response(call, same.get());
    }
    GrantEntry result = same.orElse(created);
    Change change =
        same.isPresent()
            ? new Change(List.of(), List.of(), List.of(result))
            : withinLimits(Change.put(created), created);
    change = change.ifUnchanged(call.key());
    Optional<String> parent = permissions.permittingGrant(call);
    if (parent.isPresent()) {
      Address address = GrantEntry.addressOf(call.key().address(), parent.get());
      Optional<GrantEntry> permitting = storage.entry(GrantEntry.KIND, address);
      // If it is gone, the change must fail, and the call is run again.
      change = change.ifUnchanged(permitting.orElse(created));
    }
    transactions.commit(change);
    return response(call, result);
  }

  /** Lets the storage count: another call may create the last one or the same one meanwhile. */
  private static Change withinLimits(Change change, GrantEntry created) {
    Address key = created.key();
    Change limited = change.ifKeyHasFewerThan(MAX_GRANTS_PER_KEY, GrantEntry.KIND, key);
    String fingerprint = created.grant().fingerprint();
    return fingerprint == null
        ? limited
        : limited.ifKeyHasFewerThan(1, GrantEntry.KIND, GrantEntry.byFingerprint(key, fingerprint));
  }

  /** Returns the grant that a new one with a name would repeat. */
  private Optional<GrantEntry> sameAs(GrantEntry created) {
    String fingerprint = created.grant().fingerprint();
    return fingerprint == null
        ? Optional.empty()
        : storage
            .entriesOf(GrantEntry.KIND, GrantEntry.byFingerprint(created.key(), fingerprint), "", 1)
            .stream()
            .findFirst();
  }

  private static CreateGrant.Response response(Call<CreateGrant> call, GrantEntry entry) {
    String id = entry.grant().id();
    return new CreateGrant.Response(GrantTokens.create(call.keyArn(), id), id);
  }

  /**
   * Finds the grant that is to be retired. Callers of other accounts must not learn by this whether
   * there is one: if there is none, they are refused permission next.
   */
  private void findRetired(Call<RetireGrant> call) {
    GrantTokens.Named named = namedBy(call.request());
    ResolvedKey key =
        resolver
            .resolve(call.caller(), named.keyArn())
            .orElseThrow(() -> permissions.missing(call, call.operation(), named.keyArn()));
    call.resolved(key);
    Optional<GrantEntry> grant = find(call, key, named.grantId());
    if (grant.isPresent()) {
      call.grant(grant.get());
      call.context(Checks.toEncryptionContext(grant.get().grant().constrainedPairs()));
    } else if (key.belongsTo(call.caller())) {
      throw notFound(named.grantId());
    }
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
    commitRemoval(call);
    return new RetireGrant.Response();
  }

  private RevokeGrant.Response revokeGrant(Call<RevokeGrant> call) {
    commitRemoval(call);
    return new RevokeGrant.Response();
  }

  /** Rests on the key, whose policy can allow or deny it. */
  private void commitRemoval(Call<?> call) {
    transactions.commit(Change.remove(List.of(call.grant())).ifUnchanged(call.key()));
  }
}
