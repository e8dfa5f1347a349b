package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.local.GrantModel.Ask;
import io.github.embeddedkms.local.GrantModel.Given;
import io.github.embeddedkms.local.GrantModel.Rule;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.ListRetirableGrants;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.operation.RevokeGrant;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A provider and a model of the grants of two keys. Every call is made to both, with one answer.
 */
final class GrantRun implements AutoCloseable {

  static final String OK = "ok";
  private static final String DENIED = "AccessDeniedException";
  private static final String NOT_FOUND = "NotFoundException";

  /** What happened in all runs, so that a test can require that it did. */
  static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  /** The kinds of steps. */
  enum Kind {
    CREATE,
    CREATE_CHILD,
    CREATE_AGAIN,
    RETIRE_BY_TOKEN,
    RETIRE_BY_ID,
    REVOKE,
    PUT_POLICY,
    LIST,
    LIST_RETIRABLE
  }

  /** A step by one of the callers, whose details come from a seed. */
  record Step(Kind kind, int caller, int seed) {}

  private static final Map<String, String> ISSUERS =
      Map.of(Subjects.A, Subjects.ROOT_A, Subjects.B, Subjects.ROOT_B);

  private static final List<Rule> AT_FIRST =
      List.of(
          new Rule(true, Subjects.ROOT_A, "CreateGrant"),
          new Rule(true, Subjects.ROOT_A, "RevokeGrant"));

  private final GrantModel model = new GrantModel();
  private final LocalKeyProvider kms;
  private final GrantRequests requests;
  private final List<String> keyArns = new ArrayList<>();

  /** A token of each grant that was ever created. */
  private final Map<String, String> tokens = new HashMap<>();

  private final List<Given> everCreated = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-04T05:06:07.089Z");

  GrantRun(KeyStorage storage) {
    kms =
        LocalKeyProvider.builder()
            .region(World.ROOT.region())
            .account(World.ROOT.account())
            .clock(() -> now)
            .identities(identities())
            .storage(storage)
            .build();
    for (int key = 0; key < 2; key++) {
      keyArns.add(kms.createKey(b -> {}).keyMetadata().arn());
    }
    requests = new GrantRequests(kms, keyArns);
    for (int key = 0; key < 2; key++) {
      put(key, AT_FIRST);
    }
  }

  private static Identities identities() {
    Map<String, Identity> identities = new HashMap<>();
    identities.put(Subjects.CAROL, identity(Subjects.CAROL, "*"));
    identities.put(Subjects.ALICE, identity(Subjects.ALICE));
    identities.put(Subjects.ROLE, identity(Subjects.DEV));
    return Identities.of(identities);
  }

  private static Identity identity(String caller, String... more) {
    List<String> statements = new ArrayList<>();
    for (String action : more) {
      statements.add(Subjects.may("kms:" + action, "*"));
    }
    GrantModel.ALLOWED
        .getOrDefault(caller, Set.of())
        .forEach(action -> statements.add(Subjects.may("kms:" + action, "*")));
    String denied = GrantModel.DENIED.get(caller);
    if (denied != null) {
      statements.add(Subjects.mayNot("kms:" + denied, "*", ""));
    }
    return Subjects.identity(statements.toArray(String[]::new));
  }

  void step(Step step) {
    GrantChoices choices = new GrantChoices(step.seed());
    String caller = GrantModel.CALLERS.get(step.caller() % GrantModel.CALLERS.size());
    // Its clock stands still, or goes on or back.
    now = now.plusMillis(choices.number(3) - 1);
    int key = choices.number(keyArns.size());
    switch (step.kind()) {
      case CREATE -> create(choices.grant(key, GrantModel.account(caller)), caller, choices);
      case CREATE_CHILD -> createChild(choices);
      case CREATE_AGAIN -> createAgain(caller, choices);
      case RETIRE_BY_TOKEN, RETIRE_BY_ID -> retire(step.kind(), caller, choices);
      case REVOKE -> revoke(caller, choices);
      case PUT_POLICY -> put(key, choices.policy());
      case LIST -> list(caller, key, choices);
      case LIST_RETIRABLE -> listRetirable(caller, choices);
    }
    compareGrants();
    for (String each : GrantModel.CALLERS) {
      probe(each, choices);
    }
  }

  /** The root user can always put the policy and list the grants, which the run needs. */
  private void put(int key, List<Rule> random) {
    List<Rule> rules = new ArrayList<>(random);
    rules.add(new Rule(true, Subjects.ROOT_A, "PutKeyPolicy"));
    rules.add(new Rule(true, Subjects.ROOT_A, "ListGrants"));
    String[] statements =
        rules.stream()
            .map(
                rule ->
                    rule.allows()
                        ? Subjects.allow(rule.principal(), "kms:" + rule.action())
                        : Subjects.deny(rule.principal(), "kms:" + rule.action(), ""))
            .toArray(String[]::new);
    kms.putKeyPolicy(
        b ->
            b.keyId(keyArns.get(key))
                .policy(Subjects.keyPolicy(statements).text())
                .bypassPolicyLockoutSafetyCheck(true));
    model.put(key, rules);
  }

  private void createChild(GrantChoices choices) {
    List<Given> parents =
        model.grants.stream().filter(each -> each.operations().contains("CreateGrant")).toList();
    if (!parents.isEmpty()) {
      Given parent = choices.pick(parents);
      String caller = choices.callerOf(parent.grantee());
      Given child = choices.child(parent, GrantModel.account(caller));
      SEEN.add("CHILD " + create(child, caller, choices));
    }
  }

  /** Another caller may create it again too, because its issuer is no parameter. */
  private void createAgain(String caller, GrantChoices choices) {
    List<Given> named = model.grants.stream().filter(each -> each.name() != null).toList();
    if (!named.isEmpty()) {
      create(choices.ofIssuer(choices.pick(named), GrantModel.account(caller)), caller, choices);
    }
  }

  /** One more grant denies nothing. */
  private String create(Given wanted, String caller, GrantChoices choices) {
    // A service has no account of its own: it creates in the account in which it names keys.
    Given given = caller.equals(Subjects.LOGS) ? choices.ofIssuer(wanted, Subjects.A) : wanted;
    List<Ask> asks = choices.asks(GrantModel.CALLERS, given.key());
    List<Boolean> before = asks.stream().map(this::isAllowed).toList();
    Ask ask = new Ask(caller, given.key(), "CreateGrant", Map.of(), choices.sourceOr(given), given);
    String expected = model.allows(ask) ? OK : DENIED;
    CreateGrant request = requests.create(given);
    Object response = compare(ask, request, expected);
    SEEN.add("CREATE " + expected);
    if (response instanceof CreateGrant.Response created) {
      addCreated(given, created);
      for (int i = 0; i < asks.size(); i++) {
        if (before.get(i)) {
          assertThat(isAllowed(asks.get(i))).as(asks.get(i).toString()).isTrue();
        }
      }
    }
    return expected;
  }

  private void addCreated(Given given, CreateGrant.Response created) {
    Given namesake = model.namesake(given);
    if (namesake != null) {
      SEEN.add("CREATE again");
      assertThat(created.grantId()).isEqualTo(namesake.id());
    } else {
      assertThat(everCreated).extracting(Given::id).doesNotContain(created.grantId());
      Given added = given.withId(created.grantId());
      model.grants.add(added);
      everCreated.add(added);
    }
    assertThat(tokens.values()).doesNotContain(created.grantToken());
    tokens.put(created.grantId(), created.grantToken());
  }

  private void retire(Kind kind, String caller, GrantChoices choices) {
    if (everCreated.isEmpty()) {
      return;
    }
    Given grant = choices.pickLate(everCreated);
    Ask ask = new Ask(caller, grant.key(), "RetireGrant", Map.of(), choices.source(), grant);
    String expected = model.allows(ask) ? OK : DENIED;
    if (!model.grants.contains(grant)) {
      expected = GrantModel.account(caller).equals(Subjects.A) ? NOT_FOUND : DENIED;
    }
    RetireGrant request =
        kind == Kind.RETIRE_BY_TOKEN
            ? new RetireGrant(tokens.get(grant.id()), null, null, null)
            : new RetireGrant(null, keyArns.get(grant.key()), grant.id(), null);
    compare(ask, request, expected);
    SEEN.add("RETIRE " + expected);
    if (expected.equals(OK)) {
      model.grants.remove(grant);
    }
  }

  private void revoke(String caller, GrantChoices choices) {
    if (everCreated.isEmpty()) {
      return;
    }
    Given grant = choices.pickLate(everCreated);
    Ask ask = new Ask(caller, grant.key(), "RevokeGrant", Map.of(), choices.source(), null);
    String expected = !model.allows(ask) ? DENIED : model.grants.contains(grant) ? OK : NOT_FOUND;
    compare(ask, new RevokeGrant(keyArns.get(grant.key()), grant.id(), null), expected);
    SEEN.add("REVOKE " + expected);
    if (expected.equals(OK)) {
      model.grants.remove(grant);
    }
  }

  private void list(String caller, int key, GrantChoices choices) {
    Ask ask = new Ask(caller, key, "ListGrants", Map.of(), choices.source(), null);
    String expected = model.allows(ask) ? OK : DENIED;
    ListGrants request = new ListGrants(choices.limit(), null, keyArns.get(key), null, null, null);
    compare(ask, request, expected);
    SEEN.add("LIST " + expected);
    if (expected.equals(OK)) {
      List<String> listed =
          kms.client(caller(caller, ask.source()))
              .listGrantsPages(b -> b.keyId(keyArns.get(key)).limit(request.limit()))
              .items()
              .map(GrantListEntry::grantId)
              .toList();
      assertThat(listed).isEqualTo(model.grantsOf(key).stream().map(Given::id).toList());
    }
  }

  /** Every principal lists its own; the session those of its role. */
  private void listRetirable(String caller, GrantChoices choices) {
    String retirer = choices.retirerOf(caller);
    boolean allowed =
        caller.equals(Subjects.LOGS) || GrantModel.identityAllows(caller, "ListRetirableGrants");
    ListRetirableGrants request = new ListRetirableGrants(choices.limit(), null, retirer, null);
    Ask ask = new Ask(caller, 0, "ListRetirableGrants", Map.of(), null, null);
    compare(ask, request, allowed ? OK : DENIED);
    SEEN.add("LIST_RETIRABLE " + allowed);
    if (allowed) {
      List<String> listed =
          kms.client(caller(caller, null))
              .listRetirableGrantsPages(b -> b.retiringPrincipal(retirer).limit(request.limit()))
              .items()
              .map(GrantListEntry::grantId)
              .toList();
      Set<String> forms = new HashSet<>(List.of(retirer));
      if (caller.equals(Subjects.ROOT_A)) {
        forms.addAll(List.of(Subjects.A, Subjects.ROOT_A));
      }
      assertThat(listed)
          .isEqualTo(
              model.grants.stream()
                  .filter(each -> each.retirer() != null && forms.contains(each.retirer()))
                  .map(Given::id)
                  .toList());
    }
  }

  /** Whatever was refused has changed nothing. */
  private void compareGrants() {
    for (int key = 0; key < keyArns.size(); key++) {
      String keyArn = keyArns.get(key);
      List<GrantListEntry> listed =
          kms.listGrantsPages(b -> b.keyId(keyArn).limit(3)).items().toList();
      assertThat(listed)
          .extracting(each -> requests.given(each, keyArns.indexOf(each.keyId()), issuer(each)))
          .isEqualTo(model.grantsOf(key));
    }
  }

  private static String issuer(GrantListEntry entry) {
    return ISSUERS.entrySet().stream()
        .filter(each -> each.getValue().equals(entry.issuingAccount()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private void probe(String caller, GrantChoices choices) {
    Ask ask = choices.ask(caller, choices.number(keyArns.size()));
    String expected = model.allows(ask) ? OK : DENIED;
    compare(ask, requests.use(ask), expected);
    SEEN.add(caller + " " + ask.action() + " " + expected);
  }

  private boolean isAllowed(Ask ask) {
    return kms.explain(caller(ask.caller(), ask.source()), requests.use(ask)).stream()
        .allMatch(Explanation::allowed);
  }

  private static Caller caller(String principal, String source) {
    Caller caller = World.caller(principal);
    return source == null ? caller : caller.with("aws:SourceArn", source);
  }

  /** Requires an answer of the call, and the same of its explanation. */
  private Object compare(Ask ask, KmsRequest<?> request, String expected) {
    Caller caller = caller(ask.caller(), ask.source());
    List<Explanation> explained = explain(caller, request);
    Object response = null;
    String answer = OK;
    String message = null;
    try {
      response = kms.client(caller).call(request);
    } catch (KmsException e) {
      answer = e.errorCode();
      message = e.getMessage();
    }
    assertThat(answer).as("%s by %s: %s", request, ask, explained).isEqualTo(expected);
    if (answer.equals(DENIED)) {
      assertThat(explained).last().extracting(Explanation::answer).isEqualTo(message);
    } else {
      assertThat(explained).as(ask.toString()).allMatch(Explanation::allowed);
    }
    return response;
  }

  private List<Explanation> explain(Caller caller, KmsRequest<?> request) {
    try {
      return kms.explain(caller, request);
    } catch (KmsException e) {
      assertThat(e.errorCode()).isEqualTo(NOT_FOUND);
      return List.of();
    }
  }

  @Override
  public void close() {
    kms.close();
  }
}
