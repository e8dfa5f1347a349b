package io.github.embeddedkms.wire;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.SerializationException;
import io.github.embeddedkms.exception.UnknownOperationException;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.json.NotBase64Exception;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of the service's protocol, AWS JSON 1.1, by a {@link KmsService}. What a
 * request asks for stands in its target ({@code TrentService.GenerateDataKey}), its members in a
 * JSON object; unknown members are passed over, null ones are absent.
 *
 * <p>Whatever arrives is answered, never thrown: with the response, with the service's error, or,
 * where something fails that is nobody's answer, with a KMSInternalException; the failure itself
 * goes to the listener.
 *
 * <p>Safe for use by several threads. Source: AWS KMS API Reference, "Making API requests"; Smithy,
 * "AWS JSON 1.1 protocol".
 */
public final class AwsJson {

  private static final String TARGET_PREFIX = "TrentService.";

  private static final Map<String, Class<?>> REQUESTS =
      Arrays.stream(KmsRequest.class.getPermittedSubclasses())
          .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

  private final KmsService service;
  private final FailureListener failures;

  /**
   * Puts the protocol in front of a service.
   *
   * @param service answers the requests
   * @param failures is told of failures that the caller sees as KMSInternalException
   */
  public AwsJson(KmsService service, FailureListener failures) {
    this.service = service;
    this.failures = failures;
  }

  /**
   * Answers one request.
   *
   * @param target the value of the header {@code X-Amz-Target}, if there is one
   * @param body the body, a JSON object in UTF-8; wiping it remains the caller's part
   * @param caller who asks, and in which Region
   * @return status and body of the answer
   */
  public Answer answer(@Nullable String target, byte[] body, Caller caller) {
    return answer(target, body, () -> caller);
  }

  /**
   * Answers one request of somebody who is yet to be found out. That comes before anything else: a
   * stranger learns nothing of what is wrong with a request.
   *
   * @param target the value of the header {@code X-Amz-Target}, if there is one
   * @param body the body, a JSON object in UTF-8; wiping it remains the caller's part
   * @param caller finds out who asks; an error of the service that it throws is the answer
   * @return status and body of the answer
   */
  public Answer answer(@Nullable String target, byte[] body, Supplier<Caller> caller) {
    String operation = operationOf(target);
    try {
      return answerOrError(operation, body, caller);
    } catch (RuntimeException | Error e) {
      return internal(operation, e);
    }
  }

  /** Writing an error may fail as well: one that quotes from a request is as long as that. */
  private Answer answerOrError(String operation, byte[] body, Supplier<Caller> caller) {
    try {
      Caller known = caller.get();
      return answer(read(operation, body), known);
    } catch (KmsException e) {
      return Answer.of(e);
    } catch (ReadOnlyStoreException e) {
      return Answer.readOnly(e);
    } catch (NotSupportedYetException e) {
      return Answer.notSupportedYet(e);
    }
  }

  private Answer internal(String operation, Throwable failure) {
    try {
      failures.failed(operation, failure);
    } catch (RuntimeException | Error e) {
      // The caller waits for an answer, whatever a listener does.
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
    return Answer.of(new KmsInternalException(null));
  }

  private static String operationOf(@Nullable String target) {
    return target != null && target.startsWith(TARGET_PREFIX)
        ? target.substring(TARGET_PREFIX.length())
        : "";
  }

  private static Record read(String operation, byte[] body) {
    Class<?> type = REQUESTS.get(operation);
    if (type == null) {
      throw new UnknownOperationException("embedded-kms: there is no operation " + operation);
    }
    JsonRecords.Read<? extends Record> read;
    try {
      read = JsonRecords.read(type.asSubclass(Record.class), body);
    } catch (NotBase64Exception e) {
      throw new SerializationException(null);
    } catch (JsonException e) {
      // What the service says of other faults of a text was never recorded.
      throw new SerializationException("embedded-kms: " + e.getMessage());
    }
    if (!read.unknownValues().isEmpty()) {
      try {
        Constraints.check(
            read.record(),
            read.unknownValues().stream()
                .map(
                    unknown ->
                        new Constraints.UnknownValue(
                            unknown.path(), unknown.value(), unknown.known()))
                .toList());
      } finally {
        Secrets.close(read.record());
      }
    }
    return read.record();
  }

  private Answer answer(Record request, Caller caller) {
    try {
      Record response = (Record) service.client(caller).call((KmsRequest<?>) request);
      try {
        return Answer.of(response);
      } finally {
        Secrets.close(response);
      }
    } finally {
      Secrets.close(request);
    }
  }
}
