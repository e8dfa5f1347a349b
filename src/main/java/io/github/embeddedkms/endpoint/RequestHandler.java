package io.github.embeddedkms.endpoint;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.endpoint.RequestGate.Refusal;
import io.github.embeddedkms.wire.RequestAuthenticator;
import io.github.embeddedkms.wire.RequestCallers;
import io.github.embeddedkms.wire.WireResponse;
import io.github.embeddedkms.wire.WireServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Handles HTTP exchanges: checks the head of a request, reads its body up to the limit, and sends
 * the response.
 */
final class RequestHandler implements HttpHandler {

  /**
   * The maximum number of bytes of an oversized body that are read and dropped, so that its sender
   * receives the response.
   */
  private static final long MAX_DROPPED_BYTES = 256L << 20;

  /** Means no body; for the JDK's server, 0 would mean an unknown length. */
  private static final int NO_BODY = -1;

  private static final byte[] HEALTHY = "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8);

  private final WireServer wire;
  private final RequestCallers callers;
  private final RequestGate gate;
  private final @Nullable RequestAuthenticator authenticator;
  private final int maximumBodyBytes;

  /** One permit for each request that may be processed at once. */
  private final Semaphore permits;

  private final Duration waitTimeout;

  RequestHandler(
      WireServer wire,
      Caller defaultCaller,
      RequestGate gate,
      @Nullable RequestAuthenticator authenticator,
      int maximumBodyBytes,
      Semaphore permits,
      Duration waitTimeout) {
    this.wire = wire;
    this.callers = new RequestCallers(defaultCaller);
    this.gate = gate;
    this.authenticator = authenticator;
    this.maximumBodyBytes = maximumBodyBytes;
    this.permits = permits;
    this.waitTimeout = waitTimeout;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Refusal refusal =
          gate.refusal(
              exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders());
      if (refusal != null) {
        refuse(exchange, refusal);
      } else if (exchange.getRequestURI().toString().equals(RequestGate.HEALTH)) {
        send(exchange, 200, "application/json", HEALTHY);
      } else {
        process(exchange);
      }
    }
  }

  private void process(HttpExchange exchange) throws IOException {
    // One byte more than allowed shows whether the body is too large.
    byte[] body = exchange.getRequestBody().readNBytes(maximumBodyBytes + 1);
    try {
      if (body.length > maximumBodyBytes) {
        refuse(
            exchange, new Refusal(413, "a body can have at most " + maximumBodyBytes + " bytes"));
        return;
      }
      // Acquire the permit only now, so that a client that sends its request slowly does not block
      // others.
      if (!permits.tryAcquire(waitTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
        // Clients retry a request after this status.
        String text = "too many requests for the last " + waitTimeout.toMillis() + " ms; try again";
        refuse(exchange, new Refusal(503, text));
        return;
      }
      try {
        process(exchange, body);
      } finally {
        permits.release();
      }
    } catch (InterruptedException e) {
      // The endpoint has been closed meanwhile.
      Thread.currentThread().interrupt();
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private void process(HttpExchange exchange, byte[] body) throws IOException {
    WireResponse answer =
        wire.answer(
            exchange.getRequestHeaders().getFirst("X-Amz-Target"),
            body,
            () -> callerOf(exchange, body));
    try {
      send(exchange, answer.status(), WireResponse.CONTENT_TYPE, answer.body());
    } finally {
      Arrays.fill(answer.body(), (byte) 0);
    }
  }

  private Caller callerOf(HttpExchange exchange, byte[] body) {
    Headers headers = exchange.getRequestHeaders();
    if (authenticator != null) {
      authenticator.authenticate(exchange.getRequestMethod(), headers, body);
    }
    return callers.of(headers.getFirst("Authorization"), headers.getFirst("Host"));
  }

  private static void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
    drop(exchange.getRequestBody());
    if (refusal.allowedMethod() != null) {
      exchange.getResponseHeaders().set("Allow", refusal.allowedMethod());
    }
    WireResponse answer = WireResponse.refused(refusal.status(), "embedded-kms: " + refusal.text());
    send(exchange, answer.status(), WireResponse.CONTENT_TYPE, answer.body());
  }

  private static void drop(InputStream body) throws IOException {
    byte[] buffer = new byte[8192];
    long dropped = 0;
    int count;
    while (dropped < MAX_DROPPED_BYTES && (count = body.read(buffer)) >= 0) {
      dropped += count;
    }
  }

  private static void send(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", contentType);
    headers.set("x-amzn-RequestId", WireResponse.newRequestId());
    if (body.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, NO_BODY);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
