package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FileFailures;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The default location of the user's keys: the folder in which the programs of each system keep
 * their data.
 *
 * <p>Source: XDG Base Directory Specification 0.8, "Basics"; Apple, "File System Programming
 * Guide"; Microsoft, "KNOWNFOLDERID".
 */
public final class DataFolder {

  private static final Path FILE = Path.of("embedded-kms", "keys.db");

  private DataFolder() {}

  /**
   * Returns a file in the folder of the default store.
   *
   * @param name the name of the file, without a folder
   * @param environment the value of each environment variable
   * @return its path; neither the file nor the folder need exist
   */
  public static Path file(String name, Function<String, @Nullable String> environment) {
    return file(environment).resolveSibling(name);
  }

  static Path file(Function<String, @Nullable String> environment) {
    return file(
        environment,
        System.getProperty("os.name").toLowerCase(Locale.ROOT),
        Path.of(System.getProperty("user.home")));
  }

  /** On another system, for another user. */
  static Path file(Function<String, @Nullable String> environment, String system, Path home) {
    if (system.startsWith("windows")) {
      String local = environment.apply("LOCALAPPDATA");
      Path folder = local == null ? home.resolve("AppData").resolve("Local") : Path.of(local);
      return folder.resolve(FILE);
    }
    if (system.startsWith("mac")) {
      return home.resolve("Library").resolve("Application Support").resolve(FILE);
    }
    String data = environment.apply("XDG_DATA_HOME");
    // The specification says that a relative one is invalid and must be ignored.
    Path folder =
        data != null && Path.of(data).isAbsolute()
            ? Path.of(data)
            : home.resolve(".local").resolve("share");
    return folder.resolve(FILE);
  }

  /**
   * Creates the folder of a file, accessible to its owner only. An existing folder is not changed.
   *
   * @param file a file in this folder
   */
  public static void create(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    try {
      if (folder != null) {
        Files.createDirectories(folder, ownerOnly);
      }
    } catch (IOException e) {
      throw CommandLineException.failure(
          "cannot create the folder " + folder + ": " + FileFailures.reason(e));
    }
  }
}
