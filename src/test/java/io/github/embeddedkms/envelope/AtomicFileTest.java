package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path directory;

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void file_appearsWhenItIsCommitted_andReplacesAnother() throws IOException {
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
  void file_notCommitted_leavesNothing() throws IOException {
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
  void place_thatIsADirectoryOrMissing_isRefused() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AtomicFile.create(directory))
        .withMessage(directory + " is no regular file");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AtomicFile.create(Path.of("/dev/null")))
        .withMessage("/dev/null is no regular file");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AtomicFile.create(directory.resolve("missing/file")));
  }

  @Test
  void symbolicLink_stays_andWhatItLeadsToIsReplaced() throws IOException {
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

  @Test
  void nameOfTheGreatestLength_isPossible() throws IOException {
    Path file = directory.resolve("x".repeat(255));
    try (AtomicFile out = AtomicFile.create(file)) {
      out.commit();
    }
    assertThat(file).isEmptyFile();
  }
}
