package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.store.RootKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages sealed and opened by commands in this process. */
class EnvelopeCommandsTest {

  private static final String WRONG =
      "embedded-kms: not sealed for these keys and this context, or altered;"
          + " give a key of one of its recipients, and all pairs of its context\n";

  private static final String DAMAGED =
      "embedded-kms: malformed message: a part of it was altered, moved or cut off;"
          + " get the message again\n";

  private static final String PART =
      "embedded-kms: what was written to standard output is incomplete; discard it\n";

  @TempDir private static Path stores;
  private static String ordersArn = "";
  private static String recoveryArn = "";

  @TempDir private Path folder;

  @BeforeAll
  static void createKeys() {
    RootKey.createFile(stores.resolve("root.key"));
    assertThat(run("store", "create")).isEqualTo(new Ended(0, "", ""));
    ordersArn = createKey("alias/orders");
    recoveryArn = createKey("alias/recovery");
  }

  private static String createKey(String alias) {
    String arn = run("create-key", "--output", "text").out().split("\t", -1)[2];
    run("create-alias", "--alias-name", alias, "--target-key-id", arn);
    return arn;
  }

  /** What a command has printed, which may be bytes. */
  private record Printed(int exitCode, ByteArrayOutputStream printed, String err) {
    byte[] out() {
      return printed.toByteArray();
    }
  }

  private static Printed pipe(InputStream in, String... arguments) {
    return pipe(in, false, arguments);
  }

  private static Printed pipe(InputStream in, boolean terminal, String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    // Inspect has no options for a store.
    if (!arguments[0].equals("inspect")) {
      words.addAll(
          arguments[0].equals("store") ? 2 : 1,
          List.of(
              "--store",
              stores.resolve("keys.db").toString(),
              "--root-key-file",
              stores.resolve("root.key").toString()));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            words.toArray(String[]::new),
            in,
            new StandardOutput(out, () -> terminal),
            new PrintWriter(err));
    return new Printed(exitCode, out, err.toString());
  }

  private static Ended run(String... arguments) {
    Printed printed = pipe(InputStream.nullInputStream(), arguments);
    return new Ended(printed.exitCode(), new String(printed.out(), UTF_8), printed.err());
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Seals for orders in the context tenant=acme. */
  private Path sealed(byte[] plaintext, String... more) throws IOException {
    Files.write(folder.resolve("plain"), plaintext);
    List<String> words = new ArrayList<>(List.of("seal", path("plain"), "--out", path("sealed")));
    words.addAll(List.of("--key", "alias/orders", "--context", "tenant=acme"));
    words.addAll(List.of(more));
    assertThat(run(words.toArray(String[]::new))).isEqualTo(new Ended(0, "", ""));
    return folder.resolve("sealed");
  }

  private String[] open(String... more) {
    List<String> words = new ArrayList<>(List.of("open", path("sealed")));
    words.addAll(List.of("--key", "alias/orders", "--context", "tenant=acme"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 3_000_000})
  void sealed_opensAsItWas_byFiles(int length) throws Exception {
    byte[] plaintext = bytes(length);
    Path message = sealed(plaintext);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(message)))
        .isEqualTo("rw-------");
    assertThat(run(open("--out", path("opened")))).isEqualTo(new Ended(0, "", ""));
    assertThat(folder.resolve("opened")).hasBinaryContent(plaintext);
    assertThat(files()).containsExactly("opened", "plain", "sealed");
  }

  @ParameterizedTest
  @CsvSource({"-, -", "-,", ","})
  void sealed_opensAsItWas_byPipes(String in, String out) {
    byte[] plaintext = bytes(200_000);
    List<String> names = new ArrayList<>();
    if (in != null) {
      names.add(in);
    }
    if (out != null) {
      names.addAll(List.of("--out", out));
    }
    byte[] message = succeeds(new ByteArrayInputStream(plaintext), "seal", names);
    assertThat(succeeds(new ByteArrayInputStream(message), "open", names)).isEqualTo(plaintext);
  }

  private static byte[] succeeds(InputStream in, String command, List<String> more) {
    List<String> words = new ArrayList<>(List.of(command, "--key", "alias/orders"));
    words.addAll(more);
    Printed printed = pipe(in, words.toArray(String[]::new));
    assertThat(printed.err()).isEmpty();
    assertThat(printed.exitCode()).isZero();
    return printed.out();
  }

  @Test
  void parallelism_makesNoDifference() throws Exception {
    byte[] plaintext = bytes(3_000_000);
    sealed(plaintext, "--parallelism", "3");
    for (String threads : List.of("1", "2", "64")) {
      Printed opened =
          pipe(InputStream.nullInputStream(), open("--parallelism", threads, "--out", "-"));
      assertThat(opened.out()).as(threads).isEqualTo(plaintext);
    }
  }

  @Test
  void context_wrong_opensNothing_andLeavesNoFile() throws Exception {
    sealed(bytes(10));
    for (String[] context :
        new String[][] {
          {}, {"--context", "tenant=other"}, {"--context", "tenant=acme", "--context", "a=b"}
        }) {
      List<String> words =
          new ArrayList<>(List.of("open", path("sealed"), "--key", "alias/orders"));
      words.addAll(List.of(context));
      assertThat(run(words.toArray(String[]::new))).isEqualTo(new Ended(255, "", WRONG));
      words.addAll(List.of("--out", path("opened")));
      assertThat(run(words.toArray(String[]::new))).isEqualTo(new Ended(255, "", WRONG));
    }
    assertThat(files()).containsExactly("plain", "sealed");
  }

  @Test
  void contextValue_mayHaveEqualsSigns() throws Exception {
    sealed(bytes(10), "--context", "a=b=c=", "--context", "empty=", "--store-context");
    assertThat(run("inspect", path("sealed")).out())
        .contains("\"a\": \"b=c=\"", "\"empty\": \"\"", "\"tenant\": \"acme\"");
    assertThat(run(open("--context", "empty=", "--context", "a=b=c=")).exitCode()).isZero();
  }

  @Test
  void context_isWrittenAsForOperations() throws Exception {
    Path json = Files.writeString(folder.resolve("json"), "{\"a\": \"1\", \"b\": \"2,3\"}");
    sealed(bytes(10), "--context", "a=1,b='2,3'");
    assertThat(run(open("--context", "a=1", "--context", "{\"b\": \"2,3\"}")).exitCode()).isZero();
    assertThat(run(open("--context", "file://" + json)).exitCode()).isZero();
    assertThat(run(open("--context", "a=1,b=2")).exitCode()).isEqualTo(255);
  }

  @ParameterizedTest
  @CsvSource({
    "seal --key k --context a, '--context takes KEY=VALUE,KEY=VALUE or a JSON object of strings,"
        + " not ''a'''",
    "seal --key k --context {a, '--context takes KEY=VALUE,KEY=VALUE or a JSON object of strings,"
        + " not ''{a'''",
    "seal --key k --context ä=b, '--context takes KEY=VALUE,KEY=VALUE or a JSON object of strings,"
        + " not ''ä=b'''",
    "'seal --key k --context a=b,c', '--context: the value of ''a'' is not a string; a value with a"
        + " comma or brackets is written as JSON, {\"KEY\":\"VALUE\"}'",
    "seal --key k --context {\"a\":1}, '--context: the value of ''a'' is not a string; a value with"
        + " a comma or brackets is written as JSON, {\"KEY\":\"VALUE\"}'",
    "'seal --key k --context a=b,a=c', --context has the key 'a' twice",
    "seal --key k --context a=b --context a=b, --context has the key 'a' twice",
    "seal, 'Missing required option: ''--key=KEY'', or ''--to=FILE'' with ''--to-arn=ARN'''",
    "open, Missing required option: '--key=KEY'",
    "verify-message, Missing required option: '--key=KEY'",
    "open --key a --partition aws-cn, --partition needs --any-key-of-account",
    "rewrap --key a --new-key b --partition aws-cn, --partition needs --any-key-of-account",
    "verify-message --offline a --partition aws-cn, --partition needs --any-key-of-account",
    "open --key a --force, --force needs --out FILE",
    "seal --key a --out - --force, --force needs --out FILE",
    "rewrap --key a --new-key b --force, --force needs --out FILE",
    "rewrap --key a, Missing required option: '--new-key=KEY'",
    "rewrap --new-key a, Missing required option: '--key=KEY'",
    "seal --key=, a key id must not be empty",
    "seal --key k --parallelism 65, '1 to 64 threads, not 65'",
    "open --any-key-of-account 12, an account id must have twelve digits",
    "inspect --output xml, 'Invalid value for option --output: expected one of [json, text,"
        + " table, yaml, yaml-stream, off] but was xml'"
  })
  void commandLine_wrong_endsWith252(String line, String reason) {
    String name = line.split(" ", 2)[0];
    Ended ended = run(line.split(" ", -1));
    assertThat(ended.err().replace("'", ""))
        .isEqualTo(
            ("embedded-kms " + name + ": " + reason + "\nTry 'embedded-kms " + name + " --help'.\n")
                .replace("'", ""));
    assertThat(ended.exitCode()).isEqualTo(252);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void keys_oneTooMany_areRefused() {
    List<String> words = new ArrayList<>(List.of("seal"));
    for (int i = 0; i < 17; i++) {
      words.addAll(List.of("--key", "alias/" + i));
    }
    assertThat(run(words.toArray(String[]::new)).err())
        .startsWith("embedded-kms seal: a message is sealed for at most 16 keys\n");
    assertThat(run(words.toArray(String[]::new)).exitCode()).isEqualTo(252);
  }

  @Test
  void key_missing_isServiceErrorOfItsOperation() throws Exception {
    String text = " operation: Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.\n";
    assertThat(run("seal", "--key", "alias/none", "--out", path("sealed")))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (NotFoundException) when calling the GenerateDataKey" + text));
    assertThat(files()).isEmpty();
    sealed(bytes(1));
    assertThat(run("open", path("sealed"), "--key", "alias/none"))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (NotFoundException) when calling the Decrypt" + text));
    assertThat(
            run(
                "rewrap",
                path("sealed"),
                "--key",
                "alias/orders",
                "--new-key",
                "alias/none",
                "--context",
                "tenant=acme"))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (NotFoundException) when calling the ReEncrypt" + text));
  }

  @Test
  void anotherKey_opensNothing_unlessItsAccountIsTrusted() throws Exception {
    byte[] plaintext = bytes(100);
    sealed(plaintext);
    String[] another = {
      "open", path("sealed"), "--key", "alias/recovery", "--context", "tenant=acme"
    };
    assertThat(run(another)).isEqualTo(new Ended(255, "", WRONG));
    another[2] = "--any-key-of-account";
    another[3] = "111122223333";
    assertThat(run(another)).isEqualTo(new Ended(255, "", WRONG));
    another[3] = "000000000000";
    assertThat(pipe(InputStream.nullInputStream(), another).out()).isEqualTo(plaintext);
    List<String> elsewhere = new ArrayList<>(List.of(another));
    elsewhere.addAll(List.of("--partition", "aws-cn"));
    assertThat(run(elsewhere.toArray(String[]::new))).isEqualTo(new Ended(255, "", WRONG));
  }

  @Test
  void twoKeys_eachOpens_andVerifyPrintsWhich() throws Exception {
    sealed(bytes(100_000), "--key", "alias/recovery");
    String[] verify = {
      "verify-message", path("sealed"), "--context", "tenant=acme", "--key", "alias/recovery"
    };
    assertThat(run(verify)).isEqualTo(new Ended(0, recoveryArn + "\n", ""));
    List<String> both = new ArrayList<>(List.of(verify));
    both.addAll(List.of("--key", ordersArn));
    assertThat(run(both.toArray(String[]::new)))
        .isEqualTo(new Ended(0, ordersArn + "\n" + recoveryArn + "\n", ""));
  }

  @Test
  void rewrapped_opensWithTheNewKey_whenTheOldOneIsDisabled() throws Exception {
    byte[] plaintext = bytes(300_000);
    String oldArn = createKey("alias/old");
    byte[] message = Files.readAllBytes(sealed(plaintext, "--key", "alias/old"));
    assertThat(
            run(
                "rewrap",
                path("sealed"),
                "--key",
                oldArn,
                "--new-key",
                "alias/recovery",
                "--context",
                "tenant=acme",
                "--out",
                path("new")))
        .isEqualTo(
            new Ended(
                0,
                "",
                "embedded-kms: verify-message "
                    + path("new")
                    + " with its new keys before you delete the old message or an old key\n"));
    assertThat(folder.resolve("sealed")).hasBinaryContent(message);
    assertThat(run("disable-key", "--key-id", oldArn).exitCode()).isZero();
    String[] open = {"open", path("new"), "--context", "tenant=acme", "--key", "alias/recovery"};
    assertThat(pipe(InputStream.nullInputStream(), open).out()).isEqualTo(plaintext);
    open[1] = path("sealed");
    open[5] = oldArn;
    assertThat(run(open))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (DisabledException) when calling the Decrypt operation: "
                    + oldArn
                    + " is disabled.\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 70_000})
  void messageCut_toAFile_leavesNothing(int missing) throws Exception {
    Path message = sealed(bytes(200_000));
    byte[] whole = Files.readAllBytes(message);
    Files.write(message, Arrays.copyOf(whole, whole.length - missing));
    Ended ended = run(open("--out", path("opened")));
    assertThat(ended.exitCode()).isEqualTo(255);
    assertThat(ended.err()).startsWith("embedded-kms: ").hasLineCount(1);
    assertThat(files()).containsExactly("plain", "sealed");
  }

  @Test
  void messageCut_toStandardOutput_isReportedAsIncomplete() throws Exception {
    byte[] plaintext = bytes(200_000);
    Path message = sealed(plaintext);
    Files.write(message, Arrays.copyOf(Files.readAllBytes(message), 100_000));
    Printed printed = pipe(InputStream.nullInputStream(), open("--parallelism", "1"));
    assertThat(printed.exitCode()).isEqualTo(255);
    assertThat(printed.err()).isEqualTo(PART + DAMAGED);
    assertThat(printed.out()).isEqualTo(Arrays.copyOf(plaintext, 65_536));
  }

  @Test
  void messageWithoutItsLastSegment_isTruncated() throws Exception {
    Path message = sealed(bytes(65_536));
    byte[] whole = Files.readAllBytes(message);
    Files.write(message, Arrays.copyOf(whole, whole.length - 16));
    assertThat(run(open("--out", path("opened"))))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: truncated message: its end is missing; get the whole message\n"));
  }

  @Test
  void source_failing_isNamed_andLeavesNothing() throws Exception {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Input/output error");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    Printed printed = pipe(failing, "seal", "--key", "alias/orders", "--out", path("sealed"));
    assertThat(printed.err())
        .isEqualTo("embedded-kms: cannot read standard input: Input/output error\n");
    assertThat(printed.exitCode()).isEqualTo(255);
    assertThat(files()).isEmpty();
    assertThat(run("seal", path("none"), "--key", "alias/orders"))
        .isEqualTo(
            new Ended(255, "", "embedded-kms: cannot read " + path("none") + ": no such file\n"));
    assertThat(run("seal", folder.toString(), "--key", "alias/orders").err())
        .isEqualTo("embedded-kms: cannot read " + folder + ": is a directory\n");
  }

  @Test
  void outFile_exists_isReplacedByForceOnly() throws Exception {
    byte[] plaintext = bytes(10);
    sealed(plaintext);
    Path there = Files.writeString(folder.resolve("there"), "kept");
    assertThat(run(open("--out", there.toString())))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: the file " + there + " already exists; --force replaces it\n"));
    assertThat(there).hasContent("kept");
    Path link = Files.createSymbolicLink(folder.resolve("link"), there);
    assertThat(run(open("--out", link.toString(), "--force"))).isEqualTo(new Ended(0, "", ""));
    assertThat(link).isSymbolicLink();
    assertThat(there).hasBinaryContent(plaintext);
  }

  /** Something that another process does while the input is read. */
  private interface Meanwhile {
    void happen() throws IOException;
  }

  private static InputStream during(Meanwhile meanwhile, byte[] content) {
    return new ByteArrayInputStream(content) {
      private boolean happened;

      @Override
      public synchronized int read(byte[] bytes, int offset, int length) {
        if (!happened) {
          happened = true;
          try {
            meanwhile.happen();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
        return super.read(bytes, offset, length);
      }
    };
  }

  private Ended sealDuring(Meanwhile meanwhile, String... more) {
    List<String> words = new ArrayList<>(List.of("seal", "--key", "alias/orders"));
    words.addAll(List.of("--out", path("out")));
    words.addAll(List.of(more));
    Printed printed = pipe(during(meanwhile, bytes(10)), words.toArray(String[]::new));
    assertThat(printed.out()).isEmpty();
    return new Ended(printed.exitCode(), "", printed.err());
  }

  private Ended createdMeanwhile() {
    return new Ended(
        255,
        "",
        "embedded-kms: cannot write "
            + path("out")
            + ": the output file was created by another process in the meantime\n");
  }

  @Test
  void outFile_createdMeanwhile_isReplacedByForceOnly() throws Exception {
    Path out = folder.resolve("out");
    assertThat(sealDuring(() -> Files.writeString(out, "theirs"))).isEqualTo(createdMeanwhile());
    assertThat(out).hasContent("theirs");
    assertThat(files()).containsExactly("out");
    Files.delete(out);
    assertThat(sealDuring(() -> Files.writeString(out, "theirs"), "--force"))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(Files.size(out)).isGreaterThan(100);
  }

  @Test
  void outFile_directoryOrLinkCreatedMeanwhile_stays() throws Exception {
    Path out = folder.resolve("out");
    assertThat(sealDuring(() -> Files.createDirectory(out))).isEqualTo(createdMeanwhile());
    assertThat(out).isEmptyDirectory();
    Files.delete(out);
    assertThat(sealDuring(() -> Files.createSymbolicLink(out, folder.resolve("nowhere"))))
        .isEqualTo(createdMeanwhile());
    assertThat(out).isSymbolicLink();
    assertThat(files()).containsExactly("out");
  }

  @Test
  void outFile_linkToMissingFile_isRefused() throws Exception {
    sealed(bytes(10));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    for (String[] words :
        List.of(open("--out", link.toString()), open("--out", link.toString(), "--force"))) {
      assertThat(run(words))
          .isEqualTo(
              wrong("'" + link + "' is a symbolic link to a missing file; name the file itself"));
    }
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void outFile_invalid_isRefused() throws Exception {
    sealed(bytes(10));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("sealed"));
    Path message = folder.resolve("sealed");
    byte[] before = Files.readAllBytes(message);
    for (Path same : List.of(message, link)) {
      assertThat(run(open("--out", same.toString(), "--force")))
          .isEqualTo(wrong("'" + same + "' is the input; write the result to another file"));
    }
    assertThat(message).hasBinaryContent(before);
    assertThat(run(open("--out", folder.toString(), "--force")))
        .isEqualTo(wrong("'" + folder + "' is a directory"));
    assertThat(run(open("--out", "/dev/null", "--force")))
        .isEqualTo(wrong("'/dev/null' is not a regular file; write to it with --out - and >"));
    assertThat(run(open("--out", path("no/x"))))
        .isEqualTo(
            new Ended(
                255, "", "embedded-kms: cannot write " + path("no/x") + ": no such directory\n"));
  }

  /** The commands of this class name the store and its root key. */
  @Test
  void outFile_thatTheCommandUsesOtherwise_isRefused() throws Exception {
    sealed(bytes(10));
    Files.writeString(folder.resolve("context.json"), "{\"tenant\": \"acme\"}");
    Map<Path, String> uses =
        Map.of(
            stores.resolve("keys.db"), "the key store",
            stores.resolve("keys.db-wal"), "a file of the key store",
            stores.resolve("root.key"), "the root key file",
            folder.resolve("context.json"), "the file of --context");
    for (Map.Entry<Path, String> use : uses.entrySet()) {
      String refusal =
          "'" + use.getKey() + "' is " + use.getValue() + "; write the result to another file";
      byte[] before = Files.exists(use.getKey()) ? Files.readAllBytes(use.getKey()) : null;
      String[] command = {
        "open",
        path("sealed"),
        "--key",
        "alias/orders",
        "--context",
        "file://" + path("context.json"),
        "--out",
        use.getKey().toString()
      };
      assertThat(run(command)).isEqualTo(wrong(refusal));
      assertThat(run(with(command, "--force"))).isEqualTo(wrong(refusal));
      command[0] = "seal";
      assertThat(run(with(command, "--force")).err()).contains(refusal);
      command[0] = "rewrap";
      assertThat(run(with(command, "--force", "--new-key", "alias/recovery")).err())
          .contains(refusal);
      if (before != null) {
        assertThat(use.getKey()).hasBinaryContent(before);
      }
    }
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void outFile_publicKeyOfTheRecipient_isRefused() throws Exception {
    Path key = Files.write(folder.resolve("key.der"), bytes(100));
    Files.write(folder.resolve("plain"), bytes(10));
    assertThat(
            CommandInProcess.run(
                    "seal",
                    path("plain"),
                    "--to",
                    key.toString(),
                    "--to-arn",
                    ordersArn,
                    "--out",
                    key.toString(),
                    "--force")
                .err())
        .contains("'" + key + "' is a public key of --to; write the result to another file");
    assertThat(key).hasBinaryContent(bytes(100));
  }

  private static Ended wrong(String reason) {
    return new Ended(
        252, "", "embedded-kms open: " + reason + "\nTry 'embedded-kms open --help'.\n");
  }

  @Test
  void message_toTerminal_requiresTheOption() {
    String[] seal = {"seal", "-", "--key", "alias/orders"};
    Printed refused = pipe(InputStream.nullInputStream(), true, seal);
    assertThat(refused.err())
        .isEqualTo(
            "embedded-kms seal: a message is not for a terminal: give --out FILE, or --out - if it"
                + " must be\nTry 'embedded-kms seal --help'.\n");
    assertThat(refused.exitCode()).isEqualTo(252);
    assertThat(refused.out()).isEmpty();
    String[] explicit = {"seal", "-", "--key", "alias/orders", "--out", "-"};
    assertThat(pipe(InputStream.nullInputStream(), true, explicit).out()).startsWith('E', 'K', 'M');
  }

  @Test
  void inspect_printsWhatIsClaimed_withoutAnyStore() throws Exception {
    sealed(bytes(10), "--store-context");
    assertThat(run("inspect", path("sealed")))
        .isEqualTo(
            new Ended(
                0,
                """
                {
                    "Authenticated": false,
                    "Version": 1,
                    "Suite": "AES-256-GCM",
                    "Empty": false,
                    "ClaimedKeyArns": [
                        "%s"
                    ],
                    "ClaimedEncryptionContext": {
                        "tenant": "acme"
                    }
                }
                """
                    .formatted(ordersArn),
                ""));
    assertThat(run("inspect", path("sealed"), "--output", "text").out())
        .isEqualTo(
            "False\tFalse\tAES-256-GCM\t1\nCLAIMEDENCRYPTIONCONTEXT\tacme\nCLAIMEDKEYARNS\t"
                + ordersArn
                + "\n");
    assertThat(run("inspect", path("sealed"), "--output", "YAML").out())
        .isEqualTo(
            """
            Authenticated: false
            ClaimedEncryptionContext:
              tenant: acme
            ClaimedKeyArns:
            - %s
            Empty: false
            Suite: AES-256-GCM
            Version: 1
            """
                .formatted(ordersArn));
    assertThat(run("inspect"))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: truncated message: its end is missing; get the whole message\n"));
  }

  @Test
  void inspect_controlCharacters_areNotPrinted() throws Exception {
    sealed(
        bytes(10),
        "--store-context",
        "--context",
        JsonTree.write(Map.of("bell\u009bkey", "\u001b[2J\u009b\t\n\u007f"), ""));
    assertThat(run("inspect", path("sealed")).out())
        .contains("\"bell\\u009bkey\": \"\\u001b[2J\\u009b\\t\\n\\u007f\"");
    assertThat(run("inspect", path("sealed"), "--output", "text").out())
        .contains("\\u001b[2J\\u009b\\u0009\\u000a\\u007f");
  }

  @Test
  void help_hasExamples() {
    for (String command : List.of("seal", "open", "rewrap", "verify-message", "inspect")) {
      Ended help = run(command, "--help");
      assertThat(help.exitCode()).as(command).isZero();
      assertThat(help.out()).contains("\n  embedded-kms " + command + " ");
    }
    assertThat(run("seal", "--help").out()).contains("--context tenant=acme \\\n      --out");
  }
}
