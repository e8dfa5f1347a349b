package io.github.embeddedkms.authorization;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for a grant that permits what no policy allows. */
final class GrantSearch {

  /** A key can have 50,000 grants, of which an explanation shows few. */
  private static final int MAX_EXPLAINED = 100;

  private final Inquiry inquiry;
  private final boolean identityAllows;
  private final @Nullable Tracer tracer;
  private final GrantRules.Request request;

  /**
   * Creates a search.
   *
   * @param identityAllows whether the caller's identity policies allow the action
   * @param tracer receives the grants that are considered; null if nothing is explained
   */
  GrantSearch(Inquiry inquiry, boolean identityAllows, @Nullable Tracer tracer) {
    this.inquiry = inquiry;
    this.identityAllows = identityAllows;
    this.tracer = tracer;
    this.request = GrantRules.Request.of(inquiry);
  }

  /** Returns the first grant that permits the action; null if there is none. */
  @Nullable Grant find() {
    Set<String> considered = new HashSet<>();
    for (Grant grant : inquiry.grants().of(inquiry.principal())) {
      if (new GrantRules(grant, request).permit(identityAllows)) {
        trace(grant);
        return grant;
      }
      if (tracer != null && considered.size() < MAX_EXPLAINED && considered.add(grant.id())) {
        trace(grant);
      }
    }
    if (tracer != null) {
      trace(inquiry.grants().first(inquiry.principal(), MAX_EXPLAINED), considered);
      // Grants of others explain a refusal too: one of them may be meant for the caller.
      trace(inquiry.grants().first(MAX_EXPLAINED), considered);
    }
    return null;
  }

  private void trace(List<Grant> grants, Set<String> considered) {
    for (Grant each : grants) {
      if (considered.size() < MAX_EXPLAINED && considered.add(each.id())) {
        trace(each);
      }
    }
  }

  private void trace(Grant grant) {
    if (tracer != null) {
      Place place = new Place(Place.Source.GRANT, grant.id(), 0, grant.name());
      tracer.grant(place, new GrantRules(grant, request).mismatches(identityAllows));
    }
  }
}
