package io.github.embeddedkms.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.operation.KmsRequest;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Drives a node in its own process, an {@link OrderedNode}. The node opens one store after the
 * other, as it is ordered to, and uses the clock of this process. Not safe for use by several
 * threads.
 */
public final class KmsProcess implements KmsClient, AutoCloseable {

  /** A service error received as text. */
  private static final class ServiceError extends KmsException {

    private static final long serialVersionUID = 1L;

    ServiceError(String code, int status, String body) {
      super(code, status, body);
    }
  }

  private static final int OK = 200;

  private final Process process;
  private final BufferedReader responses;
  private final Writer orders;
  private InstantSource clock;
  private LongSupplier nanoTime;

  private KmsProcess(Process process) {
    this.process = process;
    this.responses = process.inputReader(UTF_8);
    this.orders = process.outputWriter(UTF_8);
  }

  /** Starts a node, which takes about a second. */
  public static KmsProcess start() {
    return start(System.getProperty("java.class.path"));
  }

  /**
   * Starts a node of another version of this library.
   *
   * @param classes a jar with that version's classes and its {@link OrderedNode}. They replace all
   *     classes of this version; the other libraries are the same
   */
  static KmsProcess start(Path classes) {
    Set<Path> current = Set.of(locationOf(KmsClient.class), locationOf(KmsProcess.class));
    String libraries =
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
            .splitAsStream(System.getProperty("java.class.path"))
            .filter(entry -> !current.contains(Path.of(entry).toAbsolutePath()))
            .collect(Collectors.joining(File.pathSeparator));
    return start(classes + File.pathSeparator + libraries);
  }

  private static Path locationOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static KmsProcess start(String classPath) {
    try {
      return new KmsProcess(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx64m",
                  "--class-path",
                  classPath,
                  OrderedNode.class.getName())
              .redirectError(Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens the store of a database, or creates it.
   *
   * @param url the database's URL, for SQLite or PostgreSQL
   * @param maximumStaleness how old the node's copy may be, in whole milliseconds
   * @param clock the clock that decides when keys are deleted
   * @param nanoTime the clock that decides when the node's copy expires
   */
  public void open(
      String url, Duration maximumStaleness, InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    order("open " + maximumStaleness.toMillis() + " " + url);
  }

  /** Closes the store; another one may be opened afterwards. */
  public void closeStore() {
    order("close");
  }

  @Override
  @SuppressWarnings("unchecked") // a request's response is the type nested in it
  public <R> R call(KmsRequest<R> request) {
    Class<?> type = request.getClass();
    String body = new String(JsonRecords.write((Record) request), UTF_8);
    String[] response = order("call " + type.getSimpleName() + " " + body).split(" ", 3);
    int status = Integer.parseInt(response[0]);
    if (status != OK) {
      throw new ServiceError(response[1], status, response[2]);
    }
    return (R) readResponse(type, response[2].isEmpty() ? "{}" : response[2]);
  }

  private static Record readResponse(Class<?> request, String body) {
    try {
      Class<?> response = Class.forName(request.getName() + "$Response");
      return JsonRecords.read(response.asSubclass(Record.class), body.getBytes(UTF_8)).record();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends an order with the current time and waits for the response. */
  private String order(String order) {
    try {
      orders.write(clock.millis() + " " + nanoTime.getAsLong() + " " + order + "\n");
      orders.flush();
      String response = responses.readLine();
      if (response == null || response.startsWith(OrderedNode.FAILED)) {
        throw new AssertionError(order + ": " + response);
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
