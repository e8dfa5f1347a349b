package io.github.embeddedkms.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.process.Report;
import io.github.embeddedkms.wire.WireResponse;
import io.github.embeddedkms.wire.WireServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * A process that executes orders, one per line, and responds to each with a line. Before each order
 * comes the time: the time of day in milliseconds, and {@link System#nanoTime}.
 *
 * <ul>
 *   <li>{@code open}, the staleness in milliseconds, the URL of a database
 *   <li>{@code call}, an operation, its request in JSON; the response is the status, the code of an
 *       error, and a body
 *   <li>{@code close}
 * </ul>
 */
final class OrderedNode {

  /** The beginning of a response that reports a failure. */
  static final String FAILED = "failed ";

  private long now;
  private long nanoTime;
  private LocalKeyProvider kms;
  private WireServer protocol;
  private Throwable failure;

  private OrderedNode() {}

  /** Ends when the input ends. */
  public static void main(String[] arguments) throws IOException {
    OrderedNode node = new OrderedNode();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Report.say(node.answer(line));
    }
  }

  private String answer(String line) {
    failure = null;
    String answer = "";
    try {
      String[] parts = line.split(" ", 5);
      now = Long.parseLong(parts[0]);
      nanoTime = Long.parseLong(parts[1]);
      switch (parts[2]) {
        case "open" -> open(Duration.ofMillis(Long.parseLong(parts[3])), parts[4]);
        case "call" -> answer = call(parts[3], parts[4]);
        case "close" -> close();
        default -> throw new IllegalArgumentException(parts[2]);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    return failure == null
        ? answer
        : FAILED + failure + " " + Arrays.toString(failure.getStackTrace()) + failure.getCause();
  }

  private void open(Duration maximumStaleness, String url) {
    close();
    // The database of an earlier test may be gone, so that the last uses cannot be written there.
    failure = null;
    SealedKeyStorage storage =
        new TestDatabase(url)
            .builder()
            .rootKey(RootKey.unsealedForTests())
            .nanoTime(() -> nanoTime)
            .maximumStaleness(maximumStaleness)
            .open();
    FailureListener failures = (operation, e) -> failure = e;
    kms =
        LocalKeyProvider.builder()
            .clock(() -> Instant.ofEpochMilli(now))
            .storage(storage)
            .failureListener(failures)
            .build();
    protocol = new WireServer(kms, failures);
  }

  private String call(String operation, String request) {
    WireResponse answer =
        protocol.answer("TrentService." + operation, request.getBytes(UTF_8), kms.defaultCaller());
    return answer.status() + " " + answer.errorCode() + " " + new String(answer.body(), UTF_8);
  }

  private void close() {
    if (kms != null) {
      kms.close();
      kms = null;
    }
  }
}
