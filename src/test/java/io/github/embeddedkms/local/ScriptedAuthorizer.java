package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Records every question, and refuses what a test says. */
final class ScriptedAuthorizer implements Authorizer {

  final List<AccessRequest> asked = new ArrayList<>();
  final List<Refusal> reported = new ArrayList<>();
  private final Predicate<AccessRequest> refused;

  ScriptedAuthorizer() {
    this(request -> false);
  }

  ScriptedAuthorizer(Predicate<AccessRequest> refused) {
    this.refused = refused;
  }

  @Override
  public Refusal refusal(AccessRequest request) {
    asked.add(request);
    return refused.test(request) ? new Refusal("no", false, null) : null;
  }

  @Override
  public boolean allowsEverything(Caller caller, ResolvedKey key) {
    return false;
  }

  /** CreateGrant asks whether a grant alone permits it. None does here. */
  @Override
  public Explanation explain(AccessRequest request) {
    return new Explanation(
        true,
        request.action(),
        request.resource(),
        request.caller().principal(),
        new Reason.AllowedByIdentity(null, null),
        List.of(),
        null);
  }

  @Override
  public boolean allowsEverythingWithoutKey(Caller caller) {
    return false;
  }

  @Override
  public void report(Refusal refusal) {
    reported.add(refusal);
  }
}
