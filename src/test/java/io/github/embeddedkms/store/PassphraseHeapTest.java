package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.process.PassphraseOpener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store's row asks for more memory than is available to the JVM that opens the store. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PassphraseHeapTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void create() {
    file = folder.resolve("store.db");
    try (RootKey rootKey = RootKey.ofPassphrase("open sesame".toCharArray(), 8 << 10, 1, 1)) {
      SealedKeyStorage.builder(file).rootKey(rootKey).open().close();
    }
  }

  @Test
  void open_parametersFitHeapFullOfGarbage_opens() throws Exception {
    assertThat(open("-Xmx48m", 200)).isEqualTo("opened at sequence 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseG1GC", "-XX:+UseParallelGC"})
  void open_parametersExceedHeap_isRefusedWithTheRequiredSize(String collector) throws Exception {
    // An attacker who can write the database asks for the maximum that the format allows.
    setParameters(1 << 20, 16, 16);
    assertThat(open("-Xmx64m", 0, collector))
        .matches(
            "KeyStorageException embedded-kms: deriving the root key from the passphrase needs 1088"
                + " MiB of heap, and the JVM has \\d\\d MiB left of 6\\d MiB; start it with a larger"
                + " -Xmx");
  }

  @Test
  void open_parametersExceedFormat_isReportedAsAltered() throws Exception {
    setParameters((1 << 20) + 1, 1, 1);
    assertThat(open("-Xmx64m", 0))
        .isEqualTo(
            "AlteredStoreException embedded-kms: the parameters of the store's passphrase are out of"
                + " bounds: 1048577 KiB, 1 passes, 1 lanes");
  }

  @Test
  void open_newStoreExceedsHeap_isRefused_andNotCreated() throws Exception {
    file = folder.resolve("new.db");
    assertThat(open("-Xmx48m", 0))
        .matches(
            "KeyStorageException embedded-kms: deriving the root key from the passphrase needs 68"
                + " MiB of heap, and the JVM has \\d\\d MiB left of 4\\d MiB; start it with a larger"
                + " -Xmx");
    assertThat(open("-Xmx256m", 0)).isEqualTo("opened at sequence 0");
  }

  private void setParameters(int memory, int passes, int lanes) throws SQLException {
    byte[] parameters = ByteBuffer.allocate(28).putInt(memory).putInt(passes).putInt(lanes).array();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement update =
            connection.prepareStatement("UPDATE kms_store_key SET parameters = ?")) {
      update.setBytes(1, parameters);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  private String open(String heap, int garbage, String... flags)
      throws IOException, InterruptedException {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(heap);
    command.addAll(java.util.List.of(flags));
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(java.util.List.of("--class-path", System.getProperty("java.class.path")));
    command.add(PassphraseOpener.class.getName());
    command.add(file.toString());
    command.add(String.valueOf(garbage));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("errors.txt").toFile()).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(() -> "see " + folder.resolve("errors.txt")).isZero();
    return printed;
  }
}
