package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.cli.store.StoreOptions;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FailureReport;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.KmsRequest;
import java.io.PrintWriter;

/**
 * A client of the keys of a store, for one command. Its errors name the operation that was refused.
 */
public final class StoreClient implements KmsClient, AutoCloseable {

  private final LocalKeyProvider provider;

  private StoreClient(LocalKeyProvider provider) {
    this.provider = provider;
  }

  static StoreClient open(Caller caller, StoreOptions store, PrintWriter err) {
    return new StoreClient(
        LocalKeyProvider.builder()
            .region(caller.region())
            .account(caller.account())
            .storage(store.open())
            .failureListener(
                (operation, failure) -> FailureReport.of(failure, operation).print(err))
            .build());
  }

  /**
   * Returns the keys themselves.
   *
   * @return the provider, closed by this client
   */
  public LocalKeyProvider provider() {
    return provider;
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
