package io.github.embeddedkms.store.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Another process that works on a store until it is killed, as by kill -9. */
public final class NodeProcess implements AutoCloseable {

  private static final int SIGKILL = 9;
  private static final int ENDED_BY_SIGNAL = 128;

  /**
   * The time at which a process is killed.
   *
   * @param changes the number of changes that have begun
   * @param nanoseconds the time since the last of them began, or since the order if none did
   */
  public record KillTime(int changes, long nanoseconds) {

    private static final int WHILE_OPENING = 80_000_000;
    private static final int SHORTEST_CHANGE = 1 << 17;

    /**
     * Draws a time within one of the first changes, or before them; a change takes about a
     * millisecond.
     */
    public static KillTime draw(Random random, int mostChanges) {
      int changes = random.nextInt(mostChanges + 1);
      int range = changes == 0 ? WHILE_OPENING : SHORTEST_CHANGE << random.nextInt(6);
      return new KillTime(changes, random.nextInt(range));
    }
  }

  /** Ends processes that hang, and with them the tests that wait for them. */
  private static final int MOST_MINUTES = 5;

  private final Process process;
  private final BufferedReader report;

  private NodeProcess(Process process) {
    this.process = process;
    this.report = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture.delayedExecutor(MOST_MINUTES, TimeUnit.MINUTES)
        .execute(process::destroyForcibly);
  }

  /** Starts a Java program that reports and waits for an order. */
  public static NodeProcess start(Class<?> program, Path temporary, String... arguments)
      throws IOException {
    return start(List.of(), program, temporary, arguments);
  }

  /** Starts a program with further options of the JVM. */
  public static NodeProcess start(
      List<String> options, Class<?> program, Path temporary, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The process lives for only half a second.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-XX:-UsePerfData",
                // Files that a killed process leaves behind stay in the test's folder.
                "-Djava.io.tmpdir=" + temporary,
                "--class-path",
                System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return new NodeProcess(
        new ProcessBuilder(command)
            // Libraries print to standard error, for example about loggers.
            .redirectError(Redirect.appendTo(temporary.resolve("errors.txt").toFile()))
            .start());
  }

  /** Waits until the process is ready, then sends it the order to begin. */
  public void begin(String order) throws IOException {
    assertThat(report.readLine()).isEqualTo("ready");
    tell(order);
  }

  public void tell(String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /**
   * Returns what the process reports before the line with the given beginning, which it must reach
   * by itself.
   */
  public List<String> reportUntil(String end) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = next(lines); !line.startsWith(end); line = next(lines)) {
      lines.add(line);
    }
    return lines;
  }

  private String next(List<String> before) throws IOException {
    String line = report.readLine();
    if (line == null || line.startsWith("failed ")) {
      throw new AssertionError("it ended by itself: " + before + " " + line);
    }
    return line;
  }

  /** Kills the process at the given time and returns everything that it has reported. */
  public List<String> kill(KillTime time) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    int changes = 0;
    while (changes < time.changes()) {
      String line = next(lines);
      lines.add(line);
      if (line.startsWith("try ")) {
        changes++;
      }
    }
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < time.nanoseconds()) {
      Thread.onSpinWait();
    }
    // Does not call Process.destroyForcibly, which also closes the pipe: it still holds
    // acknowledgements.
    process.toHandle().destroyForcibly();
    report.lines().forEach(lines::add);
    assertThat(process.waitFor()).as(lines.toString()).isEqualTo(ENDED_BY_SIGNAL + SIGKILL);
    return lines;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
