package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program {@code openssl}, with the files of one folder. */
public final class OpenSsl {

  private final Path folder;

  /** Creates the program with the files of a folder. */
  public OpenSsl(Path folder) {
    this.folder = folder;
  }

  /** Skips the tests, and says so, where version 3 of the program is missing. */
  public static void assumeVersion3() throws InterruptedException {
    String version;
    try {
      version = output(List.of("openssl", "version"));
    } catch (IOException e) {
      version = "no openssl";
    }
    assumeTrue(version.startsWith("OpenSSL 3"), "OpenSSL 3 is needed: " + version);
  }

  /** Writes a file of the folder. */
  public void write(String name, byte[] content) throws IOException {
    Files.write(file(name), content);
  }

  /** Reads a file of the folder. */
  public byte[] read(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }

  /**
   * Runs the program, and returns what it prints. Arguments that are files of the folder, and that
   * after {@code -out}, are extended by the folder.
   */
  public String run(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    for (String argument : arguments.split(" ", -1)) {
      command.add(Files.exists(file(argument)) ? file(argument).toString() : argument);
    }
    // The output does not exist yet.
    int output = command.indexOf("-out");
    if (output > 0) {
      command.set(output + 1, file(command.get(output + 1)).toString());
    }
    return output(command);
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command.toString()).isTrue();
    return output;
  }
}
