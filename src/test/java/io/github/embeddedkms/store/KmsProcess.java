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
 * A node in a process of its own, an {@link OrderedNode}: over the store that it is told to open,
 * one after the other, and on a clock of this process. Not safe for use by several threads.
 */
public final class KmsProcess implements KmsClient, AutoCloseable {

  /** An error of the service that came as text. */
  private static final class Answered extends KmsException {

    private static final long serialVersionUID = 1L;

    Answered(String code, int status, String body) {
      super(code, status, body);
    }
  }

  private static final int OK = 200;

  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;
  private InstantSource clock;
  private LongSupplier nanoTime;

  private KmsProcess(Process process) {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.orders = process.outputWriter(UTF_8);
  }

  /** Starts one, which takes about a second. */
  public static KmsProcess start() {
    return start(System.getProperty("java.class.path"));
  }

  /**
   * Starts one of another version of this library.
   *
   * @param classes a jar with the classes of that version and its {@link OrderedNode}. They take
   *     the place of all classes of this version; the libraries are the same
   */
  static KmsProcess start(Path classes) {
    Set<Path> current = Set.of(location(KmsClient.class), location(KmsProcess.class));
    String libraries =
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
            .splitAsStream(System.getProperty("java.class.path"))
            .filter(entry -> !current.contains(Path.of(entry).toAbsolutePath()))
            .collect(Collectors.joining(File.pathSeparator));
    return start(classes + File.pathSeparator + libraries);
  }

  private static Path location(Class<?> type) {
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
   * Opens the store of a database, or makes it.
   *
   * @param url the database's, of SQLite or PostgreSQL
   * @param maximumStaleness how old its copy may be, in whole milliseconds
   * @param clock by which keys are deleted
   * @param nanoTime by which its copy grows old
   */
  public void open(
      String url, Duration maximumStaleness, InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    order("open " + maximumStaleness.toMillis() + " " + url);
  }

  /** Closes the store; another one may be opened then. */
  public void closeStore() {
    order("close");
  }

  @Override
  @SuppressWarnings("unchecked") // a request's response is the type nested in it
  public <R> R call(KmsRequest<R> request) {
    Class<?> type = request.getClass();
    String body = new String(JsonRecords.write((Record) request), UTF_8);
    String[] answer = order("call " + type.getSimpleName() + " " + body).split(" ", 3);
    int status = Integer.parseInt(answer[0]);
    if (status != OK) {
      throw new Answered(answer[1], status, answer[2]);
    }
    return (R) readResponse(type, answer[2].isEmpty() ? "{}" : answer[2]);
  }

  private static Record readResponse(Class<?> request, String body) {
    try {
      Class<?> response = Class.forName(request.getName() + "$Response");
      return JsonRecords.read(response.asSubclass(Record.class), body.getBytes(UTF_8)).record();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives an order with the time of now, and waits for its answer. */
  private String order(String order) {
    try {
      orders.write(clock.millis() + " " + nanoTime.getAsLong() + " " + order + "\n");
      orders.flush();
      String answer = answers.readLine();
      if (answer == null || answer.startsWith(OrderedNode.FAILED)) {
        throw new AssertionError(order + ": " + answer);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
