package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands with the keys of a server. Each is a process: it reads its environment. */
class EndpointCommandsTest {

  private static final Map<String, String> CREDENTIALS =
      Map.of("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY", "secret");

  private static final LocalKeyProvider PROVIDER = LocalKeyProvider.inMemory();
  private static KmsEndpoint endpoint;
  private static String keyArn = "";

  @TempDir private Path folder;

  @BeforeAll
  static void startServer() throws IOException {
    endpoint =
        KmsEndpoint.builder(PROVIDER).port(0).credentials("AKIAIOSFODNN7EXAMPLE", "secret").start();
    keyArn = PROVIDER.createKey(key -> key.description("d\u00fc")).keyMetadata().arn();
    PROVIDER.createAlias(alias -> alias.aliasName("alias/a").targetKeyId(keyArn));
  }

  @AfterAll
  static void stopServer() {
    endpoint.close();
    PROVIDER.close();
  }

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    return run(List.of(), environment, arguments);
  }

  private Ended run(List<String> jvmOptions, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The process lives for only half a second.
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
    command.addAll(jvmOptions);
    command.addAll(
        List.of("--class-path", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder process =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    process.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Set<String> names = process.environment().keySet();
    names.removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    names.removeIf(name -> name.startsWith("AWS_") || name.startsWith("EMBEDDED_KMS_"));
    process.environment().put("HOME", folder.toString());
    process.environment().putAll(environment);
    int exitCode = process.start().waitFor();
    return new Ended(exitCode, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private Ended atServer(String command, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of(more));
    words.addAll(List.of("--endpoint-url", endpoint.url().toString()));
    return run(CREDENTIALS, words.toArray(String[]::new));
  }

  @Test
  void operations_areThoseOfTheServer() throws Exception {
    assertThat(atServer("list-aliases --output text --page-size 1"))
        .satisfies(
            listed -> assertThat(listed.out()).contains("\talias/a\t"),
            listed -> assertThat(listed.err()).isEmpty());
    assertThat(atServer("describe-key --key-id alias/a").out())
        .contains("\"Description\": \"d\u00fc\"");
    assertThat(atServer("describe-key --key-id alias/none"))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (NotFoundException) when calling the DescribeKey operation:"
                    + " Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.\n"));
    assertThat(atServer("create-key --key-spec NONE").err())
        .startsWith(
            "\nAn error occurred (ValidationException) when calling the CreateKey operation:");
  }

  @Test
  void messages_areSealedAndOpenedWithKeysOfTheServer() throws Exception {
    Path plain = Files.writeString(folder.resolve("plain"), "plain text");
    String sealed = folder.resolve("sealed").toString();
    String rewrapped = folder.resolve("rewrapped").toString();
    assertThat(atServer("seal --key alias/a", plain.toString(), "--out", sealed))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(atServer("verify-message --key alias/a", sealed))
        .isEqualTo(new Ended(0, keyArn + "\n", ""));
    assertThat(
            atServer("rewrap --key alias/a --new-key alias/a", sealed, "--out", rewrapped)
                .exitCode())
        .isZero();
    assertThat(atServer("open --key alias/a", rewrapped)).isEqualTo(new Ended(0, "plain text", ""));
    assertThat(atServer("seal --key alias/none", plain.toString(), "--out", sealed + "2"))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\n"
                    + "An error occurred (NotFoundException) when calling the GenerateDataKey"
                    + " operation: Alias arn:aws:kms:us-east-1:000000000000:alias/none is not"
                    + " found.\n"));
  }

  /** The JDK's client keeps a connection in a ClientVector, which a thread watches. */
  @Test
  void request_keepsNoConnection_soThatNoThreadIsStarted() throws Exception {
    String loaded =
        run(
                List.of("-Xlog:class+load"),
                CREDENTIALS,
                "list-keys",
                "--endpoint-url",
                endpoint.url().toString())
            .out();
    assertThat(loaded.contains("sun.net.www.http.HttpClient ")).isTrue();
    assertThat(loaded.contains("sun.net.www.http.ClientVector ")).isFalse();
  }

  @Test
  void credentials_missing_isOneLine() throws Exception {
    assertThat(run(Map.of(), "list-keys", "--endpoint-url", endpoint.url().toString()))
        .isEqualTo(
            new Ended(
                253,
                "",
                "embedded-kms: --endpoint-url needs credentials: set AWS_ACCESS_KEY_ID\n"));
  }

  @Test
  void requestUnsigned_needsNoCredentials() throws Exception {
    String url = endpoint.url().toString();
    assertThat(run(Map.of(), "list-keys", "--no-sign-request", "--endpoint-url", url))
        .satisfies(
            refused -> assertThat(refused.exitCode()).isEqualTo(254),
            refused -> assertThat(refused.err()).contains("(MissingAuthenticationTokenException)"));
    try (KmsEndpoint open = KmsEndpoint.builder(PROVIDER).port(0).start()) {
      assertThat(
              run(
                  Map.of(),
                  "list-keys",
                  "--no-sign-request",
                  "--no-verify-ssl",
                  "--cli-connect-timeout=5",
                  "--cli-read-timeout",
                  "0",
                  "--output=text",
                  "--endpoint-url",
                  open.url().toString()))
          .satisfies(
              listed -> assertThat(listed.err()).isEmpty(),
              listed -> assertThat(listed.out()).contains(keyArn));
    }
  }

  @Test
  void server_silent_isGivenUpAfterTheReadTimeout() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      assertThat(run(CREDENTIALS, "list-keys", "--cli-read-timeout=1", "--endpoint-url", url))
          .satisfies(
              ended -> assertThat(ended.exitCode()).isEqualTo(255),
              ended -> assertThat(ended.err()).startsWith("embedded-kms: ").hasLineCount(1));
    }
  }

  @Test
  void profile_withoutARegion_isRefused() throws Exception {
    assertThat(run(Map.of(), "list-keys", "--profile=other").err())
        .endsWith("error: --profile is not read: give its Region by --region or $AWS_REGION\n\n");
    for (String variable : new String[] {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
      assertThat(run(Map.of(variable, "eu-west-1"), "list-keys", "--profile=other").err())
          .startsWith("embedded-kms: there is no store in ");
    }
  }

  @Test
  void region_isThatOfTheOption_orOfTheEnvironmentInTheOrderOfTheAwsCli() throws Exception {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "AWS_REGION",
                "eu-west-1",
                "AWS_DEFAULT_REGION",
                "eu-west-2",
                "EMBEDDED_KMS_STORE",
                folder.resolve("keys.db").toString(),
                "EMBEDDED_KMS_ROOT_KEY",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
    assertThat(run(environment, "create-key", "--create-store", "--region=eu-west-3").out())
        .contains(":eu-west-3:");
    assertThat(run(environment, "create-key").out()).contains(":eu-west-1:");
    environment.put("AWS_REGION", "");
    assertThat(run(environment, "create-key").out()).contains(":eu-west-2:");
  }

  @Test
  void binaryFormat_isThatOfTheEnvironment() throws Exception {
    Map<String, String> environment = new HashMap<>(CREDENTIALS);
    environment.put("AWS_CLI_BINARY_FORMAT", "raw-in-base64-out");
    String url = endpoint.url().toString();
    String[] encrypt = {"encrypt", "--key-id=alias/a", "--plaintext=hello!", "--endpoint-url", url};
    assertThat(run(environment, encrypt).exitCode()).isZero();
    encrypt[2] = "--plaintext=aGk=";
    environment.put("AWS_CLI_BINARY_FORMAT", "");
    assertThat(run(environment, encrypt).exitCode()).isZero();
    environment.put("AWS_CLI_BINARY_FORMAT", "raw");
    assertThat(run(environment, encrypt))
        .isEqualTo(
            new Ended(
                253,
                "",
                "embedded-kms: AWS_CLI_BINARY_FORMAT is 'raw', and must be base64 or"
                    + " raw-in-base64-out\n"));
  }

  @Test
  void certificate_mustBeVerified() throws Exception {
    assertThat(
            run(CREDENTIALS, "list-keys", "--no-verify-ssl", "--endpoint-url", "HTTPS://localhost")
                .err())
        .endsWith(
            "error: --no-verify-ssl is not supported: trust the server's CA by --ca-bundle\n\n");
  }

  @Test
  void optionsThatExcludeEachOther_areRefused() throws Exception {
    String profile =
        "--profile is not supported; the credentials for --endpoint-url are those of"
            + " $AWS_ACCESS_KEY_ID and $AWS_SECRET_ACCESS_KEY";
    Ended operation = atServer("list-keys --profile other");
    assertThat(operation.exitCode()).isEqualTo(252);
    assertThat(operation.err()).endsWith("\nembedded-kms: error: " + profile + "\n\n");
    Ended seal = atServer("seal --key alias/a --profile other");
    assertThat(seal)
        .isEqualTo(
            new Ended(
                252, "", "embedded-kms seal: " + profile + "\nTry 'embedded-kms seal --help'.\n"));
    for (String ofStore : List.of("--store keys.db", "--at-least 0")) {
      assertThat(atServer("list-keys " + ofStore).err())
          .endsWith("error: options of a store cannot be used with --endpoint-url\n\n");
    }
    assertThat(atServer("list-keys --account 111122223333").err())
        .endsWith(
            "error: --account cannot be used with --endpoint-url: the credentials choose it\n\n");
    assertThat(run(CREDENTIALS, "list-keys", "--endpoint-url", "http://me:secret@localhost").err())
        .endsWith("error: --endpoint-url takes https://HOST, http://HOST, or either with :PORT\n\n")
        .doesNotContain("secret@");
  }

  /** The usual content of a mounted secret. The JDK would quote it in its exception. */
  @ParameterizedTest
  @ValueSource(strings = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
  void credentialWithALineEnd_isRefused_andNotPrinted(String name) throws Exception {
    Map<String, String> environment = new HashMap<>(CREDENTIALS);
    environment.put(name, "TOPSECRET\n");
    assertThat(run(environment, "list-keys", "--endpoint-url", endpoint.url().toString()).err())
        .isEqualTo(
            "embedded-kms: "
                + name
                + " contains a line end, a space or another character that no credential has\n");
  }

  @Test
  void endpointVariables_areIgnored() throws Exception {
    Map<String, String> environment = new HashMap<>(CREDENTIALS);
    environment.put("AWS_ENDPOINT_URL", endpoint.url().toString());
    environment.put("AWS_ENDPOINT_URL_KMS", endpoint.url().toString());
    environment.put("EMBEDDED_KMS_STORE", folder.resolve("none.db").toString());
    assertThat(run(environment, "list-keys").err()).startsWith("embedded-kms: there is no store");
  }

  @Test
  void hostileServer_isEscaped() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String body =
        "{\"Aliases\":[{\"AliasName\":\"alias/\\u001b[2J\\u009b\\u202e\\n"
            + "\\tb\",\"AliasArn\":\"a\"}],\"Truncated\":false}";
    server.createContext(
        "/",
        exchange -> {
          boolean lists =
              exchange.getRequestHeaders().getFirst("X-Amz-Target").endsWith("ListAliases");
          String error = "{\"__type\":\"A\\u001b[2J\",\"message\":\"b\\u009b\\nc\"}";
          byte[] bytes = (lists ? body : error).getBytes(UTF_8);
          exchange.getResponseHeaders().set("x-amzn-RequestId", "1");
          exchange.sendResponseHeaders(lists ? 200 : 400, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(run(CREDENTIALS, "list-aliases", "--endpoint-url", url).out())
          .contains("\"alias/\\u001b[2J\\u009b\\u202e\\n\\tb\"");
      assertThat(run(CREDENTIALS, "list-aliases", "--output", "text", "--endpoint-url", url).out())
          .isEqualTo("ALIASES\ta\talias/\\u001b[2J\\u009b\\u202e\\u000a\\u0009b\n");
      assertThat(run(CREDENTIALS, "list-keys", "--endpoint-url", url))
          .isEqualTo(
              new Ended(
                  254,
                  "",
                  "\nAn error occurred (A\\u001b[2J) when calling the ListKeys operation:"
                      + " b\\u009b\\u000ac\n"));
    } finally {
      server.stop(0);
    }
  }
}
