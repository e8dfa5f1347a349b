package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.ExecutableJar.Server;
import io.github.embeddedkms.store.fixture.NoexecFolder;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** The commands of the executable jar, each in a process of its own, over one store. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CommandLineIT {

  @TempDir private Path folder;
  private Map<String, String> environment;

  @BeforeEach
  void environment() {
    environment =
        Map.of(
            "EMBEDDED_KMS_STORE",
            folder.resolve("keys.db").toString(),
            "EMBEDDED_KMS_ROOT_KEY_FILE",
            folder.resolve("root.key").toString(),
            "AWS_REGION",
            "eu-west-1",
            "LC_ALL",
            "C.UTF-8");
  }

  private Ended run(String... arguments) throws Exception {
    return ExecutableJar.run(environment, arguments);
  }

  private void createRootKey() throws Exception {
    assertThat(run("create-root-key", folder.resolve("root.key").toString()))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(run("store", "create")).isEqualTo(new Ended(0, "", ""));
  }

  @Test
  void keys_survive_andAreSharedByProcessesAndServer() throws Exception {
    createRootKey();
    // In a file: an argument would go through the locale of this process.
    Path description = Files.writeString(folder.resolve("description"), "Schlüssel");
    Ended created = run("create-key", "--description", "file://" + description, "--output", "text");
    assertThat(created.err()).isEmpty();
    assertThat(created.out()).startsWith("KEYMETADATA\t000000000000\tarn:aws:kms:eu-west-1:");
    assertThat(created.out()).contains("\tSchlüssel\t");
    String arn = created.out().split("\t", -1)[2];
    assertThat(run("create-alias", "--alias-name", "alias/x", "--target-key-id", arn))
        .isEqualTo(new Ended(0, "", ""));
    String[] dataKey =
        run(
                "generate-data-key",
                "--key-id",
                "alias/x",
                "--key-spec",
                "AES_256",
                "--encryption-context",
                "a=b",
                "--output",
                "text")
            .out()
            .split("\t", -1);
    try (Server server = ExecutableJar.serve(environment, List.of());
        KmsClient kms = client(server)) {
      assertThat(kms.describeKey(d -> d.keyId("alias/x")).keyMetadata().arn()).isEqualTo(arn);
    }
    Path blob = folder.resolve("blob");
    Files.write(blob, Base64.getDecoder().decode(dataKey[0]));
    assertThat(
            run(
                    "decrypt",
                    "--ciphertext-blob",
                    "fileb://" + blob,
                    "--encryption-context",
                    "{\"a\": \"b\"}")
                .out())
        .startsWith(
            "{\n    \"KeyId\": \"" + arn + "\",\n    \"Plaintext\": \"" + dataKey[3].strip());
    // The key, its alias, and the last use, written by each of two processes.
    assertThat(run("store", "sequence")).isEqualTo(new Ended(0, "4\n", ""));
  }

  private static KmsClient client(Server server) {
    return KmsClient.builder()
        .endpointOverride(server.url())
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "any")))
        .build();
  }

  @Test
  void failures_endWithTheExitCodesOfTheAwsCli() throws Exception {
    createRootKey();
    assertThat(run("describe-key", "--key-id", "alias/a"))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (NotFoundException) when calling the DescribeKey operation:"
                    + " Alias arn:aws:kms:eu-west-1:000000000000:alias/a is not found.\n"));
    assertThat(run("describe-key").exitCode()).isEqualTo(252);
    assertThat(run("describe").exitCode()).isEqualTo(252);
    String another = folder.resolve("another.key").toString();
    assertThat(run("list-keys", "--root-key-file", another))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: cannot read the root key file " + another + ": no such file\n"));
    assertThat(run("create-root-key", folder.resolve("root.key").toString()))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: cannot create the root key file "
                    + folder.resolve("root.key")
                    + ": the file already exists\n"));
    run("create-root-key", another);
    Ended wrong = run("list-keys", "--root-key-file", another);
    assertThat(wrong.exitCode()).isEqualTo(255);
    assertThat(wrong.err()).startsWith("embedded-kms: ").hasLineCount(1);
  }

  @Test
  void storeCommands_maintainTheStore() throws Exception {
    createRootKey();
    run("create-key");
    String newKey = folder.resolve("new.key").toString();
    run("create-root-key", newKey);
    assertThat(run("store", "change-root-key", "--new-root-key-file", newKey))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(run("list-keys").exitCode()).isEqualTo(255);
    assertThat(run("store", "reseal", "--root-key-file", newKey)).isEqualTo(new Ended(0, "", ""));
    assertThat(run("list-keys", "--root-key-file", newKey).out()).contains("\"KeyArn\"");
    assertThat(run("store", "compact", "--root-key-file", newKey))
        .isEqualTo(new Ended(0, "0\n", ""));
    Ended accepted = run("store", "accept", "--root-key-file", newKey);
    assertThat(accepted.err()).isEmpty();
    assertThat(accepted.out()).matches("\\d+\n");
    Ended tooOld = run("list-keys", "--root-key-file", newKey, "--at-least", "1000");
    assertThat(tooOld.exitCode()).isEqualTo(255);
    assertThat(tooOld.err()).contains("and was at 1000 before");
  }

  /** One command of each kind. */
  @Test
  void store_missing_isRefused() throws Exception {
    requireStore("list-keys", "serve --port 0", "verify-message --key alias/a", "store sequence");
    String[] create = {"list-keys", "--create-store", "--store", mistyped().toString()};
    assertThat(run(create)).isEqualTo(new Ended(0, "{\n    \"Keys\": []\n}\n", ""));
    assertThat(run("store", "create", "--store", mistyped().toString()))
        .isEqualTo(
            new Ended(255, "", "embedded-kms: a store already exists in " + mistyped() + "\n"));
    assertThat(run("store", "sequence", "--create-store", "--read-only").err())
        .startsWith(
            "embedded-kms store sequence: --create-store, --read-only are mutually exclusive"
                + " (specify only one)\n");
  }

  @Tag("thorough")
  @Test
  void store_missing_isRefusedByEveryCommand() throws Exception {
    requireStore(
        "list-keys",
        "serve --port 0",
        "seal --key alias/a --out " + folder.resolve("out"),
        "open --key alias/a --out " + folder.resolve("out"),
        "rewrap --key alias/a --new-key alias/b --out " + folder.resolve("out"),
        "verify-message --key alias/a",
        "store sequence",
        "store reseal",
        "store compact",
        "store purge",
        "store change-root-key --new-root-key-file " + folder.resolve("root.key"),
        "store accept",
        "list-keys --read-only");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private Path mistyped() {
    return folder.resolve("tpyo.db");
  }

  private void requireStore(String... commands) throws Exception {
    createRootKey();
    Path mistyped = mistyped();
    for (String command : commands) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.addAll(List.of("--store", mistyped.toString()));
      assertThat(run(words.toArray(String[]::new)))
          .as(command)
          .isEqualTo(
              new Ended(
                  255,
                  "",
                  "embedded-kms: there is no store in "
                      + mistyped
                      + "; 'embedded-kms store create' or --create-store creates one\n"));
      assertThat(mistyped).doesNotExist();
    }
  }

  @Test
  void temporaryFolder_mountedNoexec_isReportedInOneLine() throws Exception {
    createRootKey();
    try (NoexecFolder noexec = NoexecFolder.mount()) {
      String inTheWay = "-Djava.io.tmpdir=" + noexec.path();
      Ended refused =
          ended(ExecutableJar.process(environment, List.of(inTheWay), List.of("list-keys")));
      assertThat(refused)
          .isEqualTo(
              new Ended(
                  255,
                  "",
                  "embedded-kms: SQLite's driver cannot load its native library: "
                      + noexec.path()
                      + " is mounted noexec; start Java with -Dorg.sqlite.tmpdir=DIR, a writable"
                      + " directory that is not mounted noexec\n"));
      List<String> asSaid = List.of(inTheWay, "-Dorg.sqlite.tmpdir=" + folder);
      assertThat(ended(ExecutableJar.process(environment, asSaid, List.of("list-keys"))))
          .isEqualTo(new Ended(0, "{\n    \"Keys\": []\n}\n", ""));
      Ended serving =
          ended(ExecutableJar.process(environment, List.of(inTheWay), List.of("serve")));
      assertThat(serving.exitCode()).isEqualTo(255);
      assertThat(serving.err()).isEqualTo(refused.err());
    }
  }

  private static Ended ended(ProcessBuilder command) throws Exception {
    Process process = command.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), out, err);
  }

  @Test
  void reader_closesPipe_isNoError() throws Exception {
    Process process =
        ExecutableJar.process(
                environment, List.of(), List.of("create-key", "--generate-cli-skeleton"))
            .start();
    process.getInputStream().close();
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8)).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  /** In Russian, nothing in the system's words for it is recognizable. */
  @Test
  void reader_closesPipe_inAnotherLanguage_isNoError() throws Exception {
    Path localedef = Path.of("/usr/bin/localedef");
    assumeThat(localedef).exists();
    assumeThat(Path.of("/usr/share/i18n/locales/ru_RU")).exists();
    assumeThat(Path.of("/usr/share/locale/ru/LC_MESSAGES/libc.mo")).exists();
    Ended compiled =
        ended(
            new ProcessBuilder(
                localedef.toString(),
                "-i",
                "ru_RU",
                "-f",
                "UTF-8",
                folder.resolve("ru_RU.UTF-8").toString()));
    assumeThat(compiled.exitCode()).as(compiled.err()).isZero();
    Map<String, String> russian = new HashMap<>(environment);
    russian.put("LOCPATH", folder.toString());
    russian.put("LC_ALL", "ru_RU.UTF-8");
    List<String> words = List.of("create-key", "--generate-cli-skeleton");
    Process process = ExecutableJar.process(russian, List.of(), words).start();
    process.getInputStream().close();
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8)).isEmpty();
    assertThat(process.waitFor()).isZero();
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    Process failing =
        ExecutableJar.process(russian, List.of(), words).redirectOutput(full.toFile()).start();
    assertThat(new String(failing.getErrorStream().readAllBytes(), UTF_8))
        .isEqualTo(
            "embedded-kms: cannot write the output: На устройстве не осталось свободного места\n");
    assertThat(failing.waitFor()).isEqualTo(255);
  }

  @Test
  void disk_full_isAnError() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    Process process =
        ExecutableJar.process(
                environment, List.of(), List.of("create-key", "--generate-cli-skeleton"))
            .redirectOutput(full.toFile())
            .start();
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .isEqualTo("embedded-kms: cannot write the output: No space left on device\n");
    assertThat(process.waitFor()).isEqualTo(255);
  }

  @Test
  void locale_withoutTheLetters_isRefused_insteadOfChangingThem() throws Exception {
    // The shell makes the bytes of the letter, whatever the locale of this process is.
    List<String> shell =
        List.of("/bin/sh", "-c", "exec \"$@\" \"$(printf 'Schl\\303\\274ssel')\"", "sh");
    ProcessBuilder command =
        ExecutableJar.process(
            Map.of("LC_ALL", "C"), List.of(), List.of("create-key", "--description"));
    List<String> words = new ArrayList<>(shell);
    words.addAll(command.command());
    Process process = command.command(words).start();
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .isEqualTo("embedded-kms: this locale cannot express the arguments; set LC_ALL=C.UTF-8\n");
    assertThat(process.waitFor()).isEqualTo(252);
  }

  @Test
  void passphrase_withoutATerminal_cannotBeAskedFor() throws Exception {
    assertThat(
            ExecutableJar.run(
                Map.of("EMBEDDED_KMS_STORE", folder.resolve("keys.db").toString()),
                "list-keys",
                "--create-store"))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: there is no root key, and a passphrase can be asked for only at a"
                    + " terminal, with neither standard input nor standard output redirected: give"
                    + " --root-key-file, or set EMBEDDED_KMS_ROOT_KEY_FILE or"
                    + " EMBEDDED_KMS_ROOT_KEY\n"));
  }

  @Test
  void passphrase_isAskedForAtATerminal_andNotShown() throws Exception {
    Path script = Path.of("/usr/bin/script");
    assumeThat(script).as("script of util-linux, which makes a terminal").exists();
    ProcessBuilder command =
        ExecutableJar.process(
            Map.of("EMBEDDED_KMS_STORE", folder.resolve("keys.db").toString()),
            List.of(),
            List.of("list-keys", "--create-store", "--output", "json"));
    String words = String.join(" ", command.command());
    command.command(script.toString(), "-qefc", words, "/dev/null").redirectErrorStream(true);
    Process process = command.redirectInput(Redirect.PIPE).start();
    InputStream terminal = process.getInputStream();
    StringBuilder shown = new StringBuilder();
    readUntil(terminal, shown, "Passphrase of the key store: ");
    type(process, "correct horse\n");
    readUntil(terminal, shown, "The same again: ");
    type(process, "correct horse\n");
    shown.append(new String(terminal.readAllBytes(), UTF_8));
    assertThat(process.waitFor()).isZero();
    assertThat(shown.toString()).contains("\"Keys\": []").doesNotContain("horse");
  }

  private static void readUntil(InputStream terminal, StringBuilder shown, String prompt)
      throws Exception {
    while (!shown.toString().endsWith(prompt)) {
      int next = terminal.read();
      assertThat(next).as("the end, after: %s", shown).isNotNegative();
      shown.append((char) next);
    }
  }

  private static void type(Process process, String text) throws Exception {
    OutputStream keyboard = process.getOutputStream();
    keyboard.write(text.getBytes(UTF_8));
    keyboard.flush();
  }

  @Test
  void symmetricOperation_loadsNothingOfBouncyCastle() throws Exception {
    createRootKey();
    Process process =
        ExecutableJar.process(environment, List.of("-Xlog:class+load"), List.of("create-key"))
            .redirectErrorStream(true)
            .start();
    String loaded = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    // Not by name in one assertion about thousands of lines, which would be its message.
    assertThat(loaded.contains("io.github.embeddedkms.cli.aws.OperationCommand ")).isTrue();
    assertThat(loaded.contains("org.bouncycastle.")).isFalse();
  }
}
