package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AtomicFileTest {

  @TempDir Path directory;

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void file_committed_replacesExistingFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    try (AtomicFile out = AtomicFile.create(file)) {
      out.write('n');
      out.write("xewx".getBytes(java.nio.charset.StandardCharsets.UTF_8), 1, 2);
      assertThat(file).hasContent("old");
      out.commit();
      assertThat(file).hasContent("new");
    }
    assertThat(file).hasContent("new");
    assertThat(files()).isEqualTo(1);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void file_closedWithoutCommit_isDeleted() throws IOException {
    Path file = directory.resolve("file");
    AtomicFile out = AtomicFile.create(file);
    out.write(1);
    assertThat(files()).isEqualTo(1);
    assertThat(file).doesNotExist();
    out.close();
    out.close();
    assertThat(files()).isZero();
  }

  @Test
  void create_onDirectoryDeviceOrMissingParent_throwsIOException() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AtomicFile.create(directory))
        .withMessage(directory + " is not a regular file");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AtomicFile.create(Path.of("/dev/null")))
        .withMessage("/dev/null is not a regular file");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AtomicFile.create(directory.resolve("missing/file")));
  }

  @Test
  void symbolicLink_isKept_andItsTargetIsReplaced() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    try (AtomicFile out = AtomicFile.create(link)) {
      out.write('n');
      out.commit();
    }
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(target).hasContent("n");
    assertThat(files()).isEqualTo(2);
  }

  /** What can take the name between creation and commit. */
  enum Intruder {
    FILE,
    EMPTY_FILE,
    DIRECTORY,
    DANGLING_LINK,
    LINK_TO_A_FILE;

    void take(Path place) throws IOException {
      switch (this) {
        case FILE -> Files.writeString(place, "theirs");
        case EMPTY_FILE -> Files.createFile(place);
        case DIRECTORY -> Files.createDirectory(place);
        case DANGLING_LINK -> Files.createSymbolicLink(place, place.resolveSibling("nowhere"));
        case LINK_TO_A_FILE ->
            Files.createSymbolicLink(
                place, Files.writeString(place.resolveSibling("elsewhere"), "theirs"));
      }
    }

    void requireUntouched(Path place) {
      switch (this) {
        case FILE -> assertThat(place).isRegularFile().hasContent("theirs");
        case EMPTY_FILE -> assertThat(place).isRegularFile().isEmptyFile();
        case DIRECTORY -> assertThat(place).isEmptyDirectory();
        case DANGLING_LINK -> assertThat(place).isSymbolicLink();
        case LINK_TO_A_FILE -> assertThat(place).isSymbolicLink().hasContent("theirs");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Intruder.class)
  void newFile_nameTakenBeforeCommit_doesNotReplace(Intruder intruder) throws IOException {
    Path file = directory.resolve("file");
    long others;
    try (AtomicFile out = AtomicFile.createNew(file)) {
      out.write('n');
      intruder.take(file);
      others = files() - 1;
      assertThatExceptionOfType(FileAlreadyExistsException.class)
          .isThrownBy(out::commit)
          .withMessage(file.toString());
    }
    intruder.requireUntouched(file);
    assertThat(files()).isEqualTo(others);
  }

  /** Does what the commit does on a file system without hard links. */
  @ParameterizedTest
  @EnumSource(Intruder.class)
  void newFile_withoutHardLinks_nameTaken_doesNotReplace(Intruder intruder) throws IOException {
    Path file = directory.resolve("file");
    try (AtomicFile out = AtomicFile.createNew(file)) {
      intruder.take(file);
      assertThatExceptionOfType(FileAlreadyExistsException.class)
          .isThrownBy(out::renameToClaimedName)
          .withMessage(file.toString());
    }
    intruder.requireUntouched(file);
  }

  @Test
  void newFile_withoutHardLinks_appears() throws IOException {
    Path file = directory.resolve("file");
    try (AtomicFile out = AtomicFile.createNew(file)) {
      out.write('n');
      out.renameToClaimedName();
    }
    assertThat(file).hasContent("n");
    assertThat(files()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Intruder.class)
  void newFile_nameAlreadyTaken_isRefused(Intruder intruder) throws IOException {
    Path file = directory.resolve("file");
    intruder.take(file);
    long before = files();
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> AtomicFile.createNew(file))
        .withMessage(file.toString());
    intruder.requireUntouched(file);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void newFile_committed_appearsReadableByItsOwnerOnly() throws IOException {
    Path file = directory.resolve("file");
    try (AtomicFile out = AtomicFile.createNew(file)) {
      out.write('n');
      assertThat(file).doesNotExist();
      out.commit();
      assertThat(file).hasContent("n");
    }
    assertThat(file).hasContent("n");
    assertThat(files()).isEqualTo(1);
    assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(1);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  /** In a directory that allows new names but no removals, the temporary name stays. */
  @Test
  void newFile_temporaryNameCannotBeRemoved_isCommitted() throws Exception {
    Path appendOnly = Files.createDirectory(directory.resolve("append-only"));
    Path file = appendOnly.resolve("file");
    try (AtomicFile out = AtomicFile.createNew(file)) {
      out.write('n');
      assumeThat(changeAttribute("+a", appendOnly)).as("directories can be append-only").isTrue();
      out.commit();
      assertThat(file).hasContent("n");
    } finally {
      changeAttribute("-a", appendOnly);
    }
    assertThat(file).hasContent("n");
  }

  /** Returns whether the attribute was changed, which requires root and a Linux file system. */
  private static boolean changeAttribute(String attribute, Path directory) throws Exception {
    try {
      return new ProcessBuilder("chattr", attribute, directory.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void file_withNameOfMaximumLength_isCreated() throws IOException {
    Path file = directory.resolve("x".repeat(255));
    try (AtomicFile out = AtomicFile.create(file)) {
      out.commit();
    }
    assertThat(file).isEmptyFile();
  }
}
