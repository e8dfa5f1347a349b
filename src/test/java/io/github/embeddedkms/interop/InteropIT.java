package io.github.embeddedkms.interop;

import io.github.embeddedkms.cli.ExecutableJar;
import io.github.embeddedkms.cli.ExecutableJar.Server;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real clients in other languages against the executable jar: what they send must be understood,
 * and each must show its user the service's answers and errors. Their tests are ordinary ones of
 * each language, in {@code src/test/interop}. Here they are copied to {@code target/interop}, given
 * what they need, and run against servers of their own.
 *
 * <p>Run by {@code mvn verify -Pinterop}. Where an interpreter is missing its tests are skipped
 * with a word about it, but never where the environment variable {@code CI} is {@code true}.
 */
@Tag("interop")
class InteropIT {

  private static final Path SOURCES = Path.of("src/test/interop").toAbsolutePath();
  private static final Path TARGET = Path.of("target/interop").toAbsolutePath();

  private static final Duration LIMIT_OF_INSTALLATION = Duration.ofMinutes(10);
  private static final Duration LIMIT_OF_TESTS = Duration.ofMinutes(15);

  /** The account that the clients call from: twelve digits as an access key id are taken for it. */
  private static final String ACCESS_KEY = "111122223333";

  private static final String SECRET = "a secret of the tests";

  @Test
  void boto3_isAnsweredAsByTheService() throws Exception {
    Program python = pythonWithPackages();
    passes(python, Map.of(), "-m", "unittest", "-v", "test_boto3");
  }

  @Test
  void commandLineVersion1_isAnsweredAsByTheService() throws Exception {
    Program python = pythonWithPackages();
    passes(python, Map.of(), "-m", "unittest", "-v", "test_cli_v1");
  }

  @Test
  void commandLineVersion2_isAnsweredAsByTheService() throws Exception {
    Path aws = needed("version 2 of the AWS CLI", Program.find("aws", InteropIT::isVersion2));
    // Its tests need nothing but Python itself.
    Program python = new Program(needed("python3"), copied("python"));
    Map<String, String> tested = Map.of("AWS_CLI_VERSION_2", aws.toString());
    passes(python, tested, "-m", "unittest", "-v", "test_cli_v2");
  }

  @Test
  void ownCommands_printWhatCommandLineVersion2Prints(@TempDir Path folder) throws Exception {
    Path aws = needed("version 2 of the AWS CLI", Program.find("aws", InteropIT::isVersion2));
    Program python = new Program(needed("python3"), copied("python"));
    Path rootKey = folder.resolve("root.key");
    RootKey.createFile(rootKey);
    try (RootKey key = RootKey.fromFile(rootKey)) {
      LocalKeyProvider.open(folder.resolve("keys.db"), key).close();
    }
    Map<String, String> tested =
        Map.of(
            "AWS_CLI_VERSION_2",
            aws.toString(),
            "EMBEDDED_KMS",
            ExecutableJar.command(),
            "EMBEDDED_KMS_STORE",
            folder.resolve("keys.db").toString(),
            "EMBEDDED_KMS_ROOT_KEY_FILE",
            rootKey.toString());
    passes(python, tested, "-m", "unittest", "-v", "test_command_line");
  }

  @Test
  void javaScript_isAnsweredAsByTheService() throws Exception {
    Path node = needed("node");
    Path npm = needed("npm");
    Path folder = copied("javascript");
    new Program(npm, folder).run(LIMIT_OF_INSTALLATION, Map.of(), "ci", "--engine-strict");
    passes(new Program(node, folder), Map.of(), "--test");
  }

  @Test
  void go_isAnsweredAsByTheService() throws Exception {
    Program go = new Program(needed("go"), copied("go"));
    Map<String, String> settings =
        Map.of(
            "GOMODCACHE",
            TARGET.resolve("go-modules").toString(),
            "GOCACHE",
            TARGET.resolve("go-build").toString(),
            // Otherwise the modules are read-only, and "mvn clean" could not remove them.
            "GOFLAGS",
            "-modcacherw",
            "GOTOOLCHAIN",
            "local");
    go.run(LIMIT_OF_INSTALLATION, settings, "mod", "download");
    passes(go, settings, "test", "-v", "-count=1", "./...");
  }

  /** Runs tests against fresh servers, which must stop properly afterwards. */
  private static void passes(Program tests, Map<String, String> settings, String... arguments)
      throws Exception {
    Map<String, String> credentials =
        Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", SECRET);
    // A store that the tests are given is the open server's, too.
    Map<String, String> stored = new HashMap<>(credentials);
    stored.putAll(settings);
    try (Server open = ExecutableJar.serve(stored, List.of());
        Server signed = ExecutableJar.serve(credentials, List.of(), "--require-signatures")) {
      Map<String, String> environment = new HashMap<>(settings);
      environment.putAll(credentials);
      environment.put("AWS_ENDPOINT_URL_KMS", open.url().toString());
      environment.put("SIGNED_ENDPOINT_URL_KMS", signed.url().toString());
      environment.put("AWS_REGION", "us-east-1");
      environment.put("AWS_DEFAULT_REGION", "us-east-1");
      // What this machine's own user has set up is not for the tests.
      environment.put("AWS_CONFIG_FILE", TARGET.resolve("no-configuration").toString());
      environment.put("AWS_SHARED_CREDENTIALS_FILE", TARGET.resolve("no-credentials").toString());
      environment.put("NO_PROXY", "127.0.0.1");
      environment.put("no_proxy", "127.0.0.1");
      tests.run(LIMIT_OF_TESTS, environment, arguments);
    }
  }

  /** An environment of Python's own kind, with boto3 and version 1 of the AWS CLI in it. */
  private static Program pythonWithPackages() throws Exception {
    Path folder = copied("python");
    Path environment = TARGET.resolve("python-packages");
    new Program(needed("python3"), folder)
        .run(LIMIT_OF_INSTALLATION, Map.of(), "-m", "venv", environment.toString());
    Program python = new Program(environment.resolve("bin/python"), folder);
    python.run(LIMIT_OF_INSTALLATION, Map.of(), "-m", "pip", "install", "-r", "requirements.txt");
    return python;
  }

  /** A new copy of the tests of a language, without what an earlier run has left there. */
  private static Path copied(String language) throws IOException {
    Path copy = TARGET.resolve(language);
    if (Files.exists(copy)) {
      try (Stream<Path> old = Files.walk(copy)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(copy);
    try (Stream<Path> sources = Files.list(SOURCES.resolve(language))) {
      List<Path> files = sources.filter(Files::isRegularFile).toList();
      for (Path file : files) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static boolean isVersion2(Path aws) {
    try {
      return new Program(aws, TARGET)
          .run(LIMIT_OF_INSTALLATION, Map.of(), "--version")
          .startsWith("aws-cli/2.");
    } catch (AssertionError e) {
      // One that does not even tell its version is not it.
      return false;
    }
  }

  private static Path needed(String name) {
    return needed(name, Program.find(name, found -> true));
  }

  private static Path needed(String what, Optional<Path> found) {
    if (found.isPresent()) {
      return found.get();
    }
    String reason = what + " is needed for these tests and was not found on this machine";
    if ("true".equals(System.getenv("CI"))) {
      return Assertions.fail(reason);
    }
    System.out.println("Skipped: " + reason);
    return Assumptions.abort(reason);
  }
}
