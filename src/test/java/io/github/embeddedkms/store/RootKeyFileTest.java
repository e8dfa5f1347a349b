package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.process.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Root keys in files. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no modes there")
class RootKeyFileTest {

  private static final Bytes STORE_ID = Bytes.fromByteArray(new byte[16]);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("root.key");
  }

  @Test
  void createFile_writes32RandomBytes_onlyOwnerHasAccess() throws IOException {
    RootKey.createFile(file);
    assertThat(Files.readAllBytes(file)).hasSize(32);
    assertThat(mode(file)).isEqualTo("rw-------");
    Path other = folder.resolve("other.key");
    RootKey.createFile(other);
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(file));
  }

  @Test
  void fromFile_createdFile_isRead() throws IOException {
    RootKey.createFile(file);
    assertOpensWhatItsBytesSealed(RootKey.fromFile(file));
    // Kubernetes mounts its secrets as links.
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertOpensWhatItsBytesSealed(RootKey.fromFile(link));
  }

  private void assertOpensWhatItsBytesSealed(RootKey rootKey) throws IOException {
    SecretBytes storeKey = SecretBytes.filledBy(32, new SecureRandom()::nextBytes);
    StoreKeyRow row =
        RootKey.ofBytes(Files.readAllBytes(file)).forNewStore().seal(STORE_ID, 1, storeKey);
    assertThat(rootKey.forRow(row).open(STORE_ID, row)).isEqualTo(storeKey);
  }

  @Test
  void createFile_existingFileOrDanglingLink_isNotOverwritten() throws IOException {
    Files.write(file, new byte[] {1});
    assertThatThrownBy(() -> RootKey.createFile(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("embedded-kms: cannot create the root key file " + file)
        .hasCauseInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readAllBytes(file)).containsExactly(1);
    Path nowhere = folder.resolve("nowhere");
    Path link = Files.createSymbolicLink(folder.resolve("link"), nowhere);
    assertThatThrownBy(() -> RootKey.createFile(link)).isInstanceOf(UncheckedIOException.class);
    assertThat(nowhere).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwxrwxrwx"})
  void fromFile_openToOthers_isRefused(String mode) throws IOException {
    RootKey.createFile(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertRefused(file, "may be read or written by group or others; set its mode to 0600");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rwx--x--x"})
  void fromFile_onlyOwnerHasAccess_isRead(String mode) throws IOException {
    RootKey.createFile(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    try (RootKey rootKey = RootKey.fromFile(file)) {
      assertThat(rootKey).hasToString("RootKey[32 raw bytes]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 64, 100_000})
  void fromFile_anotherLength_isRefused(int length) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, new byte[length]);
    assertRefused(file, "does not have exactly 32 bytes");
  }

  @Test
  void fromFile_directory_isRefused() {
    assertRefused(folder, "is not a regular file");
  }

  @Test
  void fromFile_device_isRefusedWithoutWaiting() {
    assertRefused(Path.of("/dev/zero"), "is not a regular file");
  }

  @Test
  void fromFile_namedPipe_isRefusedWithoutWaiting() {
    assertThat(Commands.output("mkfifo", "-m", "600", file.toString())).isEmpty();
    assertRefused(file, "is not a regular file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0600", "0644"})
  void fromFile_ownedByAnotherUser_isRefusedByRoot(String mode) throws IOException {
    Commands.needRoot();
    RootKey.createFile(file);
    Commands.chown(file, Commands.OTHER_USER);
    chmod(file, mode);
    assertRefused(
        file,
        "belongs to another user, who can read and replace it; chown it to root and set its mode to"
            + " 0600");
  }

  @Test
  void fromFile_linkToFileOfAnotherUser_isRefusedByRoot() throws IOException {
    Commands.needRoot();
    RootKey.createFile(file);
    Commands.chown(file, Commands.OTHER_USER);
    assertRefused(
        Files.createSymbolicLink(folder.resolve("link"), file),
        "belongs to another user, who can read and replace it; chown it to root and set its mode to"
            + " 0600");
  }

  /**
   * The files belong to root; the reader has the user and the group {@link Commands#OTHER_USER}.
   */
  @ParameterizedTest
  @CsvSource({
    "0440, read",
    "0640, read",
    "0660, refused",
    "0444, refused",
    "0644, refused",
    "0666, refused"
  })
  void fromFile_ownedByRoot_isReadByAnotherUser_ifOnlyItsGroupMayRead(String mode, String outcome)
      throws IOException {
    Commands.needRoot();
    RootKey.createFile(file);
    Commands.chgrp(file, Commands.OTHER_USER);
    chmod(file, mode);
    assertReadByOther(
        file,
        outcome.equals("read")
            ? "read"
            : refusal(
                file,
                "may be read by all users or written by others than root; as root, set its group to"
                    + " one of this process and its mode to 0440"));
  }

  /** A file of user {@code 1} must be refused for another user, whatever its mode. */
  @ParameterizedTest
  @ValueSource(strings = {"0640", "0644"})
  void fromFile_ownedByThirdUser_isRefused(String mode) throws IOException {
    Commands.needRoot();
    RootKey.createFile(file);
    Commands.chown(file, 1);
    Commands.chgrp(file, Commands.OTHER_USER);
    chmod(file, mode);
    assertReadByOther(
        file,
        refusal(
            file,
            "belongs to another user, who can read and replace it; as root, chown it to the user of"
                + " this process and set its mode to 0600"));
  }

  @ParameterizedTest
  @CsvSource({"0600, read", "0400, read", "0644, refused"})
  void fromFile_ownedByTheUser_isRead_ifOthersHaveNoAccess(String mode, String outcome)
      throws IOException {
    Commands.needRoot();
    RootKey.createFile(file);
    Commands.chown(file, Commands.OTHER_USER);
    chmod(file, mode);
    assertReadByOther(
        file,
        outcome.equals("read")
            ? "read"
            : refusal(file, "may be read or written by group or others; set its mode to 0600"));
  }

  /** As in Kubernetes and Docker Swarm: a file system in memory, mounted read-only. */
  @ParameterizedTest
  @CsvSource({
    "0400, 0, true, ''",
    "0440, 0, true, ''",
    "0444, 0, true, read",
    "0644, 0, true, read",
    "0440, 1, true, ''",
    "0644, 1, true, read",
    "0666, 0, false, ''"
  })
  void fromFile_onReadOnlyMountInMemory_isRead_unlessAllMayWriteIt(
      String mode, int owner, boolean read, String byOther) throws IOException {
    Commands.needRoot();
    Path point = Files.createDirectory(folder.resolve("secrets"));
    try (var mount = Commands.Mounted.mount(point, "-t", "tmpfs", "-o", "mode=1777", "none")) {
      Path secret = point.resolve("root.key");
      RootKey.createFile(secret);
      Commands.chown(secret, owner);
      chmod(secret, mode);
      mount.remountReadOnly();
      // As in Kubernetes, the name is a link to a link.
      Path link = Files.createSymbolicLink(folder.resolve("link"), secret);
      if (read) {
        RootKey.fromFile(link).close();
      } else {
        assertRefused(
            link,
            "may be read or written by group or others; set its mode to 0600 where its read-only"
                + " mount comes from");
      }
      if (!byOther.isEmpty()) {
        assertReadByOther(link, byOther);
      }
    }
  }

  /** As in Docker Compose: a file of the host, whoever owns it there. */
  @Test
  void fromFile_isItselfReadOnlyMount_isReadWhateverItsOwner() throws IOException {
    Commands.needRoot();
    Path host = folder.resolve("host.key");
    RootKey.createFile(host);
    Commands.chown(host, 1);
    chmod(host, "0664");
    Path secret = Files.createFile(folder.resolve("secret"));
    try (var mount = Commands.Mounted.mount(secret, "--bind", host.toString())) {
      assertRefused(
          secret,
          "belongs to another user, who can read and replace it; chown it to root and set its mode"
              + " to 0600");
      mount.remountBoundReadOnly();
      RootKey.fromFile(secret).close();
      assertReadByOther(secret, "read");
    }
  }

  /**
   * The directory of a package store or an image, for example: its content is readable for everyone
   * who has the package or image.
   */
  @Test
  void fromFile_openToOthersOnReadOnlyDirectory_isRefused() throws IOException {
    Commands.needRoot();
    Path point = Files.createDirectory(folder.resolve("packages"));
    Path store = Files.createDirectory(folder.resolve("store"));
    RootKey.createFile(store.resolve("root.key"));
    chmod(store.resolve("root.key"), "0444");
    try (var mount = Commands.Mounted.mount(point, "--bind", store.toString())) {
      mount.remountBoundReadOnly();
      assertRefused(
          point.resolve("root.key"),
          "may be read or written by group or others; set its mode to 0600 where its read-only"
              + " mount comes from");
      assertReadByOther(
          point.resolve("root.key"),
          refusal(
              point.resolve("root.key"),
              "may be read by all users or written by others than root; as root, set its group to"
                  + " one of this process and its mode to 0440"));
    }
  }

  @ParameterizedTest
  @CsvSource({"0777, false", "0703, false", "1777, true", "0770, true"})
  void fromFile_inDirectoryThatAllMayWrite_isRefused_unlessSticky(String mode, boolean read)
      throws IOException {
    Path directory = Files.createDirectory(folder.resolve("open"));
    Path inside = directory.resolve("root.key");
    RootKey.createFile(inside);
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    RootKey.createFile(file);
    assertThat(Commands.output("chmod", mode, directory.toString())).isEmpty();
    Path real = directory.toRealPath();
    for (Path name : List.of(inside, link)) {
      if (read) {
        RootKey.fromFile(name).close();
      } else {
        assertRefused(name, "can be replaced by all users; run chmod o-w on the directory " + real);
      }
    }
  }

  /** An emptyDir volume of Kubernetes has this mode, and its user cannot change it. */
  @Test
  void fromFile_onMountThatAllMayWrite_isRead() throws IOException {
    Commands.needRoot();
    Path point = Files.createDirectory(folder.resolve("volume"));
    try (var mount = Commands.Mounted.mount(point, "-t", "tmpfs", "-o", "mode=0777", "none")) {
      RootKey.createFile(mount.point().resolve("root.key"));
      RootKey.fromFile(mount.point().resolve("root.key")).close();
    }
  }

  /** A shell passes {@code <(command)} as the name of a pipe's descriptor. */
  @Test
  @DisabledOnOs(value = OS.MAC, disabledReason = "bash is too old there to rely on")
  void fromFile_pipeOfShell_isRead_ifItHas32Bytes() throws IOException {
    RootKey.createFile(file);
    assertThat(throughShell("<(cat " + file + ")")).isEqualTo("read");
    assertThat(throughShell("<(head -c 16 " + file + "; sleep 0.1; tail -c 16 " + file + ")"))
        .isEqualTo("read");
    assertThat(throughShell("/dev/stdin < <(cat " + file + ")")).isEqualTo("read");
    assertThat(throughShell("<(cat " + file + " " + file + ")"))
        .matches("embedded-kms: the root key file /dev/fd/\\d+ does not have exactly 32 bytes");
    // Closes standard error, which sleep would otherwise keep open until it ends.
    assertThat(throughShell("<(exec sleep 60 2> /dev/null)"))
        .matches("embedded-kms: the root key file /dev/fd/\\d+ gave no key within 2 seconds");
    assertThat(throughShell("<(true)"))
        .matches("embedded-kms: the root key file /dev/fd/\\d+ does not have exactly 32 bytes");
  }

  private static String throughShell(String argument) {
    String command =
        Commands.java(RootKeyReader.class).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    return Commands.output("bash", "-c", command + " " + argument);
  }

  private void assertReadByOther(Path secret, String outcome) throws IOException {
    // Other users have no access to the folders above.
    for (Path above = folder; !above.equals(above.getRoot()); above = above.getParent()) {
      if (Files.getOwner(above).getName().equals("root")
          && !Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        chmod(above, "0755");
      }
    }
    assertThat(
            Commands.javaAs(Commands.OTHER_USER, Commands.OTHER_USER, RootKeyReader.class, secret))
        .isEqualTo(outcome);
  }

  private static void chmod(Path path, String octal) throws IOException {
    Files.setAttribute(path, "unix:mode", Integer.parseInt(octal, 8));
  }

  @Test
  void fromFileAndCreateFile_missingFileOrFolder_throw() {
    assertThatThrownBy(() -> RootKey.fromFile(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("embedded-kms: cannot read the root key file " + file)
        .hasCauseInstanceOf(NoSuchFileException.class);
    Path below = folder.resolve("missing").resolve("root.key");
    assertThatThrownBy(() -> RootKey.createFile(below))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(NoSuchFileException.class);
  }

  private static void assertRefused(Path file, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RootKey.fromFile(file))
        .withMessage(refusal(file, why));
  }

  private static String refusal(Path file, String why) {
    return "embedded-kms: the root key file " + file + " " + why;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
