package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.ExecutableJar.Server;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteJDBCLoader;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

/** The executable jar as a user runs it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServeIT {

  private static final String SEEDED_KEY = "bc436485-5092-42b8-92a3-0aa8b93536dc";

  private static KmsClient client(
      Server server, Region region, String accessKeyId, String secretAccessKey) {
    return KmsClient.builder()
        .endpointOverride(server.url())
        .region(region)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId, secretAccessKey)))
        .build();
  }

  private static KmsClient client(Server server, String secretAccessKey) {
    return client(server, Region.EU_CENTRAL_1, "AKIDEXAMPLE", secretAccessKey);
  }

  @Test
  void serve_answersUntilTerminated_andEndsWithZero() throws Exception {
    // Closing it is SIGTERM, and demands the exit code 0 and no other line.
    try (Server server = ExecutableJar.serve(Map.of(), List.of(), "--account", "111122223333");
        KmsClient kms = client(server, "any")) {
      assertThat(kms.createKey().keyMetadata().arn())
          .startsWith("arn:aws:kms:eu-central-1:111122223333:key/");
    }
  }

  @Test
  void serve_requireSignatures_answersOnlyThose() throws Exception {
    Map<String, String> environment =
        Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "secret");
    try (Server server = ExecutableJar.serve(environment, List.of(), "--require-signatures");
        KmsClient known = client(server, "secret");
        KmsClient stranger = client(server, "wrong")) {
      assertThat(known.listKeys().keys()).isEmpty();
      assertThat(
              catchThrowableOfType(KmsException.class, stranger::listKeys)
                  .awsErrorDetails()
                  .errorCode())
          .isEqualTo("InvalidSignatureException");
    }
  }

  private static HttpResponse<String> turn(Server server, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(server.url().resolve("/_embedded-kms/clock"))
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  @Test
  void serve_clockManual_isTurnedByClients() throws Exception {
    try (Server server = ExecutableJar.serve(Map.of(), List.of(), "--clock", "manual");
        KmsClient kms = client(server, "any")) {
      String keyId = kms.createKey().keyMetadata().keyId();
      kms.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
      assertThat(turn(server, "{\"Advance\":\"P7D\"}").statusCode()).isEqualTo(200);
      assertThat(
              catchThrowableOfType(
                      KmsException.class, () -> kms.describeKey(key -> key.keyId(keyId)))
                  .awsErrorDetails()
                  .errorCode())
          .isEqualTo("NotFoundException");
    }
  }

  @Test
  void serve_withoutClock_isNotTurned() throws Exception {
    try (Server server = ExecutableJar.serve(Map.of(), List.of())) {
      assertThat(turn(server, "{\"Advance\":\"P7D\"}").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void serve_recordAccess_writesThePoliciesWhenItEnds(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access.json");
    String seed = Path.of("src/test/resources/seeds/orders.yaml").toString();
    try (Server server =
            ExecutableJar.serve(
                Map.of(), List.of(), "--seed", seed, "--record-access", file.toString());
        KmsClient kms = client(server, Region.US_EAST_1, "AKIDEXAMPLE", "any")) {
      kms.describeKey(d -> d.keyId("alias/orders"));
      assertThat(file).doesNotExist();
    }
    assertThat(file)
        .hasContent(
            """
            {
              "keyPolicies": {
                "arn:aws:kms:us-east-1:000000000000:key/bc436485-5092-42b8-92a3-0aa8b93536dc": {
                  "Version": "2012-10-17",
                  "Statement": [
                    {
                      "Effect": "Allow",
                      "Principal": {
                        "AWS": "arn:aws:iam::000000000000:root"
                      },
                      "Action": "kms:DescribeKey",
                      "Resource": "*",
                      "Condition": {
                        "StringEquals": {
                          "kms:RequestAlias": "alias/orders"
                        }
                      }
                    }
                  ]
                }
              },
              "identityPolicies": {}
            }
            """);
    assertThat(folder).isDirectoryNotContaining(each -> !each.equals(file));
  }

  @Test
  void serve_requestThatNeverEnds_isDropped() throws Exception {
    try (Server server = ExecutableJar.serve(Map.of(), List.of(), "--request-timeout", "1");
        Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
      socket.getOutputStream().write("POST / HT".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 408 ")
          .endsWith("\"message\":\"embedded-kms: the request took too long to arrive\"}");
    }
  }

  @Test
  void serve_listensOnBothLoopbackAddresses() throws Exception {
    try (Server server = ExecutableJar.serve(Map.of(), List.of())) {
      for (InetAddress address : InetAddress.getAllByName("localhost")) {
        try (Socket socket = new Socket(address, server.url().getPort())) {
          assertThat(socket.isConnected()).isTrue();
        }
      }
    }
  }

  @Test
  void serve_tls_printsTheFileOfItsCa_whichOtherCommandsTrust(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("ca.pem");
    try (Server server =
        ExecutableJar.serve(Map.of(), List.of(), "--tls", "--ca-file", file.toString())) {
      assertThat(server.authority()).contains(file);
      String url = server.url().toString();
      Map<String, String> credentials =
          Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "any");
      assertThat(ExecutableJar.run(credentials, "list-keys", "--endpoint-url", url).err())
          .isEqualTo(
              "embedded-kms: no response from "
                  + url
                  + ": TLS failed: the certificate of the server was not issued by a trusted CA;"
                  + " --ca-bundle names the file of its CA\n");
      Ended listed = new Ended(0, "{\n    \"Keys\": []\n}\n", "");
      assertThat(
              ExecutableJar.run(
                  credentials, "list-keys", "--endpoint-url", url, "--ca-bundle", file.toString()))
          .isEqualTo(listed);
      Map<String, String> environment = new HashMap<>(credentials);
      environment.put("AWS_CA_BUNDLE", file.toString());
      assertThat(ExecutableJar.run(environment, "list-keys", "--endpoint-url", url))
          .isEqualTo(listed);
    }
  }

  @Test
  void serve_onAllAddresses_saysSo() throws Exception {
    Process process =
        ExecutableJar.process(
                Map.of(), List.of(), List.of("serve", "--port", "0", "--host", "0.0.0.0"))
            .start();
    try {
      assertThat(process.errorReader().readLine())
          .isEqualTo(
              "embedded-kms serve: listening on all addresses of this machine: every program that"
                  + " can reach one of them can use the keys");
      assertThat(process.inputReader().readLine())
          .startsWith("AWS_ENDPOINT_URL_KMS=http://127.0.0.1:");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void serve_seed_isThere() throws Exception {
    String seed = Path.of("src/test/resources/seeds/orders.yaml").toString();
    try (Server server = ExecutableJar.serve(Map.of(), List.of(), "--seed", seed);
        KmsClient kms = client(server, Region.US_EAST_1, "AKIDEXAMPLE", "any")) {
      assertThat(kms.describeKey(d -> d.keyId("alias/orders")).keyMetadata().arn())
          .isEqualTo("arn:aws:kms:us-east-1:000000000000:key/" + SEEDED_KEY);
    }
  }

  @Test
  void serve_seedOverAStore_startsAgain(@TempDir Path folder) throws Exception {
    String seed = Path.of("src/test/resources/seeds/orders.yaml").toString();
    RootKey.createFile(folder.resolve("root.key"));
    String[] options = {
      "--seed",
      seed,
      "--store",
      folder.resolve("keys.db").toString(),
      "--root-key-file",
      folder.resolve("root.key").toString(),
      "--create-store"
    };
    SdkBytes blob;
    try (Server server = ExecutableJar.serve(Map.of(), List.of(), options);
        KmsClient kms = client(server, Region.US_EAST_1, "AKIDEXAMPLE", "any")) {
      blob =
          kms.encrypt(e -> e.keyId("alias/orders").plaintext(SdkBytes.fromUtf8String("hello")))
              .ciphertextBlob();
      kms.createAlias(a -> a.aliasName("alias/own").targetKeyId(SEEDED_KEY));
    }
    try (Server server = ExecutableJar.serve(Map.of(), List.of(), options);
        KmsClient kms = client(server, Region.US_EAST_1, "AKIDEXAMPLE", "any")) {
      assertThat(kms.decrypt(d -> d.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("hello");
      String other = kms.createKey().keyMetadata().keyId();
      kms.updateAlias(a -> a.aliasName("alias/orders").targetKeyId(other));
    }
    List<String> words = new ArrayList<>(List.of("serve", "--port", "0"));
    words.addAll(List.of(options));
    Ended refused = ExecutableJar.run(words.toArray(String[]::new));
    assertThat(refused.exitCode()).isEqualTo(252);
    assertThat(refused.err())
        .startsWith("embedded-kms serve: alias alias/orders: the storage has it for key ")
        .contains(
            ", the seed for key "
                + SEEDED_KEY
                + "; change the seed, or point the alias back with UpdateAlias\n")
        .hasLineCount(2);
  }

  /** On standard error: the client sees nothing but an internal error. */
  @Test
  void serve_storeFails_saysWhy(@TempDir Path folder) throws Exception {
    RootKey.createFile(folder.resolve("root.key"));
    Path store = folder.resolve("keys.db");
    List<String> words =
        List.of(
            "serve",
            "--port",
            "0",
            "--store",
            store.toString(),
            "--root-key-file",
            folder.resolve("root.key").toString(),
            "--create-store");
    Process process = ExecutableJar.process(Map.of(), List.of(), words).start();
    try {
      String ready = process.inputReader().readLine();
      try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + store);
          Statement statement = database.createStatement()) {
        statement.execute("ALTER TABLE kms_item RENAME TO away");
      }
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(ready.substring("AWS_ENDPOINT_URL_KMS=".length())))
              .header("X-Amz-Target", "TrentService.CreateKey")
              .POST(BodyPublishers.ofString("{}"))
              .build();
      HttpClient http = HttpClient.newHttpClient();
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(500);
      process.toHandle().destroy();
      assertThat(process.errorReader().lines())
          .containsExactly(
              "embedded-kms: the store's tables were altered: there is no table kms_item");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void seed_wrong_endsWith252_andNamesTheLine(@TempDir Path folder) throws Exception {
    Path seed = Files.writeString(folder.resolve("seed.yaml"), "Keys:\n  Other: {}\n");
    assertThat(ExecutableJar.run("serve", "--seed", seed.toString()))
        .isEqualTo(
            new Ended(
                252,
                "",
                "embedded-kms serve: "
                    + seed
                    + ", line 2: Keys has no member Other\n"
                    + "Try 'embedded-kms serve --help'.\n"));
    assertThat(ExecutableJar.run("serve", "--seed", folder.resolve("nothing").toString()).err())
        .startsWith(
            "embedded-kms serve: cannot read " + folder.resolve("nothing") + ": no such file\n");
  }

  @Test
  void rootKeyFile_missing_isNamed_andNotTheSeed(@TempDir Path folder) throws Exception {
    String rootKey = folder.resolve("nothing").toString();
    String[] options = {
      "serve",
      "--seed",
      "src/test/resources/seeds/orders.yaml",
      "--store",
      folder.resolve("keys.db").toString(),
      "--root-key-file",
      rootKey,
      "--create-store"
    };
    assertThat(ExecutableJar.run(options))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: cannot read the root key file " + rootKey + ": no such file\n"));
  }

  @Test
  void serve_bodiesOf100Megabytes_atOnce_needNoMemory() throws Exception {
    byte[] piece = new byte[1 << 20];
    HttpClient http = HttpClient.newHttpClient();
    // Eight times 100 MB would not fit into this heap once.
    try (Server server = ExecutableJar.serve(Map.of(), List.of("-Xmx64m"))) {
      HttpRequest request =
          HttpRequest.newBuilder(server.url())
              .header("X-Amz-Target", "TrentService.Encrypt")
              .POST(
                  BodyPublishers.ofByteArrays(
                      () -> Stream.generate(() -> piece).limit(100).iterator()))
              .build();
      List<CompletableFuture<HttpResponse<String>>> answers =
          Stream.generate(() -> http.sendAsync(request, BodyHandlers.ofString())).limit(8).toList();
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(413);
      }
      try (KmsClient kms = client(server, "any")) {
        assertThat(kms.listKeys().keys()).isEmpty();
      }
    }
  }

  @Test
  void port_taken_endsWith252() throws Exception {
    try (Server server = ExecutableJar.serve(Map.of(), List.of())) {
      String port = Integer.toString(server.url().getPort());
      assertThat(ExecutableJar.run("serve", "--port", port))
          .isEqualTo(
              new Ended(
                  252,
                  "",
                  "embedded-kms serve: cannot listen on 127.0.0.1:"
                      + port
                      + ": Address already in use\nTry 'embedded-kms serve --help'.\n"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--region nowhere, not a Region: nowhere",
    "--account 12, not an account id: 12",
    "--port 65536, 'port must be 0 to 65535, not 65536'",
    "--host=, the host is empty",
    "--maximum-connections 0, 'maximumConnections must be 1 to 65536, not 0'",
    "--maximum-connections-per-peer 0, 'maximumConnectionsPerPeer must be 1 to 65536, not 0'",
    "--request-timeout 0, 'requestTimeout must be 1 millisecond to 1 hour, not PT0S'",
    "--response-timeout 0, 'responseTimeout must be 1 millisecond to 1 hour, not PT0S'",
    "--idle-timeout 3601, 'idleTimeout must be 1 millisecond to 1 hour, not PT1H1S'",
    "--port x, Invalid value for option '--port': 'x' is not an int",
    "--host no.such.host.invalid, there is no host no.such.host.invalid",
    "--require-signatures, --require-signatures needs AWS_ACCESS_KEY_ID in the environment",
    "--frobnicate, Unknown option: '--frobnicate'"
  })
  void option_wrong_endsWith252(String options, String reason) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve"));
    arguments.addAll(List.of(options.split(" ", -1)));
    Ended ended = ExecutableJar.run(arguments.toArray(String[]::new));
    assertThat(ended.err())
        .isEqualTo("embedded-kms serve: " + reason + "\nTry 'embedded-kms serve --help'.\n");
    assertThat(ended.exitCode()).isEqualTo(252);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void help_warnsOfTheDecryptOracle() throws Exception {
    Ended help = ExecutableJar.run("serve", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out().replaceAll("\\s+", " "))
        .contains(
            "Any signature is accepted, and none at all, unless --require-signatures is given:"
                + " anyone who can reach the port can decrypt")
        .contains("--port=N where to listen, 0 for any free port (default: 4599)");
  }

  @Test
  void version_isThatOfTheBuild() throws Exception {
    assertThat(ExecutableJar.run("--version"))
        .isEqualTo(
            new Ended(0, "embedded-kms " + System.getProperty("project.version") + "\n", ""));
  }

  @Test
  void command_missing_endsWith252() throws Exception {
    assertThat(ExecutableJar.run())
        .isEqualTo(
            new Ended(
                252,
                "",
                """

                usage: embedded-kms <command> [parameters]
                To see help text, you can run:

                  embedded-kms --help
                  embedded-kms <command> --help

                embedded-kms: error: the following arguments are required: command

                """));
  }

  @Test
  void jar_containsOnlyWhatItsLicencesList() throws Exception {
    Map<String, String> named =
        Map.ofEntries(
            Map.entry("com/google/crypto/tink", "com.google.crypto.tink:tink"),
            Map.entry("com/google/protobuf", "com.google.protobuf:protobuf-java"),
            Map.entry("com/google/gson", "com.google.code.gson:gson"),
            Map.entry("com/google/errorprone", "com.google.errorprone:error_prone_annotations"),
            Map.entry("org/bouncycastle", "org.bouncycastle:bcprov-jdk18on"),
            Map.entry("org/jspecify", "org.jspecify:jspecify"),
            Map.entry("org/postgresql", "org.postgresql:postgresql"),
            Map.entry("org/snakeyaml/engine", "org.snakeyaml:snakeyaml-engine"),
            Map.entry("org/sqlite", "org.xerial:sqlite-jdbc"),
            Map.entry("picocli", "info.picocli:picocli"),
            Map.entry("software/amazon/smithy/jmespath", "software.amazon.smithy:smithy-jmespath"),
            Map.entry("software/amazon/smithy/utils", "software.amazon.smithy:smithy-utils"));
    try (JarFile jar = new JarFile(ExecutableJar.FILE.toFile())) {
      Set<String> others = new TreeSet<>();
      Set<String> found = new TreeSet<>();
      jar.stream()
          .map(ZipEntry::getName)
          .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
          .filter(name -> name.endsWith(".class"))
          .filter(name -> !name.startsWith("io/github/embeddedkms/"))
          .forEach(
              name ->
                  named.keySet().stream()
                      .filter(root -> name.startsWith(root + "/"))
                      .findFirst()
                      .ifPresentOrElse(found::add, () -> others.add(name)));
      assertThat(others).isEmpty();
      assertThat(found).containsExactlyInAnyOrderElementsOf(named.keySet());
      assertThat(text(jar, "META-INF/THIRD-PARTY.txt")).contains(named.values());
      assertThat(text(jar, "META-INF/LICENSE")).contains("Apache License", "Version 2.0");
    }
  }

  /** The driver names the library that it unpacks by its version, or calls it "unknown". */
  @Test
  void jar_keepsTheVersionOfSqlitesDriver() throws Exception {
    URL[] jar = {ExecutableJar.FILE.toUri().toURL()};
    try (URLClassLoader packaged = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader())) {
      Object version =
          packaged.loadClass("org.sqlite.SQLiteJDBCLoader").getMethod("getVersion").invoke(null);
      assertThat(version).isEqualTo(SQLiteJDBCLoader.getVersion()).isNotEqualTo("unknown");
    }
    try (JarFile names = new JarFile(ExecutableJar.FILE.toFile())) {
      assertThat(names.stream().map(ZipEntry::getName))
          .filteredOn(name -> name.startsWith("META-INF/maven/") && !name.endsWith("/"))
          .allMatch(name -> name.endsWith("/pom.properties") || name.endsWith("/VERSION"));
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    return new String(
        jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }
}
