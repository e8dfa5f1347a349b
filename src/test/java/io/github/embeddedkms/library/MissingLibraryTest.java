package io.github.embeddedkms.library;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.RootKey;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Separate processes without one library each: where it is first used, the error names it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class MissingLibraryTest {

  private static final String MAIN = "io.github.embeddedkms.cli.Main";

  @TempDir private Path folder;

  private record Ended(int exitCode, String out, String err) {}

  @ParameterizedTest
  @CsvSource({
    "aws-sdk, awssdk, AWS_SDK, a client of the AWS SDK",
    "sm4, bcprov-jdk18on, BOUNCY_CASTLE, SM4",
    "passphrase, bcprov-jdk18on, BOUNCY_CASTLE, a passphrase",
    "ml-dsa, bcprov-jdk18on, BOUNCY_CASTLE, ML_DSA_44",
    "curve, bcprov-jdk18on, BOUNCY_CASTLE, ECC_SECG_P256K1",
    "aws-sdk, gson, GSON, reading JSON",
    "endpoint, gson, GSON, reading JSON",
    "sqlite, gson, GSON, reading JSON",
    "seed, snakeyaml-engine, SNAKEYAML_ENGINE, reading seed files",
    "sqlite, sqlite-jdbc, SQLITE, a store in a file",
    "key, tink, TINK, deriving keys",
    "sqlite, tink, TINK, deriving keys",
  })
  void use_libraryMissing_throwsWithItsName(String use, String jar, Library library, String purpose)
      throws Exception {
    String store = folder.resolve("keys.db").toString();
    assertThat(run(jar, MissingLibraryUse.class.getName(), use, store))
        .isEqualTo(
            new Ended(
                0,
                "java.lang.IllegalStateException: embedded-kms: "
                    + library.reason(purpose)
                    + System.lineSeparator(),
                ""));
  }

  @ParameterizedTest
  @CsvSource({
    "aws-sdk",
    "sm4",
    "passphrase",
    "ml-dsa",
    "curve",
    "endpoint",
    "seed",
    "sqlite",
    "key"
  })
  void use_nothingMissing_works(String use) throws Exception {
    String store = folder.resolve("keys.db").toString();
    assertThat(run("none", MissingLibraryUse.class.getName(), use, store))
        .isEqualTo(new Ended(0, "used" + System.lineSeparator(), ""));
  }

  @Test
  void commandLine_picocliMissing_printsItsName() throws Exception {
    assertThat(run("picocli", MAIN, "--help"))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: the command line needs info.picocli:picocli 4.7.0 or newer: add this"
                    + " dependency, or update it"
                    + System.lineSeparator()));
  }

  @Test
  void commandLine_postgresqlDriverMissing_printsItsName() throws Exception {
    Path rootKey = folder.resolve("root.key");
    RootKey.createFile(rootKey);
    Ended ended =
        run(
            "postgresql",
            MAIN,
            "list-keys",
            "--store",
            "jdbc:postgresql://127.0.0.1:1/kms?password=secret",
            "--root-key-file",
            rootKey.toString());
    assertThat(ended.exitCode()).isEqualTo(255);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().strip())
        .startsWith("embedded-kms: ")
        .endsWith(
            ": a store in PostgreSQL needs org.postgresql:postgresql 42.7.2 or newer: add this"
                + " dependency, or update it")
        .doesNotContain("secret")
        .hasLineCount(1);
  }

  /** Runs a program without the jars whose names begin with a prefix. */
  private static Ended run(String missing, String... arguments) throws Exception {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !isOf(missing, Path.of(entry)))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Newer JDKs warn on the error stream where a library loads native code, as SQLite's does.
    command.addAll(List.of("-Xshare:auto", "--enable-native-access=ALL-UNNAMED"));
    // The process lives for only a second.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("--class-path", path));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    // Neither is long enough to fill a pipe while the other is read.
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    // A logger that other tests bring, and its complaint that nothing is configured.
    return new Ended(process.waitFor(), out, err.replaceAll("(?m)^SLF4J: .*\\R", ""));
  }

  private static boolean isOf(String missing, Path entry) {
    // The SDK is several jars, which have its version in common.
    return missing.equals("awssdk")
        ? entry.toString().contains("awssdk")
        : entry.getFileName().toString().matches(missing + "-\\d.*\\.jar");
  }
}
