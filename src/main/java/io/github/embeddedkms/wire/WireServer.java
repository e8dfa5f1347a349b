package io.github.embeddedkms.wire;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.exception.UnknownOperationException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server half of the service's protocol, AWS JSON 1.1, over a {@link KmsService}. The target of
 * a request ({@code TrentService.GenerateDataKey}) names its operation, and a JSON object has its
 * members; unknown members are ignored, null members are absent.
 *
 * <p>Nothing is thrown: the result is the service's response, the service's error, or, if anything
 * else fails, a KMSInternalException, whose cause goes to the listener only.
 *
 * <p>Safe for use by several threads. Source: AWS KMS API Reference, "Making API requests"; Smithy,
 * "AWS JSON 1.1 protocol".
 */
public final class WireServer {

  private static final byte[] ONE_KEY = "{\"Limit\":1}".getBytes(StandardCharsets.UTF_8);

  private final KmsService service;
  private final FailureListener failures;

  /**
   * Creates a handler that serves the protocol from a service.
   *
   * @param service responds to the requests
   * @param failures receives the failures that the caller sees as KMSInternalException
   * @throws IllegalStateException if Gson is missing or too old
   */
  public WireServer(KmsService service, FailureListener failures) {
    JsonRecords.requireLibrary();
    this.service = service;
    this.failures = failures;
  }

  /**
   * Responds to one request.
   *
   * @param target the value of the header {@code X-Amz-Target}, or null if there is none
   * @param body the body, a JSON object in UTF-8; the caller remains responsible for wiping it
   * @param caller the caller and its Region
   * @return status and body of the response
   */
  public WireResponse answer(@Nullable String target, byte[] body, Caller caller) {
    return answer(target, body, () -> caller);
  }

  /**
   * Responds to one request whose caller must be determined first. An unauthenticated caller learns
   * nothing else about the request.
   *
   * @param target the value of the header {@code X-Amz-Target}, or null if there is none
   * @param body the body, a JSON object in UTF-8; the caller remains responsible for wiping it
   * @param caller determines the caller; a service error that it throws is the response
   * @return status and body of the response
   */
  public WireResponse answer(@Nullable String target, byte[] body, Supplier<Caller> caller) {
    try {
      return responseOrError(target, body, caller);
    } catch (RuntimeException | Error e) {
      return internal(target, e);
    }
  }

  /**
   * Sends a request that every caller may send, and that needs the storage: for health checks.
   *
   * @param caller the caller
   * @return true if the service processed the request, also if it refused it
   */
  public boolean probe(Caller caller) {
    int status = answer(OperationType.LIST_KEYS.target(), ONE_KEY.clone(), caller).status();
    return status == 200 || status == 400;
  }

  /** Writing an error can fail too: one that quotes from a request is as long as the request. */
  private WireResponse responseOrError(
      @Nullable String target, byte[] body, Supplier<Caller> caller) {
    try {
      Caller known = caller.get();
      return response(RequestReader.read(operationOf(target), body), known);
    } catch (KmsException e) {
      return WireResponse.of(e);
    } catch (ReadOnlyStoreException e) {
      return WireResponse.readOnly(e);
    } catch (ServiceClosedException e) {
      return WireResponse.closed(e);
    } catch (NotSupportedYetException e) {
      return WireResponse.notSupportedYet(e);
    }
  }

  private static OperationType operationOf(@Nullable String target) {
    if (target == null) {
      throw new UnknownOperationException("embedded-kms: the header X-Amz-Target is missing");
    }
    if (!target.startsWith(OperationType.TARGET_PREFIX)) {
      throw new UnknownOperationException(
          "embedded-kms: the target does not begin with "
              + OperationType.TARGET_PREFIX
              + ": "
              + target);
    }
    return OperationType.ofTarget(target)
        .orElseThrow(
            () ->
                new UnknownOperationException(
                    "embedded-kms: AWS KMS has no operation "
                        + target.substring(OperationType.TARGET_PREFIX.length())));
  }

  private WireResponse response(KmsRequest<?> request, Caller caller) {
    try {
      Record response = (Record) service.client(caller).call(request);
      try {
        return WireResponse.of(response);
      } finally {
        Secrets.close(response);
      }
    } finally {
      Secrets.close((Record) request);
    }
  }

  private WireResponse internal(@Nullable String target, Throwable failure) {
    try {
      failures.failed(nameFor(target), failure);
    } catch (RuntimeException | Error e) {
      // The caller waits for a response, whatever a listener does.
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
    return WireResponse.of(new KmsInternalException(null));
  }

  /** The name for the listener; empty if the target names no operation. */
  private static String nameFor(@Nullable String target) {
    return target == null
        ? ""
        : OperationType.ofTarget(target).map(OperationType::operationName).orElse("");
  }
}
