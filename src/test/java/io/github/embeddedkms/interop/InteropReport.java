package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The table of the programs that ran, {@code target/interop.md}. Each program has a file of its
 * own, from which the table is written again after each program: tests run in several processes, or
 * alone.
 *
 * @param rows the folder of these files
 * @param table the table
 */
record InteropReport(Path rows, Path table) {

  private static final InteropReport OF_THIS_BUILD =
      new InteropReport(Path.of("target/interop/report"), Path.of("target/interop.md"));

  /**
   * Adds a program to the report of this build, and compares it with the table on the site.
   *
   * @param program the program, which has passed its tests
   * @param version the version that ran
   */
  static void ran(RealProgram program, String version) {
    OF_THIS_BUILD.add(program, version);
    requireOnTheSite(program, version);
  }

  static void requireOnTheSite(RealProgram program, String version) {
    assertThat(RealProgram.site()).as("the table on the site").contains(program.row(version));
  }

  /** Adds a program, at the version that the build installs. */
  static void ran(RealProgram program) {
    ran(program, program.version());
  }

  void add(RealProgram program, String version) {
    try {
      Files.createDirectories(rows);
      // Threads of one process, and other processes.
      synchronized (InteropReport.class) {
        try (FileChannel lock =
            FileChannel.open(
                rows.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          lock.lock();
          Files.writeString(rows.resolve(program.name()), program.row(version) + "\n");
          writeTable();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeTable() throws IOException {
    StringBuilder text = new StringBuilder("| program | version | what it did |\n|---|---|---|\n");
    for (RealProgram program : RealProgram.values()) {
      Path row = rows.resolve(program.name());
      if (Files.exists(row)) {
        text.append(Files.readString(row));
      }
    }
    Path written = Files.writeString(rows.resolve("table"), text);
    Files.move(written, table, StandardCopyOption.REPLACE_EXISTING);
  }
}
