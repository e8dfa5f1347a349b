package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.KeyUnavailableException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.model.KeyLastUsageTrackingOperation;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
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

  /** The reason why this engine no longer accepts calls; null while it does. */
  private volatile @Nullable End endedBecause;

  /**
   * Creates an engine.
   *
   * @param clock the clock that decides everything; null for the storage's clock
   * @param random the source of data keys; null for the operating system
   * @param keys the source of key ids and key material
   * @param multiRegionTransition how long multi-Region keys are Creating or Updating
   */
  Engine(
      KeyStorage storage,
      @Nullable InstantSource clock,
      @Nullable SecureRandom random,
      KeySource keys,
      Duration multiRegionTransition,
      FailureListener failures) {
    this(storage, clock, random, keys, multiRegionTransition, failures, new OwnAccountAuthorizer());
  }

  Engine(
      KeyStorage storage,
      @Nullable InstantSource clock,
      @Nullable SecureRandom random,
      KeySource keys,
      Duration multiRegionTransition,
      FailureListener failures,
      Authorizer authorizer) {
    this.storage = storage;
    this.failures = failures;
    ProviderClock time = ProviderClock.of(clock, storage);
    KeyStorage visible = storage.isReadOnly() ? new ReadOnlyView(storage, time) : storage;
    SecureRandom source = random == null ? SystemRandom.create() : random;
    this.components =
        new Components(
            visible,
            new Transactions(visible),
            new KeyResolver(visible),
            authorizer,
            source,
            random == null,
            keys,
            time,
            new LastUses(visible, time, this::report),
            new ImportTokens(visible),
            multiRegionTransition);
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
    } catch (KmsException | NotSupportedYetException | ReadOnlyStoreException notAFailure) {
      throw notAFailure;
    } catch (MaterialUnavailable e) {
      // This and the next are the service's retryable errors. The cause goes to the listener only.
      report(name, e.reason());
      throw new KeyUnavailableException(e.reason().getMessage());
    } catch (KeyStorageException e) {
      report(name, e);
      throw new KmsInternalException(e.getMessage());
    } catch (IllegalStateException e) {
      throw translateIfEnded(name, e);
    } catch (RuntimeException | Error e) {
      report(name, e);
      throw e;
    }
  }

  /** Explains each permission that a request needs, and runs nothing else. */
  List<Explanation> explain(Caller caller, KmsRequest<?> request) {
    throw new AssertionError("not yet");
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
