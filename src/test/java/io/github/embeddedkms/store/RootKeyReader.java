package io.github.embeddedkms.store;

import io.github.embeddedkms.model.SecretBytes;
import java.nio.file.Path;
import java.time.Duration;

/** A process that reads a root key file, from a pipe within 2 seconds, and prints the outcome. */
public final class RootKeyReader {

  private RootKeyReader() {}

  /** Prints {@code read}, or why the file was refused. */
  public static void main(String... arguments) {
    try (SecretBytes key = RootKeyFile.read(Path.of(arguments[0]), Duration.ofSeconds(2))) {
      System.out.print(key.length() == RootKey.KEY_BYTES ? "read" : "too short");
    } catch (RuntimeException e) {
      System.out.print(e.getMessage());
    }
  }
}
