package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages sealed and opened by the executable jar, over files, pipes and a terminal. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SealIT {

  private static final int PIECE = 1 << 20;

  /** More than the pipe, the child's buffers and this process's own hold together. */
  private static final int PIECES_IN_THE_MIDST = 16;

  private static final int MOST_PIECES = 8192;

  @TempDir private static Path store;
  private static Map<String, String> environment = Map.of();
  private static String keyArn = "";

  @TempDir private Path folder;

  @BeforeAll
  static void createKey() throws Exception {
    environment =
        Map.of(
            "EMBEDDED_KMS_STORE",
            store.resolve("keys.db").toString(),
            "EMBEDDED_KMS_ROOT_KEY_FILE",
            store.resolve("root.key").toString(),
            "LC_ALL",
            "C.UTF-8");
    run("create-root-key", store.resolve("root.key").toString());
    run("store", "create");
    keyArn = run("create-key", "--output", "text").out().split("\t", -1)[2];
    run("create-alias", "--alias-name", "alias/orders", "--target-key-id", keyArn);
  }

  private static Ended run(String... arguments) throws Exception {
    return ExecutableJar.run(environment, arguments);
  }

  private static ProcessBuilder process(String... arguments) {
    return ExecutableJar.process(environment, List.of(), List.of(arguments));
  }

  private static byte[] piece() {
    byte[] piece = new byte[PIECE];
    new Random(1).nextBytes(piece);
    return piece;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path large() throws IOException {
    Path file = folder.resolve("large");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < 40; i++) {
        out.write(piece());
      }
      out.write(1);
    }
    return file;
  }

  private static String standardError(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), UTF_8);
  }

  @Test
  void pipeline_opensWhatItSeals_inLittleMemory() throws Exception {
    Path large = large();
    Path opened = folder.resolve("opened");
    // Neither the file nor the message would fit into either heap.
    List<String> smallHeap = List.of("-Xmx32m");
    String[] options = {"--key", "alias/orders", "--context", "tenant=acme"};
    ProcessBuilder seal =
        ExecutableJar.process(environment, smallHeap, words("seal", options))
            .redirectInput(large.toFile())
            .redirectError(Redirect.INHERIT);
    ProcessBuilder open =
        ExecutableJar.process(environment, smallHeap, words("open", options))
            .redirectOutput(opened.toFile())
            .redirectError(Redirect.INHERIT);
    for (Process process : ProcessBuilder.startPipeline(List.of(seal, open))) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(Files.mismatch(large, opened)).isEqualTo(-1);
  }

  private static List<String> words(String command, String... options) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of(options));
    return words;
  }

  @Test
  void filesAndRewrap_areVerifiedAndOpened() throws Exception {
    Path large = large();
    String message = folder.resolve("message").toString();
    String newMessage = folder.resolve("new message").toString();
    assertThat(run("seal", large.toString(), "--key", "alias/orders", "--out", message))
        .isEqualTo(new Ended(0, "", ""));
    String newArn = run("create-key", "--output", "text").out().split("\t", -1)[2];
    assertThat(
            run("rewrap", message, "--key", keyArn, "--new-key", newArn, "--out", newMessage)
                .exitCode())
        .isZero();
    assertThat(run("verify-message", newMessage, "--key", newArn, "--key", keyArn))
        .isEqualTo(new Ended(0, newArn + "\n", ""));
    String opened = folder.resolve("opened").toString();
    assertThat(run("open", newMessage, "--key", newArn, "--out", opened))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(Files.mismatch(large, Path.of(opened))).isEqualTo(-1);
    // Neither store nor root key is looked at.
    assertThat(ExecutableJar.run(Map.of(), "inspect", newMessage).out()).contains(newArn);
  }

  /** A process that seals to a file and has read, but not been given all that it is to read. */
  private Process sealing() throws IOException {
    Process process =
        process("seal", "--key", "alias/orders", "--out", folder.resolve("message").toString())
            .start();
    for (int i = 0; i < PIECES_IN_THE_MIDST; i++) {
      process.getOutputStream().write(piece());
    }
    process.getOutputStream().flush();
    assertThat(files()).singleElement().asString().matches("\\.embedded-kms-.*\\.tmp");
    return process;
  }

  @Test
  void process_killed_leavesNothingUnderTheName() throws Exception {
    Process process = sealing();
    process.destroyForcibly();
    assertThat(process.waitFor()).isNotZero();
    assertThat(files()).singleElement().asString().startsWith(".embedded-kms-");
  }

  @Test
  void process_terminated_leavesNothing() throws Exception {
    Process process = sealing();
    // The signal alone: Process.destroy would close its input, which is then at its end.
    process.toHandle().destroy();
    assertThat(process.waitFor()).isNotZero();
    assertThat(files()).isEmpty();
  }

  @Test
  void reader_closesPipe_outputIsReportedAsIncomplete() throws Exception {
    Process process = process("seal", large().toString(), "--key", "alias/orders").start();
    assertThat(process.getInputStream().readNBytes(3)).containsExactly('E', 'K', 'M');
    process.getInputStream().close();
    assertThat(standardError(process))
        .isEqualTo(
            """
            embedded-kms: what was written to standard output is incomplete; discard it
            embedded-kms: cannot write standard output: Broken pipe
            """);
    assertThat(process.waitFor()).isEqualTo(255);
  }

  @Test
  void disk_full_isAnError() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    Process process =
        process("seal", large().toString(), "--key", "alias/orders")
            .redirectOutput(full.toFile())
            .start();
    assertThat(standardError(process))
        .endsWith("embedded-kms: cannot write standard output: No space left on device\n");
    assertThat(process.waitFor()).isEqualTo(255);
  }

  /** Runs a line of the shell at a terminal, whose standard input it is. */
  private static Process atTerminal(String line) throws IOException {
    Path script = Path.of("/usr/bin/script");
    assumeThat(script).as("script of util-linux, which makes a terminal").exists();
    ProcessBuilder command = process();
    command.command(script.toString(), "-qefc", line, "/dev/null").redirectErrorStream(true);
    return command.start();
  }

  @Test
  void terminal_receivesNoMessage() throws Exception {
    Process process = atTerminal(ExecutableJar.command() + " seal - --key alias/orders");
    process.getOutputStream().close(); // nothing to wait for, if it is not refused
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .startsWith("embedded-kms seal: a message is not for a terminal");
    assertThat(process.waitFor()).isEqualTo(252);
  }

  @Test
  void terminal_isShownProgress() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process process =
        atTerminal(ExecutableJar.command() + " seal --key alias/orders < " + pipe + " > /dev/null");
    AtomicBoolean seen = new AtomicBoolean();
    CompletableFuture<Void> feeding = CompletableFuture.runAsync(() -> feed(pipe, seen));
    try {
      String shown = readUntil(process.getInputStream(), "iB/s");
      assertThat(shown).matches("\r\\d+\\.\\d [KMG]iB  \\d+\\.\\d [KMG]iB/s");
    } finally {
      seen.set(true);
    }
    // Until it has ended, and wiped the line.
    String rest = new String(process.getInputStream().readAllBytes(), UTF_8);
    feeding.get();
    assertThat(rest).matches("(?s).*\r +\r");
    assertThat(process.waitFor()).isZero();
  }

  private static void feed(Path pipe, AtomicBoolean enough) {
    byte[] piece = piece();
    try (OutputStream out = Files.newOutputStream(pipe)) {
      // Longer than a second, and not for ever.
      for (int i = 0; i < MOST_PIECES && !enough.get(); i++) {
        out.write(piece);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readUntil(InputStream terminal, String end) throws IOException {
    StringBuilder shown = new StringBuilder();
    while (shown.indexOf(end) < 0) {
      int next = terminal.read();
      assertThat(next).as("the end, after: %s", shown).isNotNegative();
      shown.append((char) next);
    }
    return shown.toString();
  }
}
