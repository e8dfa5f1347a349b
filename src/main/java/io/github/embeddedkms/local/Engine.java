package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.KeyUnavailableException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.model.KeyLastUsageTrackingOperation;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ReplicateKey;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs every call of a provider, for all callers. */
final class Engine implements AutoCloseable {

  private static final String PURGE = "purge";

  /** Why an engine no longer accepts calls. */
  private enum End {
    CLOSED,
    RESET;

    /** The failure of a call that found the engine ended, or was running when it ended. */
    IllegalStateException failure(@Nullable Throwable cause) {
      return switch (this) {
        case CLOSED ->
            cause == null ? new ServiceClosedException() : new ServiceClosedException(cause);
        case RESET ->
            new IllegalStateException(
                "embedded-kms: the provider was reset during the call", cause);
      };
    }
  }

  private final KeyStorage storage;
  private final FailureListener failures;
  private final Components components;
  private final DueWork dueWork;
  private final OperationTable operations;

  /** The operations for requests that are only explained. */
  private final OperationTable explained;

  /** The reason why this engine no longer accepts calls; null while it does. */
  private volatile @Nullable End endedBecause;

  /**
   * Creates an engine.
   *
   * @param clock the clock that decides everything; null for the storage's clock
   * @param random the source of data keys; null for the operating system
   * @param keys the source of key ids and key material
   * @param multiRegionTransition how long multi-Region keys are Creating or Updating
   * @param identities the identity policies of principals
   * @param refusals receives the explanation of every refusal; null if none is wanted
   */
  Engine(
      KeyStorage storage,
      @Nullable InstantSource clock,
      @Nullable SecureRandom random,
      KeySource keys,
      Duration multiRegionTransition,
      Identities identities,
      @Nullable Consumer<Explanation> refusals,
      FailureListener failures) {
    this(
        storage,
        clock,
        random,
        keys,
        multiRegionTransition,
        identities,
        refusals,
        failures,
        authorizer -> authorizer);
  }

  /**
   * Creates an engine.
   *
   * @param authorization returns what decides, given what decides by policies
   */
  Engine(
      KeyStorage storage,
      @Nullable InstantSource clock,
      @Nullable SecureRandom random,
      KeySource keys,
      Duration multiRegionTransition,
      Identities identities,
      @Nullable Consumer<Explanation> refusals,
      FailureListener failures,
      UnaryOperator<Authorizer> authorization) {
    this.storage = storage;
    this.failures = failures;
    ProviderClock time = ProviderClock.of(clock, storage);
    KeyStorage visible = storage.isReadOnly() ? new ReadOnlyView(storage, time) : storage;
    SecureRandom source = random == null ? SystemRandom.create() : random;
    LastUses lastUses = new LastUses(visible, time, this::report);
    PolicyAuthorizer policies =
        new PolicyAuthorizer(
            identities,
            refusals,
            failure -> report("authorization", failure),
            visible,
            time,
            lastUses);
    Permissions permissions = new Permissions(authorization.apply(policies));
    Function<KeyStorage, Components> over =
        keysSeen ->
            new Components(
                keysSeen,
                new Transactions(keysSeen),
                new KeyResolver(keysSeen),
                permissions,
                new KeyPolicies(policies),
                source,
                random == null,
                keys,
                time,
                lastUses,
                new ImportTokens(keysSeen),
                multiRegionTransition);
    this.components = over.apply(visible);
    // A key that is due appears as deleted, but nothing is done about it.
    this.explained = new OperationTable(over.apply(new ReadOnlyView(storage, time)));
    this.dueWork = new DueWork(components);
    this.operations = new OperationTable(components);
  }

  /** Runs a call. Distinguishes the service's errors from failures, and reports the failures. */
  <R> R call(Caller caller, KmsRequest<R> request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    OperationHandler<KmsRequest<R>, R> handler = operations.handlerOf(request);
    String name = handler.name();
    try {
      dueWork.carryOut(warning -> report(name, warning));
      return components.transactions().run(() -> run(handler, new Call<>(name, caller, request)));
    } catch (RuntimeException | Error e) {
      throw translate(name, e);
    }
  }

  /** Explains each permission that a request needs, and runs nothing else. */
  <R> List<Explanation> explain(Caller caller, KmsRequest<R> request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    OperationHandler<KmsRequest<R>, R> handler = explained.handlerOf(request);
    Call<KmsRequest<R>> call = Call.toExplain(handler.name(), caller, request);
    try {
      handler.explain(call);
    } catch (DryRunOperationException end) {
      // A dry run that ignores the ciphertext ends before the key of the ciphertext is found.
    } catch (KmsException e) {
      // A call does not get further than its first refusal.
      if (call.explanations().stream().allMatch(Explanation::allowed)) {
        throw e;
      }
    } catch (RuntimeException | Error e) {
      throw translate(handler.name(), e);
    }
    return List.copyOf(call.explanations());
  }

  /**
   * Returns the permissions that a request needs, as far as its checks get, and runs nothing else.
   * Those of keys that do not exist are left out, and those that no policy has to give. Failures
   * are not reported: the call follows, and reports its own.
   */
  <R> List<UsedPermission> permissions(Caller caller, KmsRequest<R> request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    OperationHandler<KmsRequest<R>, R> handler = explained.handlerOf(request);
    Call<KmsRequest<R>> call = Call.toRecord(handler.name(), caller, request);
    Optional<UsedPermission> toPutNext = Optional.empty();
    try {
      handler.explain(call);
      toPutNext = usedToPutNext(call);
    } catch (KmsException e) {
      // The call ends there too.
    }
    Stream<UsedPermission> used =
        call.explained().stream()
            .map(Call.Explained::request)
            .filter(access -> access.key() != null || !access.target().isKey())
            .flatMap(access -> components.policies().used(access).stream());
    return Stream.concat(used, toPutNext.stream()).toList();
  }

  /** Returns the permission that the check of a new key's policy needs besides. */
  private Optional<UsedPermission> usedToPutNext(Call<? extends KmsRequest<?>> call) {
    KmsRequest<?> request = call.request();
    if (request instanceof CreateKey creation && creation.policy() != null) {
      return components
          .policies()
          .usedToPutNext(
              creation.policy(),
              creation.bypassPolicyLockoutSafetyCheck(),
              call.caller(),
              KeyCreation.withoutId(call.caller(), creation, components.clock().now()));
    }
    if (request instanceof ReplicateKey replication && replication.policy() != null) {
      Caller there = call.caller().inRegion(replication.replicaRegion());
      return components
          .policies()
          .usedToPutNext(
              replication.policy(),
              replication.bypassPolicyLockoutSafetyCheck(),
              there,
              ReplicaCreation.withoutMaterial(
                  call.key(), replication, there, components.clock().now()));
    }
    return Optional.empty();
  }

  /** Returns the exception that the caller receives, or throws an error. */
  private RuntimeException translate(String operation, Throwable thrown) {
    if (thrown instanceof KmsException
        || thrown instanceof NotSupportedYetException
        || thrown instanceof ReadOnlyStoreException) {
      return (RuntimeException) thrown;
    }
    if (thrown instanceof MaterialUnavailable e) {
      // This and the next are the service's retryable errors. The cause goes to the listener only.
      report(operation, e.reason());
      return new KeyUnavailableException(e.reason().getMessage());
    }
    if (thrown instanceof KeyStorageException e) {
      report(operation, e);
      return new KmsInternalException(e.getMessage());
    }
    if (thrown instanceof IllegalStateException e) {
      return translateIfEnded(operation, e);
    }
    report(operation, thrown);
    if (thrown instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thrown;
  }

  private <Q extends KmsRequest<R>, R> R run(OperationHandler<Q, R> handler, Call<Q> call) {
    R response = handler.run(call);
    KeyLastUsageTrackingOperation use = handler.use();
    if (use != null) {
      components.lastUses().record(use, call.key());
      KeyEntry destination = call.destinationOrNull();
      if (destination != null) {
        components.lastUses().record(use, destination);
      }
    }
    return response;
  }

  int purge() {
    requireOpen();
    try {
      if (!storage.isReadOnly()) {
        components.clock().confirm();
      }
      return dueWork.carryOut(warning -> report(PURGE, warning));
    } catch (IllegalStateException e) {
      throw translateIfEnded(PURGE, e);
    } catch (RuntimeException | Error e) {
      report(PURGE, e);
      throw e;
    }
  }

  /**
   * Creates the keys and aliases of a seed that the storage does not have, all of them or none. A
   * key whose deletion is due counts as deleted, as in every call.
   */
  void applySeed(Seed seed, Caller caller) {
    dueWork.carryOut(warning -> report("seed", warning));
    new Seeding(components).apply(seed, caller);
  }

  /** Creates the AWS managed keys of services that the storage does not have. */
  void createAwsManagedKeys(List<String> services, Caller caller) {
    AwsManagedKeys keys = new AwsManagedKeys(components);
    for (String service : services) {
      components
          .transactions()
          .run(
              () -> {
                keys.createIfMissing(caller, service);
                return service;
              });
    }
  }

  /**
   * A call that is running when the engine ends can fail anywhere. The exception then names the
   * reason.
   */
  private IllegalStateException translateIfEnded(String operation, IllegalStateException failure) {
    End reason = endedBecause;
    if (reason != null) {
      return reason.failure(failure);
    }
    report(operation, failure);
    return failure;
  }

  @Override
  public void close() {
    boolean first = endedBecause == null;
    endedBecause = End.CLOSED;
    if (first) {
      writeLastUses();
    }
    components.importTokens().close();
    storage.close();
  }

  private void writeLastUses() {
    try {
      components.lastUses().writeAll();
    } catch (RuntimeException | Error e) {
      report("close", e);
    }
  }

  /** Closes this engine because another one has taken its place. */
  void replaceAfterReset() {
    endedBecause = End.RESET;
    components.importTokens().close();
    storage.close();
  }

  private void requireOpen() {
    End reason = endedBecause;
    if (reason != null) {
      throw reason.failure(null);
    }
  }

  /** Reports a failure to the listener, whatever that does. */
  void report(String operation, Throwable failure) {
    try {
      failures.failed(operation, failure);
    } catch (RuntimeException | Error e) {
      // A listener may throw the failure that it received; an exception cannot suppress itself.
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
