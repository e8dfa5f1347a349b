package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.ListKeyPolicies;
import io.github.embeddedkms.operation.PutKeyPolicy;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Returns, lists and replaces key policies. */
final class PolicyOperations implements Family {

  /** The name of the only policy that keys have here. */
  private static final String DEFAULT = "default";

  /** The name of the policy of keys that are shared through AWS Resource Access Manager. */
  private static final String SHARED = "AWS_RAM";

  private final HandlerProfiles profiles;
  private final KeyPolicies policies;
  private final Transactions transactions;

  PolicyOperations(Components components) {
    this.profiles = components.profiles();
    this.policies = components.policies();
    this.transactions = components.transactions();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "GetKeyPolicy" ->
          profiles
              .managing(GetKeyPolicy.class, GetKeyPolicy::keyId)
              .require(request -> requireExistingName(request.policyName()))
              .act(this::getKeyPolicy);
      case "ListKeyPolicies" ->
          profiles
              .managing(ListKeyPolicies.class, ListKeyPolicies::keyId)
              .act(this::listKeyPolicies);
      case "PutKeyPolicy" ->
          profiles
              .managing(PutKeyPolicy.class, PutKeyPolicy::keyId)
              .require(request -> requireWritableName(request.policyName()))
              .act(this::putKeyPolicy);
      default -> throw new AssertionError(name);
    };
  }

  private static void requireExistingName(@Nullable String name) {
    if (SHARED.equals(name)) {
      // The service's message was never recorded.
      throw new NotFoundException(
          "embedded-kms: the key has no policy AWS_RAM, because it is not shared through AWS RAM");
    }
    if (name != null && !name.equals(DEFAULT)) {
      // This message is known from other implementations only.
      throw new NotFoundException("No such policy exists");
    }
  }

  private static void requireWritableName(@Nullable String name) {
    if (SHARED.equals(name)) {
      throw new ValidationException("The AWS_RAM policy can only be managed by the RAM service.");
    }
    if (name != null && !name.equals(DEFAULT)) {
      // The service's message was never recorded.
      throw new UnsupportedOperationException(
          "embedded-kms: the only policy that can be put is named default");
    }
  }

  private GetKeyPolicy.Response getKeyPolicy(Call<GetKeyPolicy> call) {
    return new GetKeyPolicy.Response(KeyPolicies.printed(call.key(), call.caller()), DEFAULT);
  }

  private ListKeyPolicies.Response listKeyPolicies(Call<ListKeyPolicies> call) {
    Pager.Page<String> page =
        new Pager(Pager.Listing.LIST_KEY_POLICIES, call.caller(), call.key().address().id())
            .page(
                call.request().limit(),
                call.request().marker(),
                (lastName, limit) -> lastName.isEmpty() ? List.of(DEFAULT) : List.of(),
                Function.identity());
    return new ListKeyPolicies.Response(page.items(), page.nextMarker(), page.truncated());
  }

  private PutKeyPolicy.Response putKeyPolicy(Call<PutKeyPolicy> call) {
    KeyEntry key = call.key();
    PutKeyPolicy request = call.request();
    Policy policy =
        policies.requireAcceptable(
            request.policy(),
            request.bypassPolicyLockoutSafetyCheck(),
            call.caller(),
            call.resolved());
    // What GetKeyPolicy returns can be put again, and changes nothing.
    if (!KeyPolicies.areSame(policy, key.policy())) {
      transactions.commit(Change.replace(key, key.changed(next -> next.policy(policy))));
    }
    return new PutKeyPolicy.Response();
  }
}
