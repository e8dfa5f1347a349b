package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The executable jar as it was packaged, in processes of its own. */
public final class ExecutableJar {

  static final Path FILE = Path.of(System.getProperty("all.jar"));

  /** What a server prints when it is ready, for the environment of a client. */
  private static final String READY = "AWS_ENDPOINT_URL_KMS=";

  /** What a server with a generated certificate prints before that. */
  private static final String AUTHORITY = "AWS_CA_BUNDLE=";

  /** For processes that live for only half a second: a third of the processor time less. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private ExecutableJar() {}

  /** A program that has ended. */
  public record Ended(int exitCode, String out, String err) {}

  /** Runs it to its end. */
  static Ended run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  /** Runs it to its end, in an environment. */
  public static Ended run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Process process = process(environment, StartUp.options(), List.of(arguments)).start();
    // No timeout of a test interrupts the reading of a pipe.
    CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(process::destroyForcibly);
    // Neither is long enough to fill a pipe while the other is read.
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), out, err);
  }

  /** Starts {@code serve} on a free port. */
  public static Server serve(
      Map<String, String> environment, List<String> jvmOptions, String... options)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0"));
    arguments.addAll(List.of(options));
    return new Server(
        process(environment, jvmOptions, arguments).redirectError(Redirect.INHERIT).start());
  }

  /** How a shell runs it, without any options of its own; there are no spaces in it. */
  public static String command() {
    return String.join(" ", process(Map.of(), StartUp.options(), List.of()).command());
  }

  /** A process of it that has not been started. */
  static ProcessBuilder process(
      Map<String, String> environment, List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", FILE.toAbsolutePath().toString()));
    command.addAll(arguments);
    ProcessBuilder process = new ProcessBuilder(command);
    // The JVM says on standard error that it picked up the one; the other is each test's part.
    Set<String> names = process.environment().keySet();
    names.removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    names.removeIf(name -> name.startsWith("AWS_") || name.startsWith("EMBEDDED_KMS_"));
    process.environment().putAll(environment);
    return process;
  }

  /** {@link #SHORT_LIVED} and an archive of classes, which together halve the time of a command. */
  private static final class StartUp {

    private static final List<String> OPTIONS = create();

    /** The options; without the archive if the JVM could not write it. */
    static List<String> options() {
      return OPTIONS;
    }

    private static List<String> with(String option) {
      List<String> options = new ArrayList<>(SHORT_LIVED);
      options.add(option);
      return options;
    }

    /** Archives the classes that a command loads, once in each JVM that runs tests. */
    private static List<String> create() {
      try {
        Path folder = Files.createTempDirectory(FILE.toAbsolutePath().getParent(), "start-up");
        Path rootKey = folder.resolve("root.key");
        Path store = folder.resolve("keys.db");
        Path archive = folder.resolve("classes.jsa");
        RootKey.createFile(rootKey);
        try (RootKey key = RootKey.fromFile(rootKey)) {
          LocalKeyProvider.open(store, key).close();
        }
        List<String> command =
            List.of(
                "create-key", "--store", store.toString(), "--root-key-file", rootKey.toString());
        Process archiving =
            process(Map.of(), with("-XX:ArchiveClassesAtExit=" + archive), command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        boolean archived =
            archiving.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) && Files.exists(archive);
        archiving.destroyForcibly();
        return archived ? with("-XX:SharedArchiveFile=" + archive) : SHORT_LIVED;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
  }

  /** A server, until it is closed. */
  public static final class Server implements AutoCloseable {

    private final Process process;
    private final BufferedReader printed;
    private final Optional<Path> authority;
    private final URI url;

    private Server(Process process) throws Exception {
      this.process = process;
      this.printed = process.inputReader(UTF_8);
      try {
        String first = lineInTime();
        boolean tls = first != null && first.startsWith(AUTHORITY);
        this.authority =
            tls ? Optional.of(Path.of(first.substring(AUTHORITY.length()))) : Optional.empty();
        String ready = tls ? lineInTime() : first;
        assertThat(ready).startsWith(READY + (tls ? "https" : "http") + "://127.0.0.1:");
        this.url = URI.create(ready.substring(READY.length()));
      } catch (Exception | AssertionError e) {
        process.destroyForcibly();
        throw e;
      }
    }

    /** By another thread: reading from a process has no time limit of its own. */
    private String lineInTime() throws Exception {
      return CompletableFuture.supplyAsync(this::line).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private String line() {
      try {
        return printed.readLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Where it can be reached. */
    public URI url() {
      return url;
    }

    /** The file of its generated CA, if it has one. */
    public Optional<Path> authority() {
      return authority;
    }

    /** Asks it to stop, which it must do with success and without another word. */
    @Override
    public void close() {
      // The signal alone: Process.destroy would close what is still to be read.
      process.toHandle().destroy();
      try {
        assertThat(process.onExit()).as("it stops").succeedsWithin(LIMIT);
        assertThat(process.exitValue()).as("exit code").isZero();
        assertThat(line()).as("another line").isNull();
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
