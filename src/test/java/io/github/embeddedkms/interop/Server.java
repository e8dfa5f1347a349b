package io.github.embeddedkms.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The executable jar, serving over HTTP in a process of its own until it is closed. */
final class Server implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** What it prints when it is ready, for the environment of a client. */
  private static final String READY = "AWS_ENDPOINT_URL_KMS=";

  private final Process process;
  private final BufferedReader printed;
  private final String endpoint;

  private Server(Process process, BufferedReader printed, String endpoint) {
    this.process = process;
    this.printed = printed;
    this.endpoint = endpoint;
  }

  /** Starts a server without keys on a free port. */
  static Server start(Map<String, String> environment, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", System.getProperty("all.jar"), "serve", "--port", "0"));
    command.addAll(List.of(options));
    Process process = Program.process(command, environment).redirectError(Redirect.INHERIT).start();
    try {
      BufferedReader printed = process.inputReader(UTF_8);
      // By another thread: reading from a process has no time limit of its own.
      String ready =
          CompletableFuture.supplyAsync(() -> line(printed))
              .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(ready).as("%s", command).startsWith(READY + "http://127.0.0.1:");
      return new Server(process, printed, ready.substring(READY.length()));
    } catch (Exception | AssertionError e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String line(BufferedReader printed) {
    try {
      return printed.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it can be reached. */
  String endpoint() {
    return endpoint;
  }

  /** Asks it to stop, which it must do with success and without another word. */
  @Override
  public void close() throws IOException {
    // Not Process.destroy(), which closes what is still to be read.
    process.toHandle().destroy();
    try {
      assertThat(Program.ends(process, LIMIT)).as("server stops").isTrue();
      assertThat(process.exitValue()).as("exit code of the server").isZero();
      assertThat(printed.readLine()).as("second line of the server").isNull();
    } finally {
      process.destroyForcibly();
    }
  }
}
