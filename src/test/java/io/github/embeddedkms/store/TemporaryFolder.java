package io.github.embeddedkms.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder of files without folders in it, for tests that JUnit gives none. */
public final class TemporaryFolder implements AutoCloseable {

  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** Creates an empty folder below {@code target}. */
  public static TemporaryFolder create(String prefix) {
    return in(Path.of("target").toAbsolutePath(), prefix);
  }

  /** Creates an empty folder in another one. */
  static TemporaryFolder in(Path parent, String prefix) {
    try {
      return new TemporaryFolder(Files.createTempDirectory(parent, prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path of a file in it. */
  public Path resolve(String file) {
    return path.resolve(file);
  }

  /** Deletes its files and the folder. */
  @Override
  public void close() {
    try {
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
