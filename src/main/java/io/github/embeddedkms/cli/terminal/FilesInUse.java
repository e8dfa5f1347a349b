package io.github.embeddedkms.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command reads, or keeps open. Its result must not replace any of them: a key
 * store, for example, would be lost.
 *
 * <p>Files are compared, not names: symbolic links are followed, and hard links are found. Not safe
 * for use by several threads.
 *
 * <p>Source: SQLite, "Temporary Files Used By SQLite", for the files next to a database.
 */
public final class FilesInUse {

  /** What SQLite appends to the name of a database. */
  private static final List<String> NEXT_TO_DATABASE = List.of("-wal", "-shm", "-journal");

  /** The number of links that Linux follows. */
  private static final int MAX_LINKS = 40;

  /** A file, with what it is to the command. */
  private record Use(String description, Path file) {}

  private final List<Use> uses = new ArrayList<>();

  /** Creates a list without files. */
  public FilesInUse() {}

  /**
   * Adds a file.
   *
   * @param description what the file is, for messages: {@code the input} for example
   * @param file its name, under which there may be no file yet; null adds nothing
   * @return this list
   */
  public FilesInUse add(String description, @Nullable Path file) {
    if (file != null) {
      uses.add(new Use(description, file));
    }
    return this;
  }

  /**
   * Adds a SQLite database, and the files that SQLite keeps next to it.
   *
   * @param description what the database is, for messages
   * @param database its name, under which there may be no file yet
   * @return this list
   */
  public FilesInUse addDatabase(String description, Path database) {
    add(description, database);
    Path place = place(database);
    for (String suffix : NEXT_TO_DATABASE) {
      add("a file of " + description, place.resolveSibling(place.getFileName() + suffix));
    }
    return this;
  }

  /**
   * Returns what a file is to the command.
   *
   * @param file a name, under which there may be no file yet
   * @return the description of the first file that is the same one; empty if it is none of them
   * @throws UncheckedIOException if two files cannot be compared
   */
  public Optional<String> useOf(Path file) {
    return uses.stream().filter(use -> isSame(use.file, file)).map(Use::description).findFirst();
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return (Files.exists(one) && Files.exists(other))
          ? Files.isSameFile(one, other)
          : place(one).equals(place(other));
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot compare " + one + " and " + other, e);
    }
  }

  /** Returns where a file is, or where it would be created. */
  private static Path place(Path file) {
    try {
      Path target = file.toAbsolutePath();
      for (int links = 0; links < MAX_LINKS && Files.isSymbolicLink(target); links++) {
        target = target.resolveSibling(Files.readSymbolicLink(target));
      }
      Path folder = target.getParent();
      return folder != null && Files.exists(folder)
          ? folder.toRealPath().resolve(target.getName(target.getNameCount() - 1))
          : target.normalize();
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot follow the links of " + file, e);
    }
  }
}
