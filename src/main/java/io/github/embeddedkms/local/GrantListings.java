package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.exception.InvalidGrantIdException;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.ListRetirableGrants;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists the grants of a key, and those that a principal may retire. */
final class GrantListings implements Family {

  private static final Pattern GRANT_ID = Pattern.compile("[0-9a-f]{64}");

  private final HandlerProfiles profiles;
  private final Permissions permissions;
  private final KeyStorage storage;

  GrantListings(Components components) {
    this.profiles = components.profiles();
    this.permissions = components.permissions();
    this.storage = components.storage();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "ListGrants" ->
          profiles
              .managing(ListGrants.class, ListGrants::keyId)
              .check(GrantListings::requireOneFilter)
              .act(this::listGrants);
      // The permission is about the retiring principal, not about the keys.
      case "ListRetirableGrants" ->
          profiles
              .custom(ListRetirableGrants.class)
              .constraints()
              .permission(this::authorizeRetirer)
              .act(this::listRetirableGrants);
      default -> throw new AssertionError(name);
    };
  }

  private static void requireOneFilter(Call<ListGrants> call) {
    ListGrants request = call.request();
    GrantChecks.requireAtMostOne(
        request.granteePrincipal(),
        request.granteeServicePrincipal(),
        "GranteePrincipal",
        "GranteeServicePrincipal");
    if (request.granteeServicePrincipal() != null) {
      requireService(call.caller(), "GranteeServicePrincipal");
    }
    if (request.grantId() != null && !GRANT_ID.matcher(request.grantId()).matches()) {
      // The service's own message was never recorded.
      throw new InvalidGrantIdException(
          "embedded-kms: not the id of a grant: " + request.grantId());
    }
  }

  private static void requireService(Caller caller, String member) {
    if (!caller.isService()) {
      throw GrantChecks.refusal(member + " is for services of AWS only");
    }
  }

  private ListGrants.Response listGrants(Call<ListGrants> call) {
    ListGrants request = call.request();
    Address key = call.key().address();
    String grantee = canonicalOrNull(request.granteePrincipal(), request.granteeServicePrincipal());
    Address group = grantee == null ? key : GrantEntry.byGrantee(key, grantee);
    String grantId = request.grantId();
    Pager.Source<GrantEntry> grants =
        grantId == null
            ? (last, limit) -> storage.entriesOf(GrantEntry.KIND, group, last, limit)
            : (last, limit) -> only(GrantEntry.addressOf(key, grantId), group, last);
    Pager.Page<GrantEntry> page =
        new Pager(
                Pager.Listing.LIST_GRANTS,
                call.caller(),
                String.join(
                    " ",
                    call.keyArn(),
                    Objects.requireNonNullElse(grantee, ""),
                    Objects.requireNonNullElse(grantId, "")))
            .page(request.limit(), request.marker(), grants, GrantEntry::position);
    return new ListGrants.Response(
        page.map(entry -> view(call.caller(), entry)), page.nextMarker(), page.truncated());
  }

  /** Returns one grant, if it exists, is in the group and is not on an earlier page. */
  private List<GrantEntry> only(Address address, Address group, String last) {
    return storage.entry(GrantEntry.KIND, address).stream()
        .filter(grant -> grant.positionIn(group).isPresent())
        .filter(grant -> grant.position().compareTo(last) > 0)
        .toList();
  }

  private static @Nullable String canonicalOrNull(
      @Nullable String principal, @Nullable String service) {
    String given = principal == null ? service : principal;
    return given == null ? null : Grant.canonical(given);
  }

  private void authorizeRetirer(Call<ListRetirableGrants> call) {
    ListRetirableGrants request = call.request();
    GrantChecks.requireAtMostOne(
        request.retiringPrincipal(),
        request.retiringServicePrincipal(),
        "RetiringPrincipal",
        "RetiringServicePrincipal");
    String retirer = request.retiringPrincipal();
    if (retirer == null) {
      retirer = request.retiringServicePrincipal();
      if (retirer == null) {
        throw GrantChecks.refusal("RetiringPrincipal or RetiringServicePrincipal is required");
      }
      requireService(call.caller(), "RetiringServicePrincipal");
    }
    permissions.requirePrincipal(call, retirer);
  }

  private ListRetirableGrants.Response listRetirableGrants(Call<ListRetirableGrants> call) {
    ListRetirableGrants request = call.request();
    Caller caller = call.caller();
    String retirer =
        Objects.requireNonNull(
            canonicalOrNull(request.retiringPrincipal(), request.retiringServicePrincipal()));
    Address group = GrantEntry.byRetirer(caller.region(), retirer);
    Pager.Page<GrantEntry> page =
        new Pager(Pager.Listing.LIST_RETIRABLE_GRANTS, caller, retirer)
            .page(
                request.limit(),
                request.marker(),
                (last, limit) -> storage.entriesOf(GrantEntry.KIND, group, last, limit),
                GrantEntry::position);
    return new ListRetirableGrants.Response(
        page.map(entry -> view(caller, entry)), page.nextMarker(), page.truncated());
  }

  private static GrantListEntry view(Caller caller, GrantEntry entry) {
    Grant grant = entry.grant();
    return new GrantListEntry(
        Names.keyArn(caller, entry.key()),
        grant.id(),
        Objects.requireNonNullElse(grant.name(), ""),
        grant.creationDate(),
        grant.granteePrincipal(),
        grant.retiringPrincipal(),
        DefaultKeyPolicy.rootOf(caller, grant.issuingAccount()),
        List.copyOf(grant.operations()),
        grant.constraints(),
        grant.granteeServicePrincipal(),
        grant.retiringServicePrincipal());
  }
}
