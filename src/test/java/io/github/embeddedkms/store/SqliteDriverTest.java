package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.NoexecFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders from which the driver cannot load its native library, each tested in its own JVM. */
class SqliteDriverTest {

  private static final String CANNOT =
      "StoreUnavailableException embedded-kms: SQLite's driver cannot load its native library: ";
  private static final String WHAT_TO_DO =
      "; start Java with -Dorg.sqlite.tmpdir=DIR, a writable directory that is not mounted noexec";

  @TempDir private Path folder;

  /** Opens a store twice, because the driver fails differently after its first failure. */
  static final class Opening {

    private Opening() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try (RootKey rootKey = RootKey.unsealedForTests()) {
          SealedKeyStorage.builder(Path.of(arguments[0])).rootKey(rootKey).open().close();
          System.out.println("open");
        } catch (RuntimeException e) {
          System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
        }
      }
    }
  }

  private List<String> opening(String... properties) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(properties));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Opening.class.getName(), folder.resolve("keys.db").toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return printed.lines().toList();
  }

  @Test
  void open_tmpFolderMountedNoexec_errorNamesIt_andAnotherFolderWorks() throws Exception {
    try (NoexecFolder noexec = NoexecFolder.mount()) {
      String refused = CANNOT + noexec.path() + " is mounted noexec" + WHAT_TO_DO;
      assertThat(opening("-Djava.io.tmpdir=" + noexec.path())).containsExactly(refused, refused);
      assertThat(opening("-Dorg.sqlite.tmpdir=" + noexec.path())).containsExactly(refused, refused);
      assertThat(opening("-Djava.io.tmpdir=" + noexec.path(), "-Dorg.sqlite.tmpdir=" + folder))
          .containsExactly("open", "open");
    }
  }

  @Test
  void open_tmpFolderMissingOrNotWritable_errorNamesIt() throws Exception {
    Path missing = folder.resolve("missing");
    String noFolder = CANNOT + "there is no directory " + missing + WHAT_TO_DO;
    assertThat(opening("-Dorg.sqlite.tmpdir=" + missing)).containsExactly(noFolder, noFolder);
    Path file = Files.createFile(folder.resolve("file"));
    String noDirectory = CANNOT + "there is no directory " + file + WHAT_TO_DO;
    assertThat(opening("-Dorg.sqlite.tmpdir=" + file)).containsExactly(noDirectory, noDirectory);
    // No user can create a file there, not even root.
    String notWritable = CANNOT + "it cannot be written to /proc" + WHAT_TO_DO;
    assertThat(opening("-Dorg.sqlite.tmpdir=/proc")).containsExactly(notWritable, notWritable);
  }

  @Test
  void open_noLibraryForThisSystem_errorSaysSo() throws Exception {
    String none =
        CANNOT
            + "it has none for "
            + System.getProperty("os.name")
            + " on pdp11; build one, and start Java with -Dorg.sqlite.lib.path=DIR, its directory";
    assertThat(opening("-Dos.arch=pdp11")).containsExactly(none, none);
  }
}
