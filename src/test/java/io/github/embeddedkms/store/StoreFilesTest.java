package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.process.Commands;
import io.github.embeddedkms.store.process.StoreOpener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners and modes of the files of SQLite stores. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no modes there")
class StoreFilesTest {

  private static final List<String> SUFFIXES = List.of("", "-wal", "-shm");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("keys.db");
  }

  private static LocalKeyProvider open(Path file) {
    return LocalKeyProvider.open(file, RootKey.unsealedForTests());
  }

  private void create() {
    try (LocalKeyProvider provider = open(file)) {
      provider.createKey(key -> {});
    }
  }

  private static void assertModes(Path database, String mode) throws IOException {
    for (String suffix : SUFFIXES) {
      assertThat(mode(Path.of(database + suffix))).as(suffix).isEqualTo(mode);
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void chmod(Path path, String octal) throws IOException {
    Files.setAttribute(path, "unix:mode", Integer.parseInt(octal, 8));
  }

  @Test
  void newStore_allFiles_onlyOwnerHasAccess() throws IOException {
    try (LocalKeyProvider provider = open(file)) {
      provider.createKey(key -> {});
      assertModes(file, "rw-------");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data/keys.db", "data/../data/other.db"})
  void newStore_throughDanglingLink_onlyOwnerHasAccess(String target) throws IOException {
    Files.createDirectory(folder.resolve("data"));
    Files.createSymbolicLink(file, Path.of(target));
    try (LocalKeyProvider provider = open(file)) {
      provider.createKey(key -> {});
      assertModes(folder.resolve(target), "rw-------");
    }
  }

  /**
   * Checked before SQLite opens the file: its mode is tightened later too, but until then every
   * user could have opened it.
   */
  @Test
  void create_throughDanglingLink_onlyOwnerHasAccessFromTheStart() throws Exception {
    Files.createSymbolicLink(file, Path.of("target.db"));
    StoreFiles.create(file);
    assertThat(mode(folder.resolve("target.db"))).isEqualTo("rw-------");
    Files.writeString(file, "content");
    StoreFiles.create(file);
    assertThat(file).hasContent("content");
  }

  @Test
  void newStore_throughLinkToLink_onlyOwnerHasAccess() throws IOException {
    Files.createSymbolicLink(file, folder.resolve("second"));
    Files.createSymbolicLink(folder.resolve("second"), Path.of("third.db"));
    try (LocalKeyProvider provider = open(file)) {
      provider.createKey(key -> {});
      assertModes(folder.resolve("third.db"), "rw-------");
    }
    try (LocalKeyProvider provider = open(file)) {
      assertThat(provider.listKeys(list -> {}).keys()).hasSize(1);
    }
  }

  @Test
  void newStore_linkIntoMissingFolderOrCircle_isNotCreated() throws IOException {
    Files.createSymbolicLink(file, folder.resolve("missing").resolve("keys.db"));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(StoreUnavailableException.class)
        .rootCause()
        .isInstanceOf(NoSuchFileException.class);
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
    assertThatThrownBy(() -> open(circle))
        .isInstanceOf(StoreUnavailableException.class)
        .rootCause()
        .hasMessage(circle + ": too many links");
  }

  @ParameterizedTest
  @CsvSource({
    "0600, rw-------",
    "0644, rw-------",
    "0664, rw-------",
    "0666, rw-------",
    "0604, rw-------",
    "0640, rw-r-----",
    "0660, rw-rw----"
  })
  void open_ownStoreOpenToAll_isRestricted_andGroupAccessIsKept(String before, String after)
      throws IOException {
    create();
    chmod(file, before);
    try (LocalKeyProvider provider = open(file)) {
      assertThat(provider.listKeys(list -> {}).keys()).hasSize(1);
      provider.createKey(key -> {});
      assertModes(file, after);
    }
  }

  /**
   * The situation of a restored backup whose database and log were both copied under the usual
   * umask.
   */
  @Test
  void open_ownLogOpenToAll_isRestricted() throws IOException {
    create();
    try (LocalKeyProvider first = open(file)) {
      first.createKey(key -> {});
      chmod(file, "0640");
      for (String suffix : List.of("-wal", "-shm")) {
        chmod(Path.of(file + suffix), "0646");
      }
      try (LocalKeyProvider provider = open(file)) {
        provider.createKey(key -> {});
        assertThat(mode(Path.of(file + "-wal"))).isEqualTo("rw-------");
        assertThat(mode(Path.of(file + "-shm"))).isEqualTo("rw-------");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-wal", "-shm", "-journal"})
  void open_linkBesideTheStore_isRefused_andItsTargetIsUnchanged(String suffix) throws IOException {
    create();
    Path target = Files.writeString(folder.resolve("target"), "something else");
    chmod(target, "0644");
    Path link = Files.createSymbolicLink(folder.resolve("keys.db" + suffix), target);
    assertThatThrownBy(() -> open(file))
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(
            "embedded-kms: the store's file "
                + link.toRealPath().resolveSibling(link.getFileName())
                + " is a link, which SQLite never creates; remove it");
    assertThat(target).hasContent("something else");
    assertThat(mode(target)).isEqualTo("rw-r--r--");
  }

  @Test
  void open_asRootStoreOfAnotherUserOpenToAll_isRestricted_andKeepsItsOwner() throws IOException {
    Commands.needRoot();
    create();
    Commands.chown(file, Commands.OTHER_USER);
    chmod(file, "0644");
    try (LocalKeyProvider provider = open(file)) {
      provider.createKey(key -> {});
      assertModes(file, "rw-------");
      for (String suffix : SUFFIXES) {
        assertThat(Files.getAttribute(Path.of(file + suffix), "unix:uid"))
            .isEqualTo(Commands.OTHER_USER);
      }
    }
  }

  /** The store belongs to root; a user with the group {@link Commands#OTHER_USER} opens it. */
  @ParameterizedTest
  @CsvSource({"0660, opened", "0664, opened", "0666, refused"})
  void open_storeOfAnotherUserThatAllMayWrite_isRefused(String mode, String outcome)
      throws IOException {
    Commands.needRoot();
    create();
    chmod(file, mode);
    Commands.chgrp(file, Commands.OTHER_USER);
    Commands.chgrp(folder, Commands.OTHER_USER);
    chmod(folder, "0770");
    for (Path above = folder.getParent(); above.getNameCount() > 1; above = above.getParent()) {
      chmod(above, "0755");
    }
    String output =
        Commands.javaAs(Commands.OTHER_USER, Commands.OTHER_USER, StoreOpener.class, file);
    assertThat(output)
        .isEqualTo(
            outcome.equals("opened")
                ? "1 keys"
                : "embedded-kms: the store's file "
                    + file.toRealPath()
                    + " may be written by all users and belongs to another one; as its owner, set"
                    + " its mode to 0660, or to 0600 and chown it to the user of this process");
  }

  /** A file that does not contain a store yet must not keep its mode. */
  @Test
  void open_emptyFileOpenToAll_isRestrictedBeforeWriting() throws IOException {
    Files.createFile(file);
    chmod(file, "0644");
    try (LocalKeyProvider provider = open(file)) {
      provider.createKey(key -> {});
      assertModes(file, "rw-------");
    }
  }

  @Test
  void open_rollbackJournalOpenToAll_isRestricted() throws Exception {
    create();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = PERSIST");
      statement.execute("PRAGMA user_version = 7");
    }
    Path journal = Path.of(file + "-journal");
    assertThat(journal).exists();
    chmod(journal, "0644");
    open(file).close();
    if (Files.exists(journal)) {
      assertThat(mode(journal)).isEqualTo("rw-------");
    }
  }
}
