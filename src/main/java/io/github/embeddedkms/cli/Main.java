package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.library.Library;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Starts the program in the executable jar: {@code java -jar embedded-kms-<version>-all.jar
 * COMMAND}. The program itself is {@link Program}.
 *
 * <p>This class does not name picocli's types. The JVM could not start it otherwise without
 * picocli, which the jar without dependencies does not contain.
 */
public final class Main {

  private Main() {}

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param arguments the command, with its options
   */
  public static void main(String[] arguments) {
    if (isPicocliMissing()) {
      System.err.println("embedded-kms: " + Library.PICOCLI.reason("the command line"));
      System.exit(CommandLineException.FAILURE);
    }
    // Without a terminal there must be no console; later versions of Java would provide one.
    System.setProperty("jdk.console", "java.base");
    int exitCode =
        run(
            arguments,
            new FileInputStream(FileDescriptor.in),
            new StandardOutput(),
            new OutputStreamWriter(System.err, StandardCharsets.UTF_8));
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  /** The program without the end of the process. */
  static int run(String[] arguments, InputStream in, StandardOutput out, Writer err) {
    return Program.run(arguments, in, out, err);
  }

  private static boolean isPicocliMissing() {
    try {
      Class.forName("picocli.CommandLine", false, Main.class.getClassLoader());
      return false;
    } catch (ClassNotFoundException e) {
      return true;
    }
  }
}
