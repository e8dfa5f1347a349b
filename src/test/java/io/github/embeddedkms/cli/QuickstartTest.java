package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickstartTest {

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Quickstart.run(
        arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  @Test
  void withoutArguments_readmeComesBack_andTheWrongContextIsRefused() throws Exception {
    byte[] before = Files.readAllBytes(Path.of("README.md"));
    assertThat(run()).isZero();
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8).lines().map(line -> line.replaceAll(" +[0-9.]+ ms ", "")))
        .hasSize(8)
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).startsWith("read").contains("README.md, ", " bytes");
              assertThat(lines.get(1)).matches("CreateKey +[0-9a-f-]{36}");
              assertThat(lines.get(2)).contains("alias/quickstart");
              assertThat(lines.get(3))
                  .matches("seal +[0-9,]+ bytes under a new data key, .* alias/quickstart");
              assertThat(lines.get(4))
                  .matches("inspect +AES-256-GCM, for arn:aws:kms:us-east-1:0{12}:key/.{36}");
              assertThat(lines.get(5)).matches("open +[0-9,]+ bytes with .*\\{file=README.md}");
              assertThat(lines.get(6)).matches("compare +the same as README.md");
              assertThat(lines.get(7))
                  .matches("open +refused .*\\{file=another}: WrongContextOrKeyException");
            });
    assertThat(Files.readAllBytes(Path.of("README.md"))).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 100_000})
  void anyFile_comesBack(int length) throws Exception {
    Path file = Files.write(folder.resolve("a file"), new byte[length]);
    assertThat(run(file.toString())).isZero();
    assertThat(out.toString(UTF_8)).contains("the same as " + file);
  }

  @Test
  void missingFile_isOneClearLine() {
    assertThat(run(folder.resolve("nothing").toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualTo("quickstart: cannot read " + folder.resolve("nothing") + ": no such file\n");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void process_missingFile_endsWithExitCode2() throws Exception {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--class-path",
                System.getProperty("java.class.path"),
                Quickstart.class.getName(),
                "no such file")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(java.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("quickstart: cannot read no such file: no such file\n");
    assertThat(java.waitFor()).isEqualTo(2);
  }

  @Test
  void folder_isOneClearLine() {
    assertThat(run(folder.toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualTo("quickstart: cannot read " + folder + ": is a directory\n");
  }

  @Test
  void unreadableFile_isOneClearLine() throws Exception {
    Path file = Files.writeString(folder.resolve("closed"), "x");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(
        Files.isReadable(file), "whoever runs this may read everything: root has no closed files");
    assertThat(run(file.toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualTo("quickstart: cannot read " + file + ": permission denied\n");
  }

  @Test
  void largeFile_comesBack_inLittleMemory() throws Exception {
    Path file = folder.resolve("large");
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(
                StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE))) {
      channel.position(100L << 20);
      channel.write(ByteBuffer.allocate(1));
    }
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "--class-path",
                System.getProperty("java.class.path"),
                Quickstart.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(java.getInputStream().readAllBytes(), UTF_8))
        .contains(file + ", 104,857,601 bytes", "the same as " + file, "refused");
    assertThat(java.waitFor()).isZero();
  }

  @Test
  void device_isOneClearLine() {
    assertThat(run("/dev/null")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "quickstart: cannot read /dev/null: is not a regular file, which can be read and"
                + " compared\n");
  }

  @Test
  void notAPath_orSeveral_isOneClearLine() {
    assertThat(run("a\0b")).isEqualTo(2);
    assertThat(run("a", "b")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).hasLineCount(2);
  }
}
