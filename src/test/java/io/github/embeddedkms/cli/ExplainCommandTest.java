package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.aws.CommandNames;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Explanations of operations, of keys in a seed or in a store. */
class ExplainCommandTest {

  private static final String KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";
  private static final String OTHER_KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String KEY = "arn:aws:kms:us-east-1:111122223333:key/" + KEY_ID;
  private static final String OTHER_KEY = "arn:aws:kms:us-east-1:111122223333:key/" + OTHER_KEY_ID;
  private static final String ROLE = "arn:aws:iam::111122223333:role/team/Orders";
  private static final String SESSION =
      "arn:aws:sts::111122223333:assumed-role/Orders/embedded-kms";
  private static final String SEED =
      """
      Keys:
        Symmetric:
          Aes:
            - Metadata: {KeyId: %s}
            - Metadata: {KeyId: %s}
              Policy:
                Statement:
                  Sid: Through S3
                  Effect: Allow
                  Principal: {AWS: "*", Service: logs.us-east-1.amazonaws.com}
                  Action: "kms:*"
                  Resource: "*"
                  Condition: {StringEquals: {kms:ViaService: s3.us-east-1.amazonaws.com}}
      Aliases: [{AliasName: alias/orders, TargetKeyId: %1$s}]
      Identities:
        %s:
          Policies:
            - Statement:
                Sid: OfAcme
                Effect: Allow
                Action: ["kms:Encrypt", "kms:ReEncrypt*"]
                Resource: "*"
                Condition: {StringEquals: {"kms:EncryptionContext:tenant": acme}}
      """
          .formatted(KEY_ID, OTHER_KEY_ID, ROLE);
  private static final String DELEGATED =
      "\n  the key policy lets the account decide (statement 0 \"Enable IAM User Permissions\")";
  private static final String USAGE =
      """

      usage: embedded-kms <command> [parameters]
      To see help text, you can run:

        embedded-kms --help
        embedded-kms <command> --help

      """;

  @TempDir private Path folder;

  private Path seed;

  @BeforeEach
  void writeSeed() throws Exception {
    seed = Files.writeString(folder.resolve("seed.yaml"), SEED);
  }

  private Ended explain(String... arguments) {
    List<String> words = new ArrayList<>(List.of("explain"));
    words.addAll(List.of(arguments));
    words.add("--seed=" + seed);
    return CommandInProcess.run(words.toArray(String[]::new));
  }

  private static Ended allowed(String out) {
    return new Ended(0, out + "\n", "");
  }

  private static Ended denied(String out) {
    return new Ended(1, out + "\n", "");
  }

  private Ended encrypt(String context, String... more) {
    List<String> words = new ArrayList<>(List.of("encrypt", "--key-id=alias/orders"));
    words.addAll(List.of("--plaintext=aGVsbG8=", "--encryption-context", context));
    words.addAll(List.of(more));
    return explain(words.toArray(String[]::new));
  }

  @Test
  void allowed_printsTheStatements_andExitsWith0() {
    assertThat(encrypt("tenant=acme", "--as", ROLE))
        .isEqualTo(
            allowed(
                "ALLOWED kms:Encrypt on "
                    + KEY
                    + " for "
                    + SESSION
                    + DELEGATED
                    + ", and identity policy #0 statement 0 \"OfAcme\" allows it"));
  }

  @Test
  void refused_printsNearMisses_andExitsWith1() {
    assertThat(encrypt("tenant=Acme", "--as", ROLE))
        .isEqualTo(
            denied(
                "DENIED kms:Encrypt on "
                    + KEY
                    + " for "
                    + SESSION
                    + DELEGATED
                    + ", but no identity policy allows it\n"
                    + "  near: identity policy #0 statement 0 \"OfAcme\": condition StringEquals"
                    + " kms:EncryptionContext:tenant wants [acme], the request has [Acme] (the"
                    + " value differs only in case)"));
  }

  @Test
  void severalPermissions_areAllExplained_andOneRefusalIsEnough() {
    Ended ended =
        explain(
            "update-alias",
            "--as=arn:aws:iam::111122223333:root",
            "--alias-name=alias/orders",
            "--target-key-id=" + OTHER_KEY_ID);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out())
        .startsWith(
            "ALLOWED kms:UpdateAlias on arn:aws:kms:us-east-1:111122223333:alias/orders for ")
        .contains(
            "\nALLOWED kms:UpdateAlias on " + KEY + " for ",
            "\nDENIED kms:UpdateAlias on " + OTHER_KEY + " for ");
  }

  @Test
  void senders_areThoseOfTheOption() {
    assertThat(encrypt("a=b", "--account=111122223333").out())
        .startsWith("ALLOWED kms:Encrypt on " + KEY + " for arn:aws:iam::111122223333:root\n");
    assertThat(encrypt("a=b", "--as=arn:aws:iam::111122223333:user/alice").out())
        .startsWith("DENIED kms:Encrypt on " + KEY + " for arn:aws:iam::111122223333:user/alice\n");
    assertThat(
            explain(
                    "describe-key",
                    "--key-id=" + OTHER_KEY,
                    "--as=logs.us-east-1.amazonaws.com",
                    "--account=111122223333")
                .out())
        .startsWith(
            "DENIED kms:DescribeKey on " + OTHER_KEY + " for logs.us-east-1.amazonaws.com\n");
    // The account of the keys, which is not that of the sender.
    assertThat(
            explain(
                    "describe-key",
                    "--key-id=" + OTHER_KEY,
                    "--as=arn:aws:iam::444455556666:root",
                    "--account=111122223333")
                .out())
        .startsWith(
            "DENIED kms:DescribeKey on " + OTHER_KEY + " for arn:aws:iam::444455556666:root\n");
  }

  @Test
  void facts_areThoseOfTheSender() {
    String[] request = {"describe-key", "--key-id=" + OTHER_KEY_ID, "--as", ROLE};
    assertThat(explain(request).exitCode()).isEqualTo(1);
    Ended viaS3 =
        explain(
            request[0],
            request[1],
            request[2],
            request[3],
            "--facts=kms:ViaService=s3.us-east-1.amazonaws.com,aws:SourceIp=192.0.2.1");
    assertThat(viaS3)
        .isEqualTo(
            allowed(
                "ALLOWED kms:DescribeKey on "
                    + OTHER_KEY
                    + " for "
                    + SESSION
                    + "\n  the key policy allows it (statement 0 \"Through S3\")"));
  }

  @Test
  void words_areReadAsThoseOfTheOperation() {
    String[] request = {
      "--as=" + ROLE,
      "--region=us-east-1",
      "encrypt",
      "--encryption-c",
      "tenant=acme",
      "--plain=aGVsbG8=",
      "--key-id=x",
      "--key-id",
      "alias/orders"
    };
    assertThat(explain(request)).isEqualTo(encrypt("tenant=acme", "--as", ROLE));
  }

  @Test
  void everyOperation_hasItsOwnOptions() {
    CommandNames.operations().stream()
        .map(CommandNames::command)
        .forEach(
            operation ->
                assertThat(
                        CommandInProcess.run(
                            "explain", operation, "--generate-cli-skeleton", "--as", ROLE))
                    .as(operation)
                    .isEqualTo(CommandInProcess.run(operation, "--generate-cli-skeleton")));
  }

  @Test
  void help_namesTheOptionsOfBoth() {
    Ended help = CommandInProcess.run("explain", "decrypt", "help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .startsWith("Usage: embedded-kms explain decrypt ")
        .contains("--as=PRINCIPAL", "--facts=KEY=VALUE,...", "--seed=FILE", "--ciphertext-blob=");
    assertThat(CommandInProcess.run("explain", "--help").out())
        .startsWith("Usage: embedded-kms explain OPERATION [OPTION ...]\n");
  }

  @Test
  void serviceError_isReportedAsThatOfTheOperation() {
    assertThat(explain("describe-key", "--key-id=alias/gone", "--as=" + ROLE))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (NotFoundException) when calling the DescribeKey operation:"
                    + " Alias arn:aws:kms:us-east-1:111122223333:alias/gone is not found.\n"));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(
            "--endpoint-url=http://localhost:1",
            "explain cannot be used with --endpoint-url: a server does not say why it refuses a"
                + " request; use the store of its keys, or its seed"),
        Arguments.of("--as=alice", "not a principal: alice"),
        Arguments.of("--as=arn:aws:iam::1:root", "not a principal: arn:aws:iam::1:root"),
        Arguments.of(
            "--as=arn:aws-cn:iam::111122223333:root",
            "the principal arn:aws-cn:iam::111122223333:root is not of the partition aws"),
        Arguments.of(
            "--facts=aws:PrincipalArn=x",
            "the condition key aws:principalarn is known from the request; no caller states it"),
        Arguments.of(
            "--facts=x", "--facts takes KEY=VALUE,KEY=VALUE or a JSON object of strings, not 'x'"),
        Arguments.of("--seed=/no/such/file", "cannot read /no/such/file: no such file"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void options_wrong_areRefused(String option, String message) {
    assertThat(CommandInProcess.run("explain", "list-keys", "--seed=" + seed, option))
        .isEqualTo(new Ended(252, "", USAGE + "embedded-kms: error: " + message + "\n\n"));
  }

  @Test
  void operation_missingOrUnknown_isRefused() {
    assertThat(CommandInProcess.run("explain"))
        .isEqualTo(
            new Ended(
                252,
                "",
                USAGE
                    + "embedded-kms: error: the following arguments are required: operation\n\n"));
    Ended unknown = CommandInProcess.run("explain", "serve");
    assertThat(unknown.exitCode()).isEqualTo(252);
    assertThat(unknown.err())
        .startsWith(USAGE + "embedded-kms: error: argument operation: Invalid choice,");
    assertThat(CommandInProcess.run("explain", "encript").err())
        .endsWith("Invalid choice: 'encript', maybe you meant:\n\n  * encrypt\n\n");
  }

  private String[] withStore(String... words) {
    RootKey.createFile(folder.resolve("root.key"));
    try (RootKey rootKey = RootKey.fromFile(folder.resolve("root.key"))) {
      LocalKeyProvider.open(folder.resolve("keys.db"), rootKey).close();
    }
    return words;
  }

  private Ended onStore(String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.add("--store=" + folder.resolve("keys.db"));
    words.add("--root-key-file=" + folder.resolve("root.key"));
    return CommandInProcess.run(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "--output=json, 'explain cannot be used with --output: it has no response'",
    "--query=x, 'explain cannot be used with --query: it has no response'",
    "--no-paginate, 'explain cannot be used with --no-paginate: it has no response'",
    "--create-store, 'explain cannot be used with --create-store: it creates nothing'"
  })
  void optionWithoutEffect_isRefused(String option, String message) {
    withStore();
    Ended ended = onStore("explain", "list-keys", option);
    assertThat(ended.exitCode()).isEqualTo(252);
    assertThat(ended.err()).contains(message);
  }

  /** Keys and key policies of the store, identities of the seed. */
  @Test
  void store_isNotChanged_andHasTheIdentitiesOfTheSeed() {
    withStore();
    String account = "--account=111122223333";
    String key = onStore("create-key", account, "--query=KeyMetadata.Arn", "--output=text").out();
    String arn = key.strip();
    String[] deletion = {"explain", "schedule-key-deletion", "--key-id=" + arn};
    String user = "--as=arn:aws:iam::111122223333:user/alice";
    assertThat(onStore(deletion[0], deletion[1], deletion[2], user).out())
        .isEqualTo(
            "ALLOWED kms:ScheduleKeyDeletion on "
                + arn
                + " for arn:aws:iam::111122223333:user/alice"
                + DELEGATED
                + ", and the caller is a root user or an administrator\n");
    Ended refused = onStore(deletion[0], deletion[1], deletion[2], user, "--seed=" + seed);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out()).contains(", but no identity policy allows it");
    assertThat(onStore("list-keys", account, "--query=Keys[].KeyArn", "--output=text").out())
        .isEqualTo(key);
    assertThat(
            onStore(
                    "describe-key",
                    "--key-id=" + arn,
                    account,
                    "--query=KeyMetadata.KeyState",
                    "--output=text")
                .out())
        .isEqualTo("Enabled\n");
  }
}
