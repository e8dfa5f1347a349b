package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.exception.KeyUnavailableException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every call of a provider goes through, whoever the caller is. */
final class Engine implements AutoCloseable {

  static final String CLOSED = "embedded-kms: the provider is closed";
  private static final String RESET = "embedded-kms: the provider was reset during the call";

  private final KeyStorage storage;
  private final FailureListener failures;
  private final Transactions transactions;
  private final DueWork dueWork;
  private final OperationTable operations;
  private final Seeding seeding;

  /** Why nothing is answered any more, once that is so. */
  private volatile @Nullable String over;

  Engine(KeyStorage storage, InstantSource clock, SecureRandom random, FailureListener failures) {
    this.storage = storage;
    this.failures = failures;
    // The service's dates are exact to the millisecond.
    Supplier<Instant> now = () -> clock.instant().truncatedTo(ChronoUnit.MILLIS);
    KeyStorage visible = storage.isReadOnly() ? new ReadOnlyView(storage, now) : storage;
    this.transactions = new Transactions(visible);
    KeyResolver resolver = new KeyResolver(visible);
    this.dueWork = new DueWork(visible, now);
    KeyCreation creation = new KeyCreation(transactions, random, now);
    this.seeding = new Seeding(visible, creation, now);
    this.operations =
        new OperationTable(
            resolver,
            new DataKeyOperations(random),
            new EncryptionOperations(new CiphertextOpener(visible, resolver), resolver),
            creation,
            new KeyOperations(visible, transactions),
            new KeyDeletion(transactions, now),
            new AliasOperations(visible, resolver, transactions, now));
  }

  <R> R call(Caller caller, KmsRequest<R> request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    Operation<KmsRequest<R>, R> operation = operations.of(request);
    return answered(
        operation.name(),
        () -> answeredWithoutStorage(operation.name(), () -> run(operation, caller, request)));
  }

  private <R> R run(Operation<KmsRequest<R>, R> operation, Caller caller, KmsRequest<R> request) {
    dueWork.carryOut();
    return transactions.run(() -> operation.run(new Call<>(operation.name(), caller, request)));
  }

  int purge() {
    requireOpen();
    return answered("purge", dueWork::carryOut);
  }

  /**
   * Creates the keys and aliases of a seed that the storage does not have, all of them or none. A
   * key whose deletion is due counts as deleted, as in every call.
   */
  void plant(Seed seed, Caller caller) {
    dueWork.carryOut();
    seeding.apply(seed, caller);
  }

  /** Tells answers from failures, and reports the latter. */
  private <R> R answered(String operation, Supplier<R> call) {
    try {
      return call.get();
    } catch (KmsException answer) {
      throw answer;
    } catch (ReadOnlyStoreException refusal) {
      throw refusal;
    } catch (UnsupportedOperationException e) {
      if (!Checks.saysNotYet(e)) {
        report(operation, e);
      }
      throw e;
    } catch (IllegalStateException e) {
      String reason = over;
      if (reason != null) {
        // The call was overtaken by the end and failed somewhere inside: say what it is.
        throw new IllegalStateException(reason, e);
      }
      report(operation, e);
      throw e;
    } catch (RuntimeException | Error failure) {
      report(operation, failure);
      throw failure;
    }
  }

  /**
   * A storage that fails is no answer, but the service has answers for its own failures, which tell
   * callers that trying again may help. They have no cause: the listener hears it.
   */
  private <R> R answeredWithoutStorage(String operation, Supplier<R> call) {
    try {
      return call.get();
    } catch (BlobSealer.MaterialUnavailable e) {
      report(operation, e.reason());
      throw new KeyUnavailableException(e.reason().getMessage());
    } catch (KeyStorageException failure) {
      report(operation, failure);
      throw new KmsInternalException(failure.getMessage());
    }
  }

  @Override
  public void close() {
    end(CLOSED);
  }

  /** Closes this engine because another one has taken its place. */
  void retire() {
    end(RESET);
  }

  private void end(String reason) {
    over = reason;
    storage.close();
  }

  private void requireOpen() {
    String reason = over;
    if (reason != null) {
      throw new IllegalStateException(reason);
    }
  }

  private void report(String operation, Throwable failure) {
    try {
      failures.failed(operation, failure);
    } catch (RuntimeException | Error e) {
      // A listener may throw what it was told of; nothing suppresses itself.
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
