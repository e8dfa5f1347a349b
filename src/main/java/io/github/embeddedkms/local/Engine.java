package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.KeyStorage;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Supplier;

/** What every call of a provider goes through, whoever the caller is. */
final class Engine implements AutoCloseable {

  private final KeyStorage storage;
  private final FailureListener failures;
  private final Transactions transactions;
  private final OperationTable operations;
  private volatile boolean closed;

  Engine(KeyStorage storage, InstantSource clock, SecureRandom random, FailureListener failures) {
    this.storage = storage;
    this.failures = failures;
    this.transactions = new Transactions(storage);
    // The service's dates are exact to the millisecond.
    Supplier<Instant> now = () -> clock.instant().truncatedTo(ChronoUnit.MILLIS);
    KeyResolver resolver = new KeyResolver(storage);
    this.operations =
        new OperationTable(
            resolver,
            new DataKeyOperations(random),
            new EncryptionOperations(storage, resolver),
            new KeyOperations(transactions, random, now),
            new AliasOperations(storage, transactions, now));
  }

  <R> R call(Caller caller, KmsRequest<R> request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    Operation<KmsRequest<R>, R> operation = operations.of(request);
    try {
      return transactions.run(() -> operation.run(new Call<>(operation.name(), caller, request)));
    } catch (KmsException | UnsupportedOperationException answer) {
      throw answer;
    } catch (RuntimeException | Error failure) {
      // A call that was overtaken by close() fails somewhere inside: say what it is.
      requireOpen();
      report(operation.name(), failure);
      throw failure;
    }
  }

  @Override
  public void close() {
    closed = true;
    storage.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("embedded-kms: the provider is closed");
    }
  }

  private void report(String operation, Throwable failure) {
    try {
      failures.failed(operation, failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
