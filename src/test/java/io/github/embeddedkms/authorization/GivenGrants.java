package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The grants of a test, in place of those of a store. */
record GivenGrants(List<Grant> all, EncryptionContext context, Grant subject) implements Grants {

  static final String ID = "ab".repeat(32);
  static final String OTHER_ID = "cd".repeat(32);
  static final String SOURCE = "arn:aws:logs:eu-central-1:111122223333:log-group:x";

  static GivenGrants given(Grant... grants) {
    return new GivenGrants(List.of(grants), EncryptionContext.none(), null);
  }

  /** Returns the same for a request with an encryption context. */
  GivenGrants in(Map<String, String> requestContext) {
    return new GivenGrants(all, EncryptionContext.of(requestContext), subject);
  }

  /** Returns the same for a request that creates or retires a grant. */
  GivenGrants about(Grant grant) {
    return new GivenGrants(all, context, grant);
  }

  @Override
  public Iterable<Grant> of(Principal principal) {
    return all.stream().filter(grant -> principal.grantees().contains(grant.grantee())).toList();
  }

  @Override
  public List<Grant> first(Principal principal, int limit) {
    return all.stream()
        .filter(grant -> principal.grantees().contains(grant.grantee()))
        .limit(limit)
        .toList();
  }

  @Override
  public List<Grant> first(int limit) {
    return all.stream().limit(limit).toList();
  }

  /** Returns a grant of account A without name, retiring principal and constraints. */
  static Grant grant(String grantee, GrantOperation... operations) {
    return new Grant(
        ID, null, Instant.EPOCH, Subjects.A, grantee, null, null, null, List.of(operations), null);
  }

  static Grant constrained(Grant grant, GrantConstraints constraints) {
    return new Grant(
        grant.id(),
        grant.name(),
        grant.creationDate(),
        grant.issuingAccount(),
        grant.granteePrincipal(),
        grant.granteeServicePrincipal(),
        grant.retiringPrincipal(),
        grant.retiringServicePrincipal(),
        grant.operations(),
        constraints);
  }

  static Grant retiredBy(Grant grant, String retirer) {
    return new Grant(
        grant.id(),
        grant.name(),
        grant.creationDate(),
        grant.issuingAccount(),
        grant.granteePrincipal(),
        grant.granteeServicePrincipal(),
        retirer,
        null,
        grant.operations(),
        grant.constraints());
  }

  static Grant issuedBy(Grant grant, String account) {
    return new Grant(
        grant.id(),
        grant.name(),
        grant.creationDate(),
        account,
        grant.granteePrincipal(),
        grant.granteeServicePrincipal(),
        grant.retiringPrincipal(),
        grant.retiringServicePrincipal(),
        grant.operations(),
        grant.constraints());
  }

  /** Returns the grant with both of its principals as members for services. */
  static Grant ofServices(Grant grant, String grantee, String retirer) {
    return new Grant(
        grant.id(),
        grant.name(),
        grant.creationDate(),
        grant.issuingAccount(),
        null,
        grantee,
        null,
        retirer,
        grant.operations(),
        grant.constraints());
  }

  static Grant named(Grant grant, String id, String name) {
    return new Grant(
        id,
        name,
        grant.creationDate(),
        grant.issuingAccount(),
        grant.granteePrincipal(),
        grant.granteeServicePrincipal(),
        grant.retiringPrincipal(),
        grant.retiringServicePrincipal(),
        grant.operations(),
        grant.constraints());
  }

  static GrantConstraints subset(String... pairs) {
    return new GrantConstraints(pairs(pairs), null, null);
  }

  static GrantConstraints equal(String... pairs) {
    return new GrantConstraints(null, pairs(pairs), null);
  }

  static GrantConstraints source(String arn) {
    return new GrantConstraints(null, null, arn);
  }

  /** Returns a map of keys and values in turn, in their order. */
  static Map<String, String> pairs(String... keysAndValues) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      pairs.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return pairs;
  }
}
