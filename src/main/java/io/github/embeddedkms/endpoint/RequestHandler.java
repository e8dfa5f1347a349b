package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.endpoint.RequestGate.Refusal;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.wire.ClockServer;
import io.github.embeddedkms.wire.RequestAuthenticator;
import io.github.embeddedkms.wire.RequestCallers;
import io.github.embeddedkms.wire.WireResponse;
import io.github.embeddedkms.wire.WireServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Handles requests: checks the head, reads the body up to the limit, and has the request processed.
 * No permit is held while a client sends or receives.
 */
final class RequestHandler implements AutoCloseable {

  /** Notified when a request has been received completely, before it is processed. */
  interface Received {
    void received() throws IOException;
  }

  private final WireServer wire;
  private final @Nullable ClockServer clock;
  private final RequestCallers callers;
  private final RequestGate gate;
  private final @Nullable RequestAuthenticator authenticator;
  private final int maximumBodyBytes;

  /** One permit for each request that may be processed at once. */
  private final Semaphore permits;

  private final Duration waitTimeout;
  private final HealthCheck health;

  RequestHandler(
      WireServer wire,
      @Nullable ClockServer clock,
      RequestCallers callers,
      RequestGate gate,
      @Nullable RequestAuthenticator authenticator,
      int maximumBodyBytes,
      Semaphore permits,
      Duration waitTimeout) {
    this.wire = wire;
    this.clock = clock;
    this.callers = callers;
    this.gate = gate;
    this.authenticator = authenticator;
    this.maximumBodyBytes = maximumBodyBytes;
    this.permits = permits;
    this.waitTimeout = waitTimeout;
    this.health = new HealthCheck(wire, callers.of(null, null), permits);
  }

  /** Returns what determines the callers of a connection's requests, from the client's address. */
  RequestCallers callersFrom(String address) {
    return callers.from(address);
  }

  /**
   * Handles a request.
   *
   * @param clientCallers determines the caller
   * @param memory where memory for large messages is reserved, until the response is sent
   * @param healthOnly whether the connection is one too many, so that only health checks are
   *     answered
   * @param whole notified when the request has been received
   * @return the response
   * @throws RequestRefusedException if the body is not valid
   * @throws InterruptedException if the endpoint is closed meanwhile
   */
  HttpResponse handle(
      RequestHead head,
      RequestBody body,
      RequestCallers clientCallers,
      MessageMemory.Reservation memory,
      boolean healthOnly,
      Received whole)
      throws IOException, RequestRefusedException, InterruptedException {
    Refusal refusal = gate.refusal(head.method(), head.target(), head.headers());
    if (refusal != null) {
      return dropping(
          body,
          HttpResponse.refused(refusal.status(), refusal.text()).allowing(refusal.allowedMethod()));
    }
    if (head.target().equals(RequestGate.HEALTH)) {
      boolean last = !body.drop();
      whole.received();
      return health.response().closing(last);
    }
    if (healthOnly) {
      // Clients retry a request after this status.
      return HttpResponse.refused(503, "too many connections; try again").closing(true);
    }
    byte[] bytes = body.read(maximumBodyBytes, memory, waitTimeout);
    if (bytes == null) {
      return dropping(
          body,
          HttpResponse.refused(413, "a body can have at most " + maximumBodyBytes + " bytes"));
    }
    try {
      whole.received();
      return limited(process(head, bytes, clientCallers), memory);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private HttpResponse process(RequestHead head, byte[] body, RequestCallers clientCallers)
      throws InterruptedException {
    if (!permits.tryAcquire(waitTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
      return HttpResponse.refused(
          503, "too many requests for the last " + waitTimeout.toMillis() + " ms; try again");
    }
    try {
      return HttpResponse.of(answer(head, body, clientCallers));
    } finally {
      permits.release();
    }
  }

  private WireResponse answer(RequestHead head, byte[] body, RequestCallers clientCallers) {
    if (clock != null && head.target().equals(RequestGate.CLOCK)) {
      return head.method().equals("POST") == (body.length > 0)
          ? clock.answer(body, () -> requireClock(head, body, clientCallers))
          : WireResponse.refused(
              400, "embedded-kms: a POST to the clock needs a body, and a GET has none");
    }
    return wire.answer(head.first("x-amz-target"), body, () -> callerOf(head, body, clientCallers));
  }

  /**
   * Time decides conditions of policies, and deletes keys. So a user or role must not turn the
   * clock, whatever its policies say.
   */
  private void requireClock(RequestHead head, byte[] body, RequestCallers clientCallers) {
    Caller caller = callerOf(head, body, clientCallers);
    if (body.length > 0 && !caller.principal().endsWith(":root")) {
      throw new AccessDeniedException(
          "embedded-kms: only the root user of an account may turn the clock, not "
              + caller.principal());
    }
  }

  /** The signature covers the path too: no signed call is valid as a request to the clock. */
  private void authenticate(RequestHead head, byte[] body) {
    if (authenticator != null) {
      authenticator.authenticate(head.method(), head.target(), head.headers(), body);
    }
  }

  private Caller callerOf(RequestHead head, byte[] body, RequestCallers clientCallers) {
    authenticate(head, body);
    return clientCallers.of(
        head.first("authorization"), head.first("host"), head.first("user-agent"));
  }

  /** Clients that do not read must not fill the heap with their responses. */
  private static HttpResponse limited(HttpResponse response, MessageMemory.Reservation memory) {
    if (memory.tryRequireForResponse(response.body().length)) {
      return response;
    }
    response.wipe();
    return HttpResponse.refused(503, "too many large responses are being sent; try again");
  }

  private static HttpResponse dropping(RequestBody body, HttpResponse response)
      throws IOException, RequestRefusedException {
    return response.closing(!body.drop());
  }

  /** Wipes the secrets. */
  @Override
  public void close() {
    if (authenticator != null) {
      authenticator.close();
    }
  }
}
