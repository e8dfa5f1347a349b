package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.store.RootKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages sealed to public keys, and opened with their KMS keys, by commands in this process. */
class OfflineCommandsTest {

  private static final String TEXT = "quarterly report";

  private static final String REPORT =
      "embedded-kms: verify-message %s with its new keys before you delete the old message or an"
          + " old key\n";

  private static final String SEALED_OFFLINE =
      "embedded-kms: the message was sealed offline: anyone with the public key can create it; name"
          + " its key with --offline if you accept that\n";

  private static final String WRONG =
      "embedded-kms: not sealed for these keys and this context, or altered;"
          + " give a key of one of its recipients, and all pairs of its context\n";

  @TempDir private static Path stores;

  /** The ARNs of the keys by their spec, in lower case; of the symmetric ones by their alias. */
  private static final Map<String, String> ARNS = new HashMap<>();

  @TempDir private Path folder;

  @BeforeAll
  static void createKeys() throws IOException {
    RootKey.createFile(stores.resolve("root.key"));
    assertThat(withStore("store", "create")).isEqualTo(new Ended(0, "", ""));
    createKey("ML_KEM_768", "ENCAPSULATE_DECAPSULATE");
    createKey("ML_KEM_1024", "ENCAPSULATE_DECAPSULATE");
    createKey("ECC_NIST_P256", "KEY_AGREEMENT");
    createKey("ECC_NIST_P384", "KEY_AGREEMENT");
    createKey("RSA_2048", "ENCRYPT_DECRYPT");
    createKey("RSA_3072", "ENCRYPT_DECRYPT");
    createKey("RSA_4096", "ENCRYPT_DECRYPT");
    for (String alias : List.of("orders", "archive")) {
      ARNS.put(alias, succeeds("create-key --query KeyMetadata.Arn --output text").strip());
      succeeds("create-alias --alias-name alias/" + alias + " --target-key-id " + ARNS.get(alias));
    }
  }

  private static void createKey(String spec, String usage) throws IOException {
    String arn =
        succeeds(
                "create-key --key-spec "
                    + spec
                    + " --key-usage "
                    + usage
                    + " --query KeyMetadata.Arn --output text")
            .strip();
    ARNS.put(spec, arn);
    String base64 =
        succeeds("get-public-key --key-id " + arn + " --query PublicKey --output text").strip();
    Files.write(stores.resolve(spec), Base64.getDecoder().decode(base64));
  }

  private static String succeeds(String line) {
    Ended ended = withStore(line.split(" "));
    assertThat(ended.err()).isEmpty();
    assertThat(ended.exitCode()).isZero();
    return ended.out();
  }

  private static Ended withStore(String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.addAll(
        arguments[0].equals("store") ? 2 : 1,
        List.of(
            "--store",
            stores.resolve("keys.db").toString(),
            "--root-key-file",
            stores.resolve("root.key").toString()));
    return run(words.toArray(String[]::new));
  }

  /** Runs a command without any store. */
  private static Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            arguments, InputStream.nullInputStream(), new StandardOutput(out, () -> false), err);
    return new Ended(exitCode, out.toString(UTF_8), err.toString());
  }

  private static String sha256(String spec) throws Exception {
    byte[] publicKey = Files.readAllBytes(stores.resolve(spec));
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey));
  }

  private static String fingerprint(String spec) throws Exception {
    return "embedded-kms: sealing to "
        + ARNS.get(spec)
        + ", public key sha256:"
        + sha256(spec)
        + "\n";
  }

  private static String file(String spec) {
    return stores.resolve(spec).toString();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  /** The options that seal to keys: one, or a pair with a comma between them. */
  private static List<String> to(String specs) {
    List<String> words = new ArrayList<>();
    for (String spec : specs.split(",", -1)) {
      words.addAll(List.of("--to", file(spec), "--to-arn", ARNS.get(spec)));
    }
    return words;
  }

  /** The key ids that open messages sealed to the keys. */
  private static String opens(String specs) {
    return String.join(",", Arrays.stream(specs.split(",")).map(ARNS::get).toList());
  }

  private static String[] words(List<String> options, String... first) {
    return Stream.concat(Stream.of(first), options.stream()).toArray(String[]::new);
  }

  /** Seals the text to keys without any store. */
  private String sealed(String specs, String... more) throws IOException {
    Files.writeString(folder.resolve("plain"), TEXT);
    String[] seal = words(to(specs), "seal", path("plain"), "--out", path("sealed"), "--force");
    Ended ended = run(words(List.of(more), seal));
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).isEmpty();
    return path("sealed");
  }

  /** Seals the text for the symmetric key. */
  private String sealedOnline(String... more) throws IOException {
    Files.writeString(folder.resolve("plain"), TEXT);
    Ended ended =
        withStore(
            words(
                List.of(more),
                "seal",
                path("plain"),
                "--key",
                "alias/orders",
                "--out",
                path("sealed")));
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return path("sealed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ML_KEM_768               | ML_KEM_768",
        "ML_KEM_1024              | ML_KEM_1024",
        "ML_KEM_768,ECC_NIST_P256 | ML_KEM_768_P256",
        "ML_KEM_1024,ECC_NIST_P384| ML_KEM_1024_P384",
        "RSA_3072                 | RSA_3072",
        "RSA_4096                 | RSA_4096"
      })
  void sealed_withoutStore_opensOffline_andVerifyPrintsItsKind(String specs, String kind)
      throws Exception {
    Files.writeString(folder.resolve("plain"), TEXT);
    StringBuilder fingerprints = new StringBuilder();
    for (String spec : specs.split(",", -1)) {
      fingerprints.append(fingerprint(spec));
    }
    assertThat(
            run(
                words(
                    to(specs),
                    "seal",
                    path("plain"),
                    "--context",
                    "tenant=acme",
                    "--out",
                    path("sealed"))))
        .isEqualTo(new Ended(0, "", fingerprints.toString()));
    String[] open = {"open", path("sealed"), "--offline", opens(specs), "--context", "tenant=acme"};
    assertThat(withStore(open)).isEqualTo(new Ended(0, TEXT, ""));
    open[5] = "tenant=other";
    assertThat(withStore(open)).isEqualTo(new Ended(255, "", WRONG));
    assertThat(
            withStore(
                "verify-message",
                path("sealed"),
                "--offline",
                opens(specs),
                "--context",
                "tenant=acme"))
        .isEqualTo(new Ended(0, opens(specs).replace(',', ' ') + " (offline, " + kind + ")\n", ""));
  }

  @Test
  void open_withoutTheOption_saysWhatToDo() throws Exception {
    String message = sealed("ML_KEM_768");
    for (String command : List.of("open", "verify-message")) {
      assertThat(withStore(command, message, "--key", ARNS.get("ML_KEM_768")))
          .as(command)
          .isEqualTo(new Ended(255, "", SEALED_OFFLINE));
    }
    assertThat(
            withStore(
                words(
                    to("ML_KEM_1024"),
                    "rewrap",
                    message,
                    "--key",
                    "alias/orders",
                    "--out",
                    path("new"))))
        .isEqualTo(new Ended(255, "", fingerprint("ML_KEM_1024") + SEALED_OFFLINE));
    assertThat(files()).containsExactly("plain", "sealed");
  }

  @Test
  void open_oneKeyOfAPair_opensNothing() throws Exception {
    String message = sealed("ML_KEM_768,ECC_NIST_P256");
    assertThat(withStore("open", message, "--offline", ARNS.get("ML_KEM_768")))
        .isEqualTo(new Ended(255, "", WRONG));
    message = sealed("ML_KEM_768");
    assertThat(withStore("open", message, "--offline", opens("ML_KEM_768,ECC_NIST_P256")))
        .isEqualTo(new Ended(255, "", WRONG));
  }

  @Test
  void seal_forAKeyAndToAPublicKey_eachOpens() throws Exception {
    String message = sealedOnline(to("ML_KEM_768").toArray(String[]::new));
    assertThat(withStore("open", message, "--key", "alias/orders"))
        .isEqualTo(new Ended(0, TEXT, ""));
    assertThat(withStore("open", message, "--offline", ARNS.get("ML_KEM_768")))
        .isEqualTo(new Ended(0, TEXT, ""));
    assertThat(
            withStore(
                "verify-message",
                message,
                "--key",
                "alias/orders",
                "--offline",
                ARNS.get("ML_KEM_768")))
        .isEqualTo(
            new Ended(
                0,
                ARNS.get("orders") + "\n" + ARNS.get("ML_KEM_768") + " (offline, ML_KEM_768)\n",
                ""));
  }

  @Test
  void rewrap_onlineToOffline_opensOfflineOnly() throws Exception {
    String message = sealedOnline();
    assertThat(
            withStore(
                words(
                    to("ML_KEM_768,ECC_NIST_P256"),
                    "rewrap",
                    message,
                    "--key",
                    "alias/orders",
                    "--out",
                    path("new"))))
        .isEqualTo(
            new Ended(
                0,
                "",
                fingerprint("ML_KEM_768")
                    + fingerprint("ECC_NIST_P256")
                    + REPORT.formatted(path("new"))));
    assertThat(withStore("open", path("new"), "--offline", opens("ML_KEM_768,ECC_NIST_P256")))
        .isEqualTo(new Ended(0, TEXT, ""));
    assertThat(withStore("open", path("new"), "--key", "alias/orders").err())
        .isEqualTo(SEALED_OFFLINE);
  }

  @Test
  void rewrap_keepOffline_keepsTheRecipientsOfPublicKeys() throws Exception {
    String message = sealedOnline(to("RSA_3072").toArray(String[]::new));
    String[] rewrap = {
      "rewrap", message, "--key", "alias/orders", "--new-key", "alias/archive", "--out", path("new")
    };
    assertThat(withStore(words(List.of("--keep-offline"), rewrap)))
        .isEqualTo(new Ended(0, "", REPORT.formatted(path("new"))));
    assertThat(withStore("open", path("new"), "--offline", ARNS.get("RSA_3072")))
        .isEqualTo(new Ended(0, TEXT, ""));
    assertThat(withStore("open", path("new"), "--key", "alias/archive"))
        .isEqualTo(new Ended(0, TEXT, ""));
    assertThat(withStore("open", path("new"), "--key", "alias/orders"))
        .isEqualTo(new Ended(255, "", WRONG));
    // Without the option they are dropped.
    assertThat(withStore(words(List.of("--force"), rewrap)).exitCode()).isZero();
    assertThat(withStore("open", path("new"), "--offline", ARNS.get("RSA_3072")))
        .isEqualTo(new Ended(255, "", WRONG));
  }

  @Test
  void rewrap_offlineToKey_requiresReseal() throws Exception {
    String message = sealed("ML_KEM_1024", "--context", "tenant=acme", "--store-context");
    String[] rewrap = {
      "rewrap",
      message,
      "--offline",
      ARNS.get("ML_KEM_1024"),
      "--new-key",
      "alias/archive",
      "--context",
      "tenant=acme",
      "--out",
      path("new")
    };
    assertThat(withStore(rewrap))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: the message was sealed offline, so its author knows its data key and"
                    + " could write other messages under a --new-key; --reseal seals the data"
                    + " again, under a new data key\n"));
    assertThat(files()).containsExactly("plain", "sealed");
    assertThat(withStore(words(List.of("--reseal"), rewrap)))
        .isEqualTo(new Ended(0, "", REPORT.formatted(path("new"))));
    assertThat(withStore("open", path("new"), "--key", "alias/archive", "--context", "tenant=acme"))
        .isEqualTo(new Ended(0, TEXT, ""));
    assertThat(run("inspect", path("new")).out())
        .contains("\"Version\": 1", "\"tenant\": \"acme\"");
  }

  @Test
  void rewrap_reseal_toAPublicKey_withoutStoredContext() throws Exception {
    String message = sealed("RSA_4096");
    assertThat(
            withStore(
                words(
                    to("ML_KEM_768"),
                    "rewrap",
                    message,
                    "--offline",
                    ARNS.get("RSA_4096"),
                    "--reseal",
                    "--out",
                    path("new"))))
        .isEqualTo(new Ended(0, "", fingerprint("ML_KEM_768") + REPORT.formatted(path("new"))));
    assertThat(withStore("open", path("new"), "--offline", ARNS.get("ML_KEM_768")))
        .isEqualTo(new Ended(0, TEXT, ""));
    assertThat(run("inspect", path("new")).out()).doesNotContain("ClaimedEncryptionContext");
  }

  @Test
  void rewrap_resealWithoutTheOption_saysWhatToDo() throws Exception {
    String message = sealed("RSA_4096");
    assertThat(
            withStore(
                "rewrap",
                message,
                "--key",
                "alias/orders",
                "--new-key",
                "alias/orders",
                "--reseal",
                "--out",
                path("new")))
        .isEqualTo(new Ended(255, "", SEALED_OFFLINE));
    assertThat(files()).containsExactly("plain", "sealed");
  }

  @Test
  void rewrap_resealDamagedMessage_leavesNothing() throws Exception {
    Path message = Path.of(sealed("ML_KEM_768"));
    byte[] whole = Files.readAllBytes(message);
    whole[whole.length - 1] ^= 1;
    Files.write(message, whole);
    assertThat(
            withStore(
                "rewrap",
                message.toString(),
                "--offline",
                ARNS.get("ML_KEM_768"),
                "--new-key",
                "alias/orders",
                "--reseal",
                "--out",
                path("new")))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: malformed message: a part of it was altered, moved or cut off;"
                    + " get the message again\n"));
    assertThat(files()).containsExactly("plain", "sealed");
  }

  @Test
  void inspect_printsKindsAndFingerprints() throws Exception {
    sealed("ML_KEM_768,ECC_NIST_P256");
    assertThat(run("inspect", path("sealed")))
        .isEqualTo(
            new Ended(
                0,
                """
                {
                    "Authenticated": false,
                    "Version": 2,
                    "Suite": "AES-256-GCM",
                    "Empty": false,
                    "ClaimedKeyArns": [
                        "%1$s",
                        "%2$s"
                    ],
                    "ClaimedSealedOffline": true,
                    "ClaimedPostQuantum": true,
                    "ClaimedRecipients": [
                        {
                            "Kind": "ML_KEM_768_P256",
                            "KeyArns": [
                                "%1$s",
                                "%2$s"
                            ],
                            "Fingerprints": [
                                "%3$s",
                                "%4$s"
                            ]
                        }
                    ]
                }
                """
                    .formatted(
                        ARNS.get("ML_KEM_768"),
                        ARNS.get("ECC_NIST_P256"),
                        sha256("ML_KEM_768"),
                        sha256("ECC_NIST_P256")),
                ""));
    sealed("RSA_3072");
    assertThat(run("inspect", path("sealed"), "--output", "text").out())
        .contains("\nCLAIMEDRECIPIENTS\tRSA_3072\n");
    assertThat(run("inspect", path("sealed")).out()).contains("\"ClaimedPostQuantum\": false");
  }

  @Test
  void inspect_unknownKind_isNamed() throws Exception {
    byte[] message = Files.readAllBytes(Path.of(sealed("ML_KEM_768")));
    message[6] = 77;
    Files.write(folder.resolve("newer"), message);
    assertThat(run("inspect", path("newer")).out())
        .contains(
            "\"Version\": 2",
            "\"ClaimedSealedOffline\": false",
            "\"ClaimedPostQuantum\": false",
            "\"Kind\": \"unknown (77)\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seal --to $RSA_3072 | give --to FILE and --to-arn ARN once each, or twice each for a pair",
        "seal --to-arn arn   | give --to FILE and --to-arn ARN once each, or twice each for a pair",
        "seal --to $ML_KEM_768 --to $ECC_NIST_P256 --to-arn @ML_KEM_768"
            + " | give --to FILE and --to-arn ARN once each, or twice each for a pair",
        "seal --to a --to b --to c --to-arn a --to-arn b --to-arn c"
            + " | give --to FILE and --to-arn ARN once each, or twice each for a pair",
        "seal --to - --to-arn @RSA_3072"
            + " | --to takes the name of a file; standard input is what is sealed",
        "seal --to $RSA_3072 --to-arn alias/orders"
            + " | name the key by its key ARN, since an alias can move to another key",
        "seal --to $RSA_2048 --to-arn @RSA_2048 | no message is sealed to RSA_2048; use ML_KEM_768,"
            + " ML_KEM_1024, ML_KEM_768 with ECC_NIST_P256, ML_KEM_1024 with ECC_NIST_P384,"
            + " RSA_3072 or RSA_4096",
        "seal --to $ECC_NIST_P256 --to-arn @ECC_NIST_P256 | no message is sealed to ECC_NIST_P256;"
            + " use ML_KEM_768, ML_KEM_1024, ML_KEM_768 with ECC_NIST_P256, ML_KEM_1024 with"
            + " ECC_NIST_P384, RSA_3072 or RSA_4096",
        "seal --to $ML_KEM_768 --to-arn @ML_KEM_768 --to $ECC_NIST_P384 --to-arn @ECC_NIST_P384 |"
            + " no message is sealed to ML_KEM_768 with ECC_NIST_P384; use ML_KEM_768, ML_KEM_1024,"
            + " ML_KEM_768 with ECC_NIST_P256, ML_KEM_1024 with ECC_NIST_P384, RSA_3072 or"
            + " RSA_4096",
        "seal --to $root.key --to-arn @RSA_3072"
            + " | the public key is unusable: it is not in the expected DER encoding",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --store a"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --root-key-file a"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --at-least 0"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --read-only"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --endpoint-url http://localhost"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --ca-bundle a"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --cli-read-timeout 1"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "seal --to $RSA_3072 --to-arn @RSA_3072 --no-sign-request"
            + " | options of a store or a server cannot be used: without --key, sealing uses only"
            + " the public keys of --to",
        "open --offline a,b,c | --offline takes a key, or the two keys of a pair: KEY or KEY,KEY",
        "open --offline a, | a key id must not be empty",
        "rewrap --offline a --to $RSA_3072"
            + " | give --to FILE and --to-arn ARN once each, or twice each for a pair",
        "rewrap --offline a --new-key b --reseal --keep-offline"
            + " | --reseal and --keep-offline exclude each other: the data key is a new one"
      })
  void commandLine_wrong_endsWith252(String line, String reason) {
    String[] words = line.split(" ");
    for (int i = 1; i < words.length; i++) {
      words[i] =
          switch (words[i].charAt(0)) {
            case '$' -> file(words[i].substring(1));
            case '@' -> ARNS.get(words[i].substring(1));
            default -> words[i];
          };
    }
    Ended ended = words[0].equals("seal") ? run(words) : withStore(words);
    assertThat(ended)
        .isEqualTo(
            new Ended(
                252,
                "",
                "embedded-kms %1$s: %2$s\nTry 'embedded-kms %1$s --help'.\n"
                    .formatted(words[0], reason)));
  }

  @Test
  void publicKey_missingOrTooLong_isNamed() throws Exception {
    assertThat(run("seal", "--to", path("none"), "--to-arn", ARNS.get("RSA_3072")))
        .isEqualTo(
            new Ended(255, "", "embedded-kms: cannot read " + path("none") + ": no such file\n"));
    Files.write(folder.resolve("long"), new byte[8193]);
    assertThat(run("seal", "--to", path("long"), "--to-arn", ARNS.get("RSA_3072")))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: cannot read "
                    + path("long")
                    + ": too long for a public key in DER\n"));
  }

  @Test
  void publicKey_ofAnotherKey_isFoundByVerify() throws Exception {
    Path other = Files.copy(stores.resolve("RSA_3072"), folder.resolve("other.der"));
    Files.writeString(folder.resolve("plain"), TEXT);
    // Nothing shows offline that this is the ARN of another key.
    String arn = ARNS.get("RSA_4096");
    assertThat(
            run(
                    "seal",
                    path("plain"),
                    "--to",
                    other.toString(),
                    "--to-arn",
                    arn,
                    "--out",
                    path("sealed"))
                .exitCode())
        .isZero();
    assertThat(withStore("verify-message", path("sealed"), "--offline", arn))
        .isEqualTo(new Ended(255, "", WRONG));
  }

  @ParameterizedTest
  @ValueSource(strings = {"seal", "open", "rewrap", "verify-message"})
  void help_listsTheOptionsAndExamples(String command) {
    Ended help = run(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains(command.equals("seal") ? "--to-arn=ARN" : "--offline=KEY[,KEY]");
    if (command.equals("rewrap")) {
      assertThat(help.out()).contains("--to=FILE", "--keep-offline", "--reseal");
    }
  }
}
