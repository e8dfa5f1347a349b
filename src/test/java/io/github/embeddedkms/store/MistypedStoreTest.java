package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.process.Commands;
import io.github.embeddedkms.store.process.StoreOpener;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store's name that belongs to something else: it is refused and nothing is changed. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no modes there")
class MistypedStoreTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() throws IOException {
    file = folder.toRealPath().resolve("notes");
  }

  private static LocalKeyProvider open(Path file) {
    return LocalKeyProvider.open(file, RootKey.unsealedForTests());
  }

  private static void chmod(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(found -> found.getFileName().toString()).sorted().toList();
    }
  }

  /** Each way to open a store, and to ask for one. */
  private static List<ThrowingCallable> ways(Path file) {
    return List.of(
        () -> open(file),
        () -> LocalKeyProvider.openReadOnly(file, RootKey.unsealedForTests()),
        () -> SealedKeyStorage.builder(file).rootKey(RootKey.unsealedForTests()).accept(),
        () -> SealedKeyStorage.builder(file).exists());
  }

  @Test
  void open_directory_isRefused_andKeepsItsMode() throws IOException {
    Files.createDirectory(file);
    chmod(file, "rwxr-xr-x");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    for (Path name : List.of(file, link)) {
      for (ThrowingCallable way : ways(name)) {
        assertThatThrownBy(way)
            .isExactlyInstanceOf(KeyStorageException.class)
            .hasMessage("embedded-kms: the store's file " + name + " is a directory");
      }
    }
    assertThat(mode(file)).isEqualTo("rwxr-xr-x");
    assertThat(files()).containsExactly("link", "notes");
  }

  @Test
  void open_pipe_isRefused_andKeepsItsMode() throws IOException {
    assertThat(Commands.output("mkfifo", "-m", "644", file.toString())).isEmpty();
    for (ThrowingCallable way : ways(file)) {
      assertThatThrownBy(way)
          .isExactlyInstanceOf(KeyStorageException.class)
          .hasMessage("embedded-kms: the store's file " + file + " is not a regular file");
    }
    assertThat(mode(file)).isEqualTo("rw-r--r--");
  }

  /** The working directory would be meant. */
  @Test
  void builder_emptyName_isRefused() {
    assertThatThrownBy(() -> SealedKeyStorage.builder(Path.of("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: the name of a store's file must not be empty");
  }

  /** Shorter than SQLite's header, and longer than one of its pages. */
  @ParameterizedTest
  @CsvSource({"1, rw-r--r--", "2000, rw-r--r--", "2000, rwxrwxrwx", "2000, rw-------"})
  void open_fileOfAnotherProgram_isRefused_andIsUnchanged(int lines, String mode)
      throws IOException {
    String content = "a note\n".repeat(lines);
    Files.writeString(file, content);
    chmod(file, mode);
    for (ThrowingCallable way : ways(file)) {
      assertThatThrownBy(way)
          .isInstanceOf(AlteredStoreException.class)
          .hasMessage(
              "embedded-kms: the store's file " + file + " is damaged or not a SQLite database");
    }
    assertThat(mode(file)).isEqualTo(mode);
    assertThat(file).hasContent(content);
    assertThat(files()).containsExactly("notes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-wal", "-shm", "-journal"})
  void open_fileNextToFileOfAnotherProgram_isUnchanged(String suffix) throws IOException {
    Files.writeString(file, "a note");
    chmod(file, "rw-------");
    Path other = Files.writeString(folder.resolve(file.getFileName() + suffix), "another note");
    chmod(other, "rw-r--r--");
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage(
            "embedded-kms: the store's file " + file + " is damaged or not a SQLite database");
    assertThat(mode(other)).isEqualTo("rw-r--r--");
    assertThat(other).hasContent("another note");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-wal", "-shm", "-journal"})
  void open_directoryNextToTheStore_isRefused_andKeepsItsMode(String suffix) throws IOException {
    open(file).close();
    chmod(file, "rw-r--r--");
    Path other = Files.createDirectory(file.resolveSibling(file.getFileName() + suffix));
    chmod(other, "rwxr-xr-x");
    assertThatThrownBy(() -> open(file))
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage("embedded-kms: the store's file " + other + " is a directory");
    assertThat(mode(other)).isEqualTo("rwxr-xr-x");
  }

  /** It could be a store; what it is cannot be seen. */
  @Test
  void open_ownFileThatCannotBeRead_isRefused_andKeepsItsMode() throws IOException {
    Commands.needRoot();
    Files.writeString(file, "a note");
    Commands.chown(file, Commands.OTHER_USER);
    chmod(file, "-w----r--");
    for (Path above = folder; above.getNameCount() > 1; above = above.getParent()) {
      chmod(above, "rwxr-xr-x");
    }
    String output =
        Commands.javaAs(Commands.OTHER_USER, Commands.OTHER_USER, StoreOpener.class, file);
    assertThat(output).isEqualTo("embedded-kms: the store's database cannot be reached");
    assertThat(mode(file)).isEqualTo("-w----r--");
  }

  /** Part of the database is still in the log, which is not read when the header is. */
  @Test
  void check_databaseThatEndsTooEarly_isRestricted() throws Exception {
    open(file).close();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(4096);
    }
    chmod(file, "rw-r--r--");
    StoreFiles.check(file);
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  /**
   * If this process read the header by itself, the system would end its locks on the file. Other
   * processes could then take the store for closed.
   */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "other systems do not list locks")
  void open_againWithModeOpenToAll_keepsTheLocksOfTheFirst() throws IOException {
    try (LocalKeyProvider first = open(file)) {
      first.createKey(key -> {});
      List<String> locks = locks();
      assumeThat(locks).as("this system lists locks").isNotEmpty();
      chmod(file, "rw-r--r--");
      open(file).close();
      assertThat(mode(file)).isEqualTo("rw-------");
      assertThat(locks()).isEqualTo(locks);
    }
  }

  private List<String> locks() throws IOException {
    String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
    // The first word is a number of the line.
    return Files.readAllLines(Path.of("/proc/locks")).stream()
        .filter(line -> line.contains(inode))
        .map(line -> line.replaceFirst("^\\S+ +", ""))
        .toList();
  }
}
