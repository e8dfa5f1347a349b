package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program of this machine.
 *
 * @param executable its file
 * @param folder where it is run
 */
record Program(Path executable, Path folder) {

  /** The first one on the path, or where the packages of most systems put theirs. */
  static Optional<Path> find(String name, Predicate<Path> wanted) {
    Stream<String> path =
        Pattern.compile(Pattern.quote(File.pathSeparator)).splitAsStream(System.getenv("PATH"));
    return Stream.concat(path, Stream.of("/usr/local/bin", "/usr/bin"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .filter(wanted)
        .findFirst();
  }

  /** Forgets everything that the user of this machine has set up for the AWS. */
  private static ProcessBuilder process(List<String> command, Map<String, String> settings) {
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    process.environment().putAll(settings);
    return process;
  }

  /**
   * Runs it to its end, which must be a good one.
   *
   * @return what it has printed
   */
  String run(Duration limit, Map<String, String> settings, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(List.of(arguments));
    try {
      Files.createDirectories(folder);
      // A file, not a pipe: it can be shown even if the program hangs.
      Path output = Files.createTempFile(folder, "output", ".txt");
      Process process =
          process(command, settings)
              .directory(folder.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = ends(process, limit);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      String printed = Files.readString(output);
      Files.delete(output);
      assertThat(ended).as("%s ends in time:%n%s", command, printed).isTrue();
      assertThat(process.exitValue()).as("exit code of %s:%n%s", command, printed).isZero();
      return printed;
    } catch (IOException e) {
      return fail(command + " cannot be run", e);
    }
  }

  /** Whether a process ends by itself within a time. */
  private static boolean ends(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
