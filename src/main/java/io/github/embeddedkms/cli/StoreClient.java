package io.github.embeddedkms.cli;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.KmsRequest;
import java.io.PrintWriter;

/** The keys of a store for one command, whose refusals say which operation was refused. */
final class StoreClient implements KmsClient, AutoCloseable {

  private final LocalKeyProvider provider;

  private StoreClient(LocalKeyProvider provider) {
    this.provider = provider;
  }

  /**
   * Opens the store.
   *
   * @param err where failures that are not service errors are reported
   */
  static StoreClient connect(Caller caller, StoreOptions store, PrintWriter err) {
    return new StoreClient(
        LocalKeyProvider.builder()
            .region(caller.region())
            .account(caller.account())
            .storage(store.open())
            .failureListener((operation, failure) -> Failures.print(err, operation, failure))
            .build());
  }

  @Override
  public <R> R call(KmsRequest<R> request) {
    try {
      return provider.call(request);
    } catch (InvalidCiphertextException | IncorrectKeyException e) {
      // An envelope continues with the next recipient and never reports these.
      throw e;
    } catch (KmsException e) {
      String message = e.getMessage();
      throw CommandLineException.service(
          e.errorCode(), request.getClass().getSimpleName(), message == null ? "" : message);
    }
  }

  @Override
  public void close() {
    provider.close();
  }
}
