package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** The program in the process of the test, without input and without a terminal. */
public final class CommandInProcess {

  private CommandInProcess() {}

  /**
   * Runs a command to its end.
   *
   * @param arguments the command, with its options
   */
  public static Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            arguments,
            InputStream.nullInputStream(),
            new StandardOutput(out, () -> false),
            new PrintWriter(err));
    return new Ended(exitCode, out.toString(StandardCharsets.UTF_8), err.toString());
  }
}
