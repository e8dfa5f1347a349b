package io.github.embeddedkms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The classes that a program loads, observed in a JVM in which nothing else has loaded them. */
public final class LoadedClasses {

  private final List<String> log;

  private LoadedClasses(List<String> log) {
    this.log = log;
  }

  /**
   * Runs a program to its end.
   *
   * @param program a class with a main method, which must succeed
   */
  public static LoadedClasses of(Class<?> program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName())
            .redirectErrorStream(true)
            .start();
    // No timeout of a test interrupts the reading of a pipe.
    CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(process::destroyForcibly);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return new LoadedClasses(output.lines().toList());
  }

  /** Whether a class was loaded. */
  public boolean contain(Class<?> type) {
    return log.stream().anyMatch(line -> line.contains(" " + type.getName() + " "));
  }
}
