package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.cli.store.StoreOptions;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FailureReport;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import io.github.embeddedkms.wire.WireClient;
import java.io.PrintWriter;

/**
 * The client of one command, over the keys of a store or over an endpoint. Its errors name the
 * operation that was refused.
 */
public final class ServiceClient implements KmsClient, AutoCloseable {

  private final KmsClient client;
  private final Runnable closing;

  private ServiceClient(KmsClient client, Runnable closing) {
    this.client = client;
    this.closing = closing;
  }

  /**
   * Opens a store.
   *
   * @param err where failures that are not service errors are reported
   */
  static ServiceClient ofStore(Caller caller, StoreOptions store, PrintWriter err) {
    LocalKeyProvider provider =
        LocalKeyProvider.builder()
            .region(caller.region())
            .account(caller.account())
            .storage(store.open())
            .failureListener(
                (operation, failure) -> FailureReport.of(failure, operation).print(err))
            .build();
    return new ServiceClient(provider, provider::close);
  }

  static ServiceClient ofEndpoint(EndpointTransport endpoint) {
    return new ServiceClient(new WireClient(endpoint), endpoint::close);
  }

  @Override
  public <R> R call(KmsRequest<R> request) {
    String operation = OperationType.of(request).operationName();
    try {
      return client.call(request);
    } catch (InvalidCiphertextException | IncorrectKeyException e) {
      // An envelope continues with the next recipient and never reports these.
      throw e;
    } catch (KmsException e) {
      throw refused(e, operation);
    } catch (ReadOnlyStoreException e) {
      throw CommandLineException.service(
          ReadOnlyStoreException.ERROR_CODE, operation, messageOf(e));
    } catch (NotSupportedYetException e) {
      throw CommandLineException.service(
          NotSupportedYetException.ERROR_CODE, operation, messageOf(e));
    }
  }

  /**
   * Names the operation that was refused.
   *
   * @param error a service error
   * @param operation the name of the operation
   * @return the exception of the command
   */
  public static CommandLineException refused(KmsException error, String operation) {
    return CommandLineException.service(error.errorCode(), operation, messageOf(error));
  }

  /** Some errors have no message. */
  private static String messageOf(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? "" : message;
  }

  @Override
  public void close() {
    closing.run();
  }
}
