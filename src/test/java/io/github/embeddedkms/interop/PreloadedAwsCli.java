package io.github.embeddedkms.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An AWS CLI whose modules are loaded once for many runs: a run takes a fifth of the time. Programs
 * of the AWS CLI that are no Python scripts are run as they are.
 */
final class PreloadedAwsCli {

  private static final Path SOURCES = Path.of("src/test/interop/preloaded").toAbsolutePath();
  private static final Map<Path, Path> STARTED = new ConcurrentHashMap<>();

  private PreloadedAwsCli() {}

  /**
   * Returns a program to run in place of an AWS CLI, with the same arguments, until this JVM ends.
   *
   * @param aws the AWS CLI
   */
  static Path of(Path aws) {
    return STARTED.computeIfAbsent(aws, PreloadedAwsCli::start);
  }

  private static Path start(Path aws) {
    try {
      String interpreter = interpreter(aws);
      if (!interpreter.contains("python")) {
        return aws;
      }
      // Not below target: the path of a socket has at most 107 bytes.
      Path folder = Files.createTempDirectory("aws");
      Path socket = folder.resolve("socket");
      ProcessBuilder server =
          new ProcessBuilder(
                  interpreter, SOURCES.resolve("server.py").toString(), socket.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      server.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.equals("TZ"));
      server.environment().put("LC_ALL", "C.UTF-8");
      Process process = server.start();
      // Its standard input is a pipe, which ends with this JVM, and with it the server.
      BufferedReader printed = process.inputReader(UTF_8);
      if (!"ready".equals(printed.readLine())) {
        throw new AssertionError("the preloaded AWS CLI does not start: " + aws);
      }
      Path script = folder.resolve("aws");
      Files.writeString(
          script,
          """
          #!/bin/sh
          exec '%s' -S -E '%s' '%s' "$@"
          """
              .formatted(interpreter, SOURCES.resolve("client.py"), socket));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
      for (Path file : new Path[] {folder, script, socket}) {
        file.toFile().deleteOnExit();
      }
      return script;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the first line of a script names; empty for a program of another kind. */
  private static String interpreter(Path program) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(program, StandardCharsets.ISO_8859_1)) {
      char[] start = new char[200];
      int length = lines.read(start);
      String text = new String(start, 0, Math.max(0, length));
      return text.startsWith("#!")
          ? text.lines().findFirst().orElseThrow().substring(2).strip()
          : "";
    }
  }
}
