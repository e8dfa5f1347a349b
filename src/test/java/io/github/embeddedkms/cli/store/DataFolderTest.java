package io.github.embeddedkms.cli.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  private static final Path HOME = Path.of("/home/alice");

  private static Path file(Map<String, String> environment, String system) {
    return DataFolder.file(environment::get, system, HOME);
  }

  @Test
  void file_isWhereEachSystemKeepsData() {
    assertThat(file(Map.of(), "linux"))
        .isEqualTo(Path.of("/home/alice/.local/share/embedded-kms/keys.db"));
    assertThat(file(Map.of("XDG_DATA_HOME", "/data"), "freebsd"))
        .isEqualTo(Path.of("/data/embedded-kms/keys.db"));
    assertThat(file(Map.of("XDG_DATA_HOME", "data"), "linux"))
        .isEqualTo(Path.of("/home/alice/.local/share/embedded-kms/keys.db"));
    assertThat(file(Map.of("XDG_DATA_HOME", "/data"), "mac os x"))
        .isEqualTo(Path.of("/home/alice/Library/Application Support/embedded-kms/keys.db"));
    assertThat(file(Map.of("LOCALAPPDATA", "/local"), "windows 11"))
        .isEqualTo(Path.of("/local/embedded-kms/keys.db"));
    assertThat(file(Map.of(), "windows 11"))
        .isEqualTo(Path.of("/home/alice/AppData/Local/embedded-kms/keys.db"));
  }

  @Test
  void folder_isMadeForItsOwnerOnly(@TempDir Path home) throws Exception {
    Path file = home.resolve("share").resolve("embedded-kms").resolve("keys.db");
    DataFolder.create(file);
    DataFolder.create(file);
    assertThat(Files.getPosixFilePermissions(file.getParent()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }
}
