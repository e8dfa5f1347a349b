package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Decision;
import io.github.embeddedkms.authorization.Evaluator;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Grants;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.authorization.Principal;
import io.github.embeddedkms.authorization.Reason;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets key policies, identity policies and grants decide.
 *
 * <p>Source: AWS KMS Developer Guide, "AWS KMS permissions", for the actions that can be used with
 * keys of other accounts.
 */
final class PolicyAuthorizer implements Authorizer {

  private static final Set<String> ACROSS_ACCOUNTS =
      Set.of(
          "CreateGrant",
          "Decapsulate",
          "Decrypt",
          "DeriveSharedSecret",
          "DescribeKey",
          "Encapsulate",
          "Encrypt",
          "GenerateDataKey",
          "GenerateDataKeyPair",
          "GenerateDataKeyPairWithoutPlaintext",
          "GenerateDataKeyWithoutPlaintext",
          "GenerateMac",
          "GetKeyRotationStatus",
          "GetPublicKey",
          "ListGrants",
          "ReEncryptFrom",
          "ReEncryptTo",
          "RetireGrant",
          "RevokeGrant",
          "Sign",
          "Verify",
          "VerifyMac");

  /**
   * How many principals and policies are kept. Any account can call, so there is no end to them.
   */
  private static final int MAX_KEPT = 1_000;

  /** A statement without a resource has no effect. */
  private static final Policy ALLOWING_NOTHING =
      Policy.keyPolicy(
          "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\"}}");

  private final Identities identities;
  private final boolean onlyAdministrators;
  private final @Nullable Consumer<Explanation> refusals;
  private final Consumer<Throwable> failures;
  private final KeyStorage storage;
  private final ProviderClock clock;
  private final LastUses lastUses;

  /** The actions as policies name them, by the permissions. */
  private final Map<String, String> actions = new ConcurrentHashMap<>();

  private final Map<String, Principal> principals = new ConcurrentHashMap<>();

  /** The policies of keys that have none of their own, by the ARN of their account's root user. */
  private final Map<String, Policy> defaults = new ConcurrentHashMap<>();

  /** The same for AWS managed keys. */
  private final Map<String, Policy> managed = new ConcurrentHashMap<>();

  /**
   * Creates an authorizer.
   *
   * @param refusals receives the explanation of every refusal; null if none is wanted
   * @param failures receives what goes wrong meanwhile
   */
  PolicyAuthorizer(
      Identities identities,
      @Nullable Consumer<Explanation> refusals,
      Consumer<Throwable> failures,
      KeyStorage storage,
      ProviderClock clock,
      LastUses lastUses) {
    this.identities = identities;
    this.onlyAdministrators = identities == Identities.administrators();
    this.refusals = refusals;
    this.failures = failures;
    this.storage = storage;
    this.clock = clock;
    this.lastUses = lastUses;
  }

  /** Returns the identities, which say what principals there can be in policies. */
  Identities identities() {
    return identities;
  }

  @Override
  public boolean allowsEverything(Caller caller, ResolvedKey key) {
    KeyEntry entry = key.entry();
    return onlyAdministrators
        && entry.policy() == null
        && entry.keyManager() == KeyManagerType.CUSTOMER
        && key.belongsTo(caller);
  }

  @Override
  public boolean allowsEverythingWithoutKey(Caller caller) {
    return onlyAdministrators && !caller.isService();
  }

  @Override
  public @Nullable Refusal refusal(AccessRequest request) {
    Inquiry inquiry = inquiry(request);
    if (refusals != null) {
      Explanation explanation = Evaluator.explainRefusal(inquiry);
      return explanation == null
          ? null
          : new Refusal(
              Objects.requireNonNull(explanation.answer(), "of a refusal"),
              explanation.isRefusedByIdentity(),
              explanation);
    }
    Decision decision = Evaluator.decide(inquiry);
    String message = decision.message(inquiry);
    return message == null ? null : new Refusal(message, decision.isByIdentity(), null);
  }

  @Override
  public Explanation explain(AccessRequest request) {
    return Evaluator.explain(inquiry(request));
  }

  @Override
  public void report(Refusal refusal) {
    if (refusals == null || refusal.explanation() == null) {
      return;
    }
    try {
      refusals.accept(refusal.explanation());
    } catch (RuntimeException | Error e) {
      // The caller must receive the refusal, whatever a listener does.
      failures.accept(e);
    }
  }

  private Inquiry inquiry(AccessRequest request) {
    ResolvedKey key = request.target().isKey() ? request.key() : null;
    Policy own = key == null ? null : key.entry().policy();
    if (own != null && !isParsable(own)) {
      // What it denies is not known, and no grant permits what a policy denies.
      return inquiry(request, ALLOWING_NOTHING).withoutGrants();
    }
    return inquiry(
        request, own == null && key != null ? defaultOf(request.caller(), key.entry()) : own);
  }

  /**
   * Returns the inquiry about an action.
   *
   * @param keyPolicy the policy of the key; null if there is none
   */
  Inquiry inquiry(AccessRequest request, @Nullable Policy keyPolicy) {
    ResolvedKey key = request.target().isKey() ? request.key() : null;
    return new Inquiry(
        kept(actions, request.action(), "kms:"::concat),
        request.target(),
        request.resource(),
        keyPolicy,
        ACROSS_ACCOUNTS.contains(request.action()),
        principalOf(request.caller()),
        new RequestFacts(request, new Around(request)),
        key == null ? Grants.none() : new KeyGrants(storage, request, key));
  }

  /** Returns whether an action is allowed without any policy: by a grant, or to a root user. */
  boolean needsNoPolicy(AccessRequest request) {
    return Evaluator.decide(inquiry(request, ALLOWING_NOTHING).withIdentity(Identity.none()))
        .isAllowed();
  }

  /** Returns whether a grant allows an action, if need be together with identity policies. */
  boolean needsNoKeyPolicy(AccessRequest request) {
    Inquiry byAdministrator =
        inquiry(request, ALLOWING_NOTHING).withIdentity(Identity.administrator());
    return Evaluator.explain(byAdministrator).reason() instanceof Reason.AllowedByGrant;
  }

  private Policy defaultOf(Caller caller, KeyEntry key) {
    String root = DefaultKeyPolicy.rootOf(caller, key.address().account());
    return key.keyManager() == KeyManagerType.CUSTOMER
        ? kept(defaults, root, Policy::defaultKeyPolicy)
        : kept(managed, root, Policy::awsManagedKeyPolicy);
  }

  /**
   * A policy that cannot be parsed allows nothing, and grants of its key do not count. No operation
   * puts one: it was written by another program or a newer version.
   */
  private boolean isParsable(Policy policy) {
    try {
      policy.requireValidSyntax();
      return true;
    } catch (PolicyFault e) {
      failures.accept(e);
      return false;
    }
  }

  private Principal principalOf(Caller caller) {
    return kept(principals, caller.principal(), this::parse);
  }

  private Principal parse(String text) {
    Principal known = Principal.of(text, Identity.none());
    return known.hasIdentity() ? Principal.of(text, identities.of(known.text())) : known;
  }

  private static <T> T kept(Map<String, T> kept, String name, Function<String, T> creation) {
    T known = kept.get(name);
    if (known == null) {
      if (kept.size() >= MAX_KEPT) {
        kept.clear();
      }
      known = creation.apply(name);
      kept.put(name, known);
    }
    return known;
  }

  /** What conditions can ask besides the request. */
  private final class Around implements RequestFacts.Surroundings {

    private final AccessRequest request;

    Around(AccessRequest request) {
      this.request = request;
    }

    @Override
    public Instant now() {
      return clock.now();
    }

    @Override
    public List<String> aliases(KeyEntry key) {
      return storage.aliasesOf(key.address(), "", Integer.MAX_VALUE).stream()
          .map(AliasEntry::address)
          .map(Address::id)
          .toList();
    }

    @Override
    public Instant lastUse(KeyEntry key) {
      return lastUses.of(key).map(LastUses.Use::date).orElseGet(key::creationDate);
    }

    @Override
    public @Nullable String otherKeyArn() {
      return request.otherKeyArn().get();
    }
  }
}
