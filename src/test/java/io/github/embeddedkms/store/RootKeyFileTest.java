package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Root keys in files. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no modes to set or look at")
class RootKeyFileTest {

  private static final Bytes STORE_ID = Bytes.fromByteArray(new byte[16]);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("root.key");
  }

  @Test
  void createdFile_has32BytesOfItsOwn_andIsTheOwnersAlone() throws IOException {
    RootKey.createFile(file);
    assertThat(Files.readAllBytes(file)).hasSize(32);
    assertThat(mode(file)).isEqualTo("rw-------");
    Path other = folder.resolve("other.key");
    RootKey.createFile(other);
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(file));
  }

  @Test
  void createdFile_isRead() throws IOException {
    RootKey.createFile(file);
    assertOpensWhatItsBytesSealed(RootKey.fromFile(file));
    // As Kubernetes mounts its secrets.
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertOpensWhatItsBytesSealed(RootKey.fromFile(link));
  }

  private void assertOpensWhatItsBytesSealed(RootKey rootKey) throws IOException {
    SecretBytes storeKey = SecretBytes.filledBy(32, new SecureRandom()::nextBytes);
    StoreKeyRow row =
        RootKey.ofBytes(Files.readAllBytes(file))
            .forNewStore()
            .seal(STORE_ID, 1, storeKey);
    assertThat(rootKey.forRow(row).open(STORE_ID, row)).isEqualTo(storeKey);
  }

  @Test
  void existingFileOrDanglingLink_isNotOverwritten() throws IOException {
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
  void fileOpenToOthers_isRefused(String mode) throws IOException {
    RootKey.createFile(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertRefused(file, "may be read or written by group or others; set its mode to 0600");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rwx--x--x"})
  void fileOfTheOwnerAlone_isRead(String mode) throws IOException {
    RootKey.createFile(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    try (RootKey rootKey = RootKey.fromFile(file)) {
      assertThat(rootKey).hasToString("RootKey[32 raw bytes]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 64, 100_000})
  void fileOfAnotherLength_isRefused(int length) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, new byte[length]);
    assertRefused(file, "does not have exactly 32 bytes");
  }

  @Test
  void directory_isRefused() {
    assertRefused(folder, "is no regular file");
  }

  @Test
  void device_isRefused_andNotWaitedFor() {
    assertRefused(Path.of("/dev/zero"), "is no regular file");
  }

  @Test
  void missingFileOrFolder_cannotBeReadOrCreated() {
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
        .withMessage("embedded-kms: the root key file " + file + " " + why);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
