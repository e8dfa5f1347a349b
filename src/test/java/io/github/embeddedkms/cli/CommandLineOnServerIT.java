package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the executable jar, each in a process of its own, over a PostgreSQL server. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CommandLineOnServerIT {

  private static final String CANNOT_BE_REACHED =
      "embedded-kms: the store's database cannot be reached: ";

  @TempDir private Path folder;
  private String url;

  @BeforeEach
  void createDatabaseAndRootKey() throws Exception {
    url = TestPostgres.url(TestPostgres.shared().newDatabase());
    RootKey.createFile(folder.resolve("root.key"));
  }

  private Map<String, String> environment(String store, String rootKey) {
    return Map.of(
        "EMBEDDED_KMS_ROOT_KEY_FILE",
        folder.resolve(rootKey).toString(),
        "EMBEDDED_KMS_STORE",
        store,
        "AWS_REGION",
        "eu-west-1",
        "LC_ALL",
        "C.UTF-8");
  }

  private void createStore() throws Exception {
    assertThat(run("store", "create")).isEqualTo(new Ended(0, "", ""));
  }

  private Ended run(String... arguments) throws Exception {
    return ExecutableJar.run(environment(url, "root.key"), arguments);
  }

  @Test
  void keys_onAServer_areSharedByProcesses() throws Exception {
    createStore();
    Ended created = run("create-key", "--output", "text");
    assertThat(created.err()).isEmpty();
    String arn = created.out().split("\t", -1)[2];
    assertThat(run("create-alias", "--alias-name", "alias/x", "--target-key-id", arn))
        .isEqualTo(new Ended(0, "", ""));
    String[] dataKey =
        run("generate-data-key", "--key-id", "alias/x", "--key-spec", "AES_256", "--output", "text")
            .out()
            .split("\t", -1);
    Path blob = folder.resolve("blob");
    Files.write(blob, Base64.getDecoder().decode(dataKey[0]));
    Ended opened = run("decrypt", "--ciphertext-blob", "fileb://" + blob);
    assertThat(opened.err()).isEmpty();
    assertThat(opened.out())
        .startsWith(
            "{\n    \"KeyId\": \"" + arn + "\",\n    \"Plaintext\": \"" + dataKey[3].strip());
    assertThat(run("list-keys", "--store", url))
        .isEqualTo(
            new Ended(
                0,
                """
                {
                    "Keys": [
                        {
                            "KeyId": "%s",
                            "KeyArn": "%s"
                        }
                    ]
                }
                """
                    .formatted(arn.substring(arn.indexOf('/') + 1), arn),
                ""));
    // The key, its alias, and the last use, written by each of two processes.
    assertThat(run("store", "sequence")).isEqualTo(new Ended(0, "4\n", ""));
  }

  @Test
  void rootKey_ofAnotherStore_isRefused_andNothingIsChanged() throws Exception {
    createStore();
    assertThat(run("create-key").exitCode()).isZero();
    RootKey.createFile(folder.resolve("another.key"));
    assertThat(ExecutableJar.run(environment(url, "another.key"), "create-key"))
        .isEqualTo(new Ended(255, "", "embedded-kms: the root key does not fit the store\n"));
    assertThat(run("store", "sequence")).isEqualTo(new Ended(0, "1\n", ""));
  }

  @Test
  void server_unreachable_isNamedWithoutThePassword() throws Exception {
    Ended ended =
        run(
            "list-keys",
            "--store",
            "jdbc:postgresql://127.0.0.1:1/keys?user=alice&password=open-sesame");
    assertThat(ended.exitCode()).isEqualTo(255);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith(CANNOT_BE_REACHED + "Connection to 127.0.0.1:1 refused.")
        .hasLineCount(1)
        .doesNotContain("open-sesame");
  }

  @Test
  void url_unreadable_isNotPrinted() throws Exception {
    // As in the URLs of other programs; the driver takes the password for a port.
    assertThat(run("list-keys", "--store", "jdbc:postgresql://alice:open-sesame@127.0.0.1/keys"))
        .isEqualTo(
            new Ended(255, "", CANNOT_BE_REACHED + "there is no driver that can read its URL\n"));
    assertThat(
            run(
                "list-keys",
                "--store",
                "jdbc:postgres://127.0.0.1/keys?user=alice&password=open-sesame"))
        .isEqualTo(
            new Ended(
                255, "", "embedded-kms: the URL of a store must begin with jdbc:postgresql:\n"));
  }

  /** SIGTERM ends a server whose database hangs, as an orchestrator expects of it. */
  @Test
  void serve_databaseHangs_isTerminated_endsInTime() throws Exception {
    createStore();
    Path errors = folder.resolve("errors");
    Process serving =
        ExecutableJar.process(
                environment(url, "root.key"), List.of(), List.of("serve", "--port", "0"))
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader printed = serving.inputReader();
        Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement()) {
      URI endpoint = URI.create(printed.readLine().substring("AWS_ENDPOINT_URL_KMS=".length()));
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE kms_store IN ACCESS EXCLUSIVE MODE");
      HttpRequest listKeys =
          HttpRequest.newBuilder(endpoint)
              .header("X-Amz-Target", "TrentService.ListKeys")
              .header("Content-Type", "application/x-amz-json-1.1")
              .POST(BodyPublishers.ofString("{}"))
              .build();
      // Longer than the staleness allowed: the server must ask the database.
      Thread.sleep(1500);
      var unused = HttpClient.newHttpClient().sendAsync(listKeys, BodyHandlers.discarding());
      awaitWaitingSession(statement);
      serving.toHandle().destroy();
      assertThat(serving.waitFor(20, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      serving.destroyForcibly();
    }
    // The request is interrupted after 5 seconds, so that the store closes before the deadline.
    assertThat(serving.exitValue()).isZero();
    // That the request failed may be reported, or not any more.
    assertThat(errors).content().doesNotContain("\tat ", "still in use");
  }

  private static void awaitWaitingSession(Statement statement) throws Exception {
    for (int i = 0; i < 6_000; i++) {
      try (ResultSet waiting =
          statement.executeQuery(
              "SELECT count(*) FROM pg_locks"
                  + " WHERE NOT granted AND relation = 'kms_store'::regclass")) {
        waiting.next();
        if (waiting.getInt(1) > 0) {
          return;
        }
      }
      Thread.sleep(10);
    }
    throw new AssertionError("the server does not wait for the table");
  }
}
