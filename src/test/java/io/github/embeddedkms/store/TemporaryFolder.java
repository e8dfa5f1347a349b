package io.github.embeddedkms.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder that contains only files, for tests that get no folder from JUnit. */
public final class TemporaryFolder implements AutoCloseable {

  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** Creates an empty folder in {@code target}. */
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

  /** Returns the path of a file in the folder. */
  public Path resolve(String file) {
    return path.resolve(file);
  }

  /** Deletes the folder and its files. */
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
