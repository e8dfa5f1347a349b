package io.github.embeddedkms.store;

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

/** Another process that works on a store, from its start until it is killed as with kill -9. */
final class NodeProcess implements AutoCloseable {

  private static final int SIGKILL = 9;
  private static final int ENDED_BY_SIGNAL = 128;

  /**
   * When to kill.
   *
   * @param changes how many have begun by then
   * @param nanoseconds how long after the last of them began, or after the order if none did
   */
  record Moment(int changes, long nanoseconds) {

    private static final int WHILE_OPENING = 80_000_000;
    private static final int SHORTEST_CHANGE = 1 << 17;

    /** Within one of the first changes, or before them; a change takes about a millisecond. */
    static Moment draw(Random random, int mostChanges) {
      int changes = random.nextInt(mostChanges + 1);
      int range = changes == 0 ? WHILE_OPENING : SHORTEST_CHANGE << random.nextInt(6);
      return new Moment(changes, random.nextInt(range));
    }
  }

  /** Whatever hangs in a process, or waits for it, then ends. */
  private static final int MOST_MINUTES = 5;

  private final Process process;
  private final BufferedReader report;

  private NodeProcess(Process process) {
    this.process = process;
    this.report = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture.delayedExecutor(MOST_MINUTES, TimeUnit.MINUTES)
        .execute(process::destroyForcibly);
  }

  /** Starts a Java program that reports. It waits for an order. */
  static NodeProcess start(Class<?> program, Path temporary, String... arguments)
      throws IOException {
    return start(List.of(), program, temporary, arguments);
  }

  /** With further options of the JVM. */
  static NodeProcess start(
      List<String> options, Class<?> program, Path temporary, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for half a second.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-XX:-UsePerfData",
                // What it cannot remove any more is left there.
                "-Djava.io.tmpdir=" + temporary,
                "--class-path",
                System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return new NodeProcess(
        new ProcessBuilder(command)
            // Libraries talk there, of loggers for example.
            .redirectError(Redirect.appendTo(temporary.resolve("errors.txt").toFile()))
            .start());
  }

  /** Waits until it is ready, and has it begin. */
  void begin(String order) throws IOException {
    assertThat(report.readLine()).isEqualTo("ready");
    tell(order);
  }

  void tell(String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** What it reports before a line that begins so, which it comes to by itself. */
  List<String> reportUntil(String end) throws IOException {
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

  /** Kills it at a moment, and returns all that it has reported. */
  List<String> kill(Moment moment) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    int changes = 0;
    while (changes < moment.changes()) {
      String line = next(lines);
      lines.add(line);
      if (line.startsWith("try ")) {
        changes++;
      }
    }
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < moment.nanoseconds()) {
      Thread.onSpinWait();
    }
    // Not the process's own method, which closes the pipe too: it holds acknowledgements yet.
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
