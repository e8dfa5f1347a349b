package io.github.embeddedkms.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.cli.ExecutableJar;
import io.github.embeddedkms.cli.ExecutableJar.Server;
import io.github.embeddedkms.endpoint.EndpointCertificate;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real clients in other languages against the executable jar: what they send must be understood,
 * and each must show its user the service's answers and errors. Their tests are ordinary ones of
 * each language, in {@code src/test/interop}. Here they are copied to {@code target/interop}, given
 * what they need, and run against servers of their own.
 *
 * <p>Run by {@code mvn verify -Pinterop}. Where a program is missing, its tests are skipped and the
 * reason is printed, but never where the environment variable {@code CI} is {@code true}.
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

  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";
  private static final String BOB = "arn:aws:iam::111122223333:user/bob";

  /** The CA of the server with TLS: each language has another variable for it. */
  private static final String CA_BUNDLE = TARGET.resolve("ca.pem").toString();

  private static final Map<String, String> TRUSTED_BY_PYTHON = Map.of("AWS_CA_BUNDLE", CA_BUNDLE);

  @Test
  void boto3_isAnsweredAsByTheService() throws Exception {
    Program python = pythonWithPackages();
    Map<String, String> credentials =
        Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", SECRET);
    try (Server turned =
            ExecutableJar.serve(
                credentials, List.of(), "--clock", "manual", "--require-signatures");
        LocalKeyProvider provider = providerOfAlice();
        KmsEndpoint principals = endpointOfPrincipals(provider)) {
      Map<String, String> settings = new HashMap<>(TRUSTED_BY_PYTHON);
      settings.put("CLOCK_ENDPOINT_URL_KMS", turned.url().toString());
      settings.put("PRINCIPALS_ENDPOINT_URL_KMS", principals.url().toString());
      passes(python, settings, "-m", "unittest", "-v", "test_boto3");
    }
    InteropReport.ran(RealProgram.BOTO3);
  }

  /** Of all principals, only one has an identity policy. */
  private static LocalKeyProvider providerOfAlice() {
    return LocalKeyProvider.builder()
        .region("us-east-1")
        .account(ACCESS_KEY)
        .identities(Identities.of(Map.of(ALICE, Identity.administrator(), BOB, Identity.none())))
        .build();
  }

  private static KmsEndpoint endpointOfPrincipals(LocalKeyProvider provider) throws IOException {
    Caller root = provider.defaultCaller();
    return KmsEndpoint.builder(provider)
        .credentials("AKIAALICE", SECRET, root.actingAs(ALICE))
        .credentials("AKIABOB", SECRET, root.actingAs(BOB))
        .credentials("ASIADEV", SECRET, root.role("arn:aws:iam::111122223333:role/team/Dev", "s1"))
        .start();
  }

  @Test
  void encryptionSdkForPython_encryptsAndDecrypts() throws Exception {
    Program python = pythonWithPackages();
    passes(python, TRUSTED_BY_PYTHON, "-m", "unittest", "-v", "test_encryption_sdk");
    InteropReport.ran(RealProgram.ENCRYPTION_SDK_PYTHON);
  }

  @Test
  void mongodbClientSideEncryption_encryptsAndDecryptsOverTls() throws Exception {
    Program python = pythonWithPackages();
    passes(python, TRUSTED_BY_PYTHON, "-m", "unittest", "-v", "test_mongocrypt");
    InteropReport.ran(RealProgram.MONGODB);
  }

  @Test
  void commandLineVersion1_isAnsweredAsByTheService() throws Exception {
    Program python = pythonWithPackages();
    Path aws = PreloadedAwsCli.of(python.executable().resolveSibling("aws"));
    Map<String, String> tested = new HashMap<>(TRUSTED_BY_PYTHON);
    tested.put("AWS_CLI_VERSION_1", aws.toString());
    passes(python, tested, "-m", "unittest", "-v", "test_cli_v1");
    InteropReport.ran(RealProgram.AWS_CLI_1);
  }

  /** Otherwise other tests would be of the preloaded program only. */
  @Test
  void preloadedCommandLine_printsWhatTheProgramPrints() throws Exception {
    Path aws = Machine.commandLineVersion2();
    for (List<String> words :
        List.of(
            List.of("--version"),
            List.of("kms", "create-key", "--generate-cli-skeleton", "yaml-input"),
            List.of("kms", "list-keys", "--endpoint-url", "http://127.0.0.1:1", "--region", "x"),
            List.of("kms", "frob"))) {
      assertThat(printedBy(PreloadedAwsCli.of(aws), words)).isEqualTo(printedBy(aws, words));
    }
  }

  /** Its exit code, and what it prints. */
  private static List<String> printedBy(Path program, List<String> words) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(words);
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    process.environment().putAll(Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "LC_ALL", "C.UTF-8"));
    process.environment().putAll(Map.of("AWS_SECRET_ACCESS_KEY", SECRET, "AWS_MAX_ATTEMPTS", "1"));
    Process running = process.start();
    running.getOutputStream().close();
    String printed = new String(running.getInputStream().readAllBytes(), UTF_8);
    return List.of(String.valueOf(running.waitFor()), printed);
  }

  @Test
  void commandLineVersion2_isAnsweredAsByTheService() throws Exception {
    Path aws = Machine.commandLineVersion2();
    // Its tests need nothing but Python itself.
    Program python = new Program(Machine.needed("python3"), copied("python"));
    Map<String, String> tested = new HashMap<>(TRUSTED_BY_PYTHON);
    tested.put("AWS_CLI_VERSION_2", PreloadedAwsCli.of(aws).toString());
    passes(python, tested, "-m", "unittest", "-v", "test_cli_v2");
    InteropReport.ran(RealProgram.AWS_CLI_2);
  }

  @Test
  void ownCommands_printWhatCommandLineVersion2Prints(@TempDir Path folder) throws Exception {
    Path aws = PreloadedAwsCli.of(Machine.commandLineVersion2());
    Program python = new Program(Machine.needed("python3"), copied("python"));
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
    Path node = Machine.needed("node");
    Path npm = Machine.needed("npm");
    Path folder = copied("javascript");
    install(npm, folder);
    passes(new Program(node, folder), Map.of("NODE_EXTRA_CA_CERTS", CA_BUNDLE), "--test");
    InteropReport.ran(RealProgram.SDK_JAVASCRIPT_3);
    InteropReport.ran(RealProgram.ENCRYPTION_SDK_JAVASCRIPT);
  }

  /**
   * Version 2 of the SDK has no setting for an endpoint outside the program, so its host is led to
   * this machine by a hosts file.
   */
  @Test
  void javaScriptVersion2_callsTheHostOfAws_whichIsThisMachine() throws Exception {
    Path node = Machine.needed("node");
    Path npm = Machine.needed("npm");
    Machine.needed("ip");
    Program unshare = new Program(Machine.needed("unshare"), copied("javascript-v2"));
    List<String> namespaces = List.of("--map-root-user", "--mount", "--net");
    Machine.needed("permission to create namespaces", namespaces(unshare, namespaces));
    install(npm, unshare.folder());
    List<String> arguments = new ArrayList<>(namespaces);
    arguments.addAll(List.of("sh", "in-namespaces.sh", node.toString()));
    arguments.addAll(List.of(ExecutableJar.command().split(" ")));
    Map<String, String> environment =
        Map.of(
            "AWS_ACCESS_KEY_ID",
            ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY",
            SECRET,
            "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE",
            "1");
    unshare.run(LIMIT_OF_TESTS, environment, arguments.toArray(String[]::new));
    InteropReport.ran(RealProgram.SDK_JAVASCRIPT_2);
  }

  /** From npm's own cache, if the packages are there. */
  static void install(Path npm, Path folder) {
    new Program(npm, folder)
        .run(
            LIMIT_OF_INSTALLATION,
            Map.of(),
            "ci",
            "--engine-strict",
            "--prefer-offline",
            "--no-audit",
            "--no-fund");
  }

  @Test
  void go_isAnsweredAsByTheService() throws Exception {
    Program go = new Program(Machine.needed("go"), copied("go"));
    // Modules and what was compiled stay in the caches of the user, as Maven's do.
    Map<String, String> local = Map.of("GOTOOLCHAIN", "local");
    go.run(LIMIT_OF_INSTALLATION, local, "mod", "download");
    Map<String, String> settings = new HashMap<>(local);
    settings.put("SSL_CERT_FILE", CA_BUNDLE);
    passes(go, settings, "test", "-v", "-count=1", "./...");
    InteropReport.ran(RealProgram.SDK_GO);
    InteropReport.ran(RealProgram.TINK_GO);
    InteropReport.ran(RealProgram.GO_KMS_WRAPPING);
  }

  /** Runs tests against fresh servers, which must stop properly afterwards. */
  private static void passes(Program tests, Map<String, String> settings, String... arguments)
      throws Exception {
    Map<String, String> credentials =
        Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", SECRET);
    // A store that the tests are given is the open server's, too.
    Map<String, String> stored = new HashMap<>(credentials);
    stored.putAll(settings);
    Path otherAuthority = TARGET.resolve("other-ca.pem");
    Files.writeString(otherAuthority, EndpointCertificate.generate(List.of()).authorityPem());
    try (Server open = ExecutableJar.serve(stored, List.of());
        Server signed = ExecutableJar.serve(credentials, List.of(), "--require-signatures");
        Server encrypted =
            ExecutableJar.serve(credentials, List.of(), "--tls", "--ca-file", CA_BUNDLE)) {
      Map<String, String> environment = new HashMap<>(settings);
      environment.putAll(credentials);
      environment.put("AWS_ENDPOINT_URL_KMS", open.url().toString());
      environment.put("SIGNED_ENDPOINT_URL_KMS", signed.url().toString());
      environment.put("TLS_ENDPOINT_URL_KMS", encrypted.url().toString());
      environment.put("CA_BUNDLE", CA_BUNDLE);
      environment.put("OTHER_CA_BUNDLE", otherAuthority.toString());
      environment.put("AWS_REGION", "us-east-1");
      environment.put("AWS_DEFAULT_REGION", "us-east-1");
      // What this machine's own user has set up is not for the tests.
      environment.put("AWS_CONFIG_FILE", TARGET.resolve("no-configuration").toString());
      environment.put("AWS_SHARED_CREDENTIALS_FILE", TARGET.resolve("no-credentials").toString());
      environment.put("NO_PROXY", "127.0.0.1,localhost");
      environment.put("no_proxy", "127.0.0.1,localhost");
      tests.run(LIMIT_OF_TESTS, environment, arguments);
    }
  }

  /** A virtual environment with the packages of all tests, which is installed once. */
  private static Program pythonWithPackages() throws Exception {
    Path folder = copied("python");
    Path environment = TARGET.resolve("python-packages");
    Path installed = environment.resolve("installed.txt");
    String requirements = Files.readString(folder.resolve("requirements.txt"));
    if (Files.exists(installed) && Files.readString(installed).equals(requirements)) {
      return new Program(environment.resolve("bin/python"), folder);
    }
    new Program(Machine.needed("python3"), folder)
        .run(LIMIT_OF_INSTALLATION, Map.of(), "-m", "venv", environment.toString());
    Program python = new Program(environment.resolve("bin/python"), folder);
    python.run(LIMIT_OF_INSTALLATION, Map.of(), "-m", "pip", "install", "-r", "requirements.txt");
    Files.writeString(installed, requirements);
    return python;
  }

  /** A new copy of the tests of a language, without what an earlier run has left there. */
  static Path copied(String language) throws IOException {
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

  /** Systems can refuse namespaces to users other than root. */
  private static Optional<Path> namespaces(Program unshare, List<String> options) {
    List<String> arguments = new ArrayList<>(options);
    arguments.add("true");
    try {
      unshare.run(LIMIT_OF_TESTS, Map.of(), arguments.toArray(String[]::new));
      return Optional.of(unshare.executable());
    } catch (AssertionError e) {
      return Optional.empty();
    }
  }
}
