package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar;
import io.github.embeddedkms.cli.ExecutableJar.Server;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shell scripts that use {@code aws kms} as people's scripts do, run with our command in its place:
 * a program {@code aws} on the path that drops the word {@code kms}. Each script has at its top
 * what it must print. The build runs a few of them, {@code -Pinterop} all, and all with the AWS CLI
 * too, so that they are known to be right.
 */
class KmsScriptsIT {

  private static final Path SCRIPTS = Path.of("src/test/resources/interop/scripts");

  /** Begins a line of a script that says what it prints. */
  private static final String PRINTS = "#> ";

  private static final long LIMIT_IN_MINUTES = 5;

  /** Those that every build runs. */
  private static final List<String> COMMON =
      List.of("encrypt-file.sh", "data-key.sh", "decrypt-from-a-pipe.sh");

  /** Serves the scripts that the AWS CLI runs, each in an account of its own. */
  private static Server server;

  @TempDir private Path folder;

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  static List<String> scripts() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  static List<String> commonScripts() {
    return COMMON;
  }

  static List<String> otherScripts() throws IOException {
    return scripts().stream().filter(script -> !COMMON.contains(script)).toList();
  }

  @ParameterizedTest
  @MethodSource("commonScripts")
  void commonScript_runsOnOurCommand(String script) throws Exception {
    runsOnOurCommand(script);
  }

  @Test
  void scripts_areAtLeastFifteen() throws IOException {
    assertThat(scripts()).hasSizeGreaterThanOrEqualTo(15).containsAll(COMMON);
  }

  @Tag("interop")
  @ParameterizedTest
  @MethodSource("otherScripts")
  void otherScript_runsOnOurCommand(String script) throws Exception {
    runsOnOurCommand(script);
  }

  @Tag("interop")
  @ParameterizedTest
  @MethodSource("scripts")
  void everyScript_runsOnTheAwsCli(String script) throws Exception {
    Path aws = PreloadedAwsCli.of(Machine.commandLineVersion2());
    if (server == null) {
      server = ExecutableJar.serve(Map.of(), List.of());
    }
    installAws("exec '" + aws + "' --endpoint-url '" + server.url() + "' \"$@\"");
    Path nothing = folder.resolve("nothing");
    prints(
        script,
        Map.of(
            "AWS_ACCESS_KEY_ID",
            String.valueOf(111122220000L + scripts().indexOf(script)),
            "AWS_SECRET_ACCESS_KEY",
            "a secret of the tests",
            "AWS_CONFIG_FILE",
            nothing.toString(),
            "AWS_SHARED_CREDENTIALS_FILE",
            nothing.toString(),
            "NO_PROXY",
            "127.0.0.1"));
  }

  private void runsOnOurCommand(String script) throws Exception {
    Path rootKey = folder.resolve("root.key");
    Path store = folder.resolve("keys.db");
    RootKey.createFile(rootKey);
    try (RootKey key = RootKey.fromFile(rootKey)) {
      LocalKeyProvider.open(store, key).close();
    }
    installAws(
        """
        [ "$1" = kms ] || exit 1
        shift
        exec %s "$@"
        """
            .formatted(ExecutableJar.command()));
    prints(
        script,
        Map.of(
            "EMBEDDED_KMS_STORE", store.toString(),
            "EMBEDDED_KMS_ROOT_KEY_FILE", rootKey.toString()));
  }

  /** Puts a program {@code aws} where scripts find it first. */
  private void installAws(String script) throws IOException {
    Path aws = Files.createDirectory(folder.resolve("bin")).resolve("aws");
    Files.writeString(aws, "#!/usr/bin/env bash\n" + script);
    Files.setPosixFilePermissions(aws, PosixFilePermissions.fromString("rwx------"));
  }

  private void prints(String script, Map<String, String> settings) throws Exception {
    Path source = SCRIPTS.resolve(script).toAbsolutePath();
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder process =
        new ProcessBuilder(Machine.needed("bash").toString(), source.toString())
            .directory(Files.createDirectory(folder.resolve("work")).toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process.environment().putAll(environment(process.environment(), settings));
    process.environment().keySet().removeIf(name -> isForeign(name) && !settings.containsKey(name));
    Process running = process.start();
    try {
      assertThat(running.waitFor(LIMIT_IN_MINUTES, TimeUnit.MINUTES)).as("ends").isTrue();
    } finally {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    }
    String expected =
        Files.readAllLines(source).stream()
            .filter(line -> line.startsWith(PRINTS))
            .map(line -> line.substring(PRINTS.length()) + "\n")
            .collect(Collectors.joining());
    assertThat(Files.readString(out)).as("%s", Files.readString(err)).isEqualTo(expected);
    assertThat(Files.readString(err)).isEmpty();
    assertThat(running.exitValue()).isZero();
  }

  private Map<String, String> environment(
      Map<String, String> inherited, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("PATH", folder.resolve("bin") + ":" + inherited.get("PATH"));
    return environment;
  }

  /** What the user of this machine has set up is not for the scripts. */
  private static boolean isForeign(String name) {
    return (name.startsWith("AWS_") && !name.equals("AWS_DEFAULT_REGION"))
        || name.startsWith("EMBEDDED_KMS_")
        || List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS").contains(name);
  }
}
