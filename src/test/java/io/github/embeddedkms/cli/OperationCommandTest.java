package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.aws.CommandNames;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.WrappedMaterial;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.OperationType;
import io.github.embeddedkms.store.RootKey;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in this process. What they print was compared with version 2.9.19 of the AWS CLI. */
class OperationCommandTest {

  private static final String USAGE =
      """

      usage: embedded-kms <command> [parameters]
      To see help text, you can run:

        embedded-kms --help
        embedded-kms <command> --help

      """;

  @TempDir private static Path stores;

  @BeforeAll
  static void createRootKey() {
    RootKey.createFile(stores.resolve("root.key"));
    try (RootKey rootKey = RootKey.fromFile(stores.resolve("root.key"))) {
      LocalKeyProvider.open(stores.resolve("keys.db"), rootKey).close();
    }
  }

  /** Operations are given a store, so that the user's own is not touched. */
  private static String[] withStore(String... arguments) {
    boolean operation =
        Stream.of(arguments).anyMatch(word -> CommandNames.operation(word).isPresent());
    if (!operation || List.of(arguments).contains("help")) {
      return arguments;
    }
    List<String> words = new ArrayList<>(List.of(arguments));
    words.addAll(
        arguments[0].startsWith("-") ? 0 : 1,
        List.of(
            "--store",
            stores.resolve("keys.db").toString(),
            "--root-key-file",
            stores.resolve("root.key").toString()));
    return words.toArray(String[]::new);
  }

  private static Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            withStore(arguments),
            InputStream.nullInputStream(),
            new StandardOutput(out, () -> false),
            new PrintWriter(err));
    return new Ended(exitCode, out.toString(StandardCharsets.UTF_8), err.toString());
  }

  private static void refuses(int exitCode, String text, String... arguments) {
    assertThat(run(arguments)).isEqualTo(new Ended(exitCode, "", text));
  }

  private static String printed(String... arguments) {
    Ended ended = run(arguments);
    assertThat(ended.err()).isEmpty();
    return ended.out().strip();
  }

  /** As in scripts for the AWS CLI: with an offset, without, a date, or seconds since 1970. */
  @Test
  void importKeyMaterial_validTo_isReadInEveryForm() throws Exception {
    String[] key = {"--output", "text", "--query", "KeyMetadata.KeyId"};
    String keyId = printed("create-key", "--origin", "EXTERNAL", key[0], key[1], key[2], key[3]);
    String parameters =
        printed(
            "get-parameters-for-import",
            "--key-id=" + keyId,
            "--wrapping-algorithm=RSAES_OAEP_SHA_1",
            "--wrapping-key-spec=RSA_2048",
            "--query=[PublicKey,ImportToken]",
            "--output=text");
    Bytes wrappingKey =
        Bytes.fromByteArray(Base64.getDecoder().decode(parameters.split("\t", -1)[0]));
    Path token = stores.resolve("token.bin");
    Path wrapped = stores.resolve("wrapped.bin");
    Files.write(token, Base64.getDecoder().decode(parameters.split("\t", -1)[1]));
    Files.write(
        wrapped,
        WrappedMaterial.wrap(wrappingKey, AlgorithmSpec.RSAES_OAEP_SHA_1, new byte[32])
            .asByteArray());
    LocalDate day = LocalDate.now(ZoneId.systemDefault()).plusDays(30);
    Instant start = day.atStartOfDay(ZoneId.systemDefault()).toInstant();
    Instant noon = day.atTime(12, 0).atZone(ZoneId.systemDefault()).toInstant();
    Map<String, Instant> forms =
        Map.of(
            day.toString(),
            start,
            day + "T12:00:00",
            noon,
            day + "T12:00",
            noon,
            noon.toString(),
            noon,
            noon.atOffset(ZoneOffset.ofHours(-8)).toString(),
            noon,
            String.valueOf(noon.getEpochSecond()),
            noon);
    forms.forEach(
        (form, expected) -> {
          printed(
              "import-key-material",
              "--key-id=" + keyId,
              "--import-token=fileb://" + token,
              "--encrypted-key-material=fileb://" + wrapped,
              "--valid-to=" + form);
          String validTo =
              printed(
                  "describe-key",
                  "--key-id=" + keyId,
                  "--query=KeyMetadata.ValidTo",
                  "--output=text");
          assertThat(OffsetDateTime.parse(validTo).toInstant()).as(form).isEqualTo(expected);
        });
    invalid(
        "Invalid type for parameter ValidTo: a string, where a timestamp is expected",
        "import-key-material",
        "--key-id=" + keyId,
        "--import-token=eA==",
        "--encrypted-key-material=eA==",
        "--valid-to=tomorrow");
  }

  /** What the AWS CLI prints for parameters of a wrong type. */
  private static void invalid(String problem, String... arguments) {
    refuses(252, "\nParameter validation failed:\n" + problem + "\n", arguments);
  }

  /** A JSON object whose values the command line accepts. */
  private static String requiredMembers(OperationType operation) {
    return RecordMember.of(operation.request()).stream()
        .filter(RecordMember::isRequired)
        .map(member -> "\"" + member.wireName() + "\":" + value(member.type()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String value(Type type) {
    if (type instanceof ParameterizedType) {
      return "[]"; // a list; no operation requires a map
    }
    return type == Integer.class
        ? "7"
        : type == Bytes.class || type == SecretBytes.class ? "\"eA==\"" : "\"x\"";
  }

  @Test
  void store_missing_isRefusedByEveryOperation_andNothingIsCreated() {
    Path mistyped = stores.resolve("tpyo.db");
    for (OperationType operation : CommandNames.operations()) {
      List<String> words = new ArrayList<>(List.of(CommandNames.command(operation)));
      words.addAll(List.of("--cli-input-json", requiredMembers(operation)));
      words.addAll(List.of("--store", mistyped.toString()));
      assertThat(run(words.toArray(String[]::new)))
          .as(CommandNames.command(operation))
          .isEqualTo(
              new Ended(
                  255,
                  "",
                  "embedded-kms: there is no store in "
                      + mistyped
                      + "; 'embedded-kms store create' or --create-store creates one\n"));
    }
    assertThat(mistyped).doesNotExist();
  }

  @Test
  void store_readOnlyAndCreate_isRefused() {
    refuses(
        252,
        USAGE
            + "embedded-kms: error: --create-store, --read-only are mutually exclusive (specify"
            + " only one)\n\n",
        "list-keys",
        "--create-store",
        "--read-only");
  }

  @Test
  void generateRandom_isPrintedAsJson() {
    Ended ended = run("generate-random", "--number-of-bytes", "3");
    assertThat(ended.out()).matches("\\{\n    \"Plaintext\": \"[A-Za-z0-9+/]{4}\"\n}\n");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void generateRandom_isPrintedAsText() {
    assertThat(run("generate-random", "--number-of-bytes=3", "--output=text").out())
        .matches("[A-Za-z0-9+/]{4}\n");
  }

  @Test
  void createKey_regionAndAccount_areThoseOfItsArn() {
    assertThat(
            run(
                    "create-key",
                    "--region",
                    "eu-west-1",
                    "--account",
                    "111122223333",
                    "--tags",
                    "TagKey=a,TagValue=b",
                    "[]",
                    "--output",
                    "text")
                .err())
        .contains("Expected: '=', received: '[' for input:");
    assertThat(
            run(
                    "create-key",
                    "--region",
                    "eu-west-1",
                    "--account",
                    "111122223333",
                    "--tags",
                    "TagKey=a,TagValue=b",
                    "TagKey=c,TagValue=",
                    "--description",
                    "ä b")
                .out())
        .contains("\n        \"Arn\": \"arn:aws:kms:eu-west-1:111122223333:key/")
        .contains("\n        \"Description\": \"ä b\",\n")
        .contains(
            "\n        \"EncryptionAlgorithms\": [\n            \"SYMMETRIC_DEFAULT\"\n        ],");
  }

  @Test
  void tagsAndPolicy_areChangedAndPrinted() {
    String key =
        run("create-key", "--query", "KeyMetadata.KeyId", "--output", "text").out().strip();
    Ended nothing = new Ended(0, "", "");
    String[] tags = {"TagKey=b,TagValue=", "TagKey=a,TagValue=1"};
    assertThat(run("tag-resource", "--key-id", key, "--tags", tags[0], tags[1])).isEqualTo(nothing);
    assertThat(run("list-resource-tags", "--key-id", key, "--output", "text").out())
        .isEqualTo("TAGS\ta\t1\nTAGS\tb\t\n");
    assertThat(run("untag-resource", "--key-id", key, "--tag-keys", "b", "c")).isEqualTo(nothing);
    assertThat(run("list-resource-tags", "--key-id", key, "--query", "length(Tags)").out())
        .isEqualTo("1\n");
    assertThat(run("list-key-policies", "--key-id", key, "--output", "text").out())
        .isEqualTo("POLICYNAMES\tdefault\n");
    String policy =
        run("get-key-policy", "--key-id", key, "--query", "Policy", "--output", "text").out();
    assertThat(policy).startsWith("{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : ");
    assertThat(run("put-key-policy", "--key-id", key, "--policy", policy)).isEqualTo(nothing);
    refuses(
        254,
        "\nAn error occurred (MalformedPolicyDocumentException) when calling the PutKeyPolicy"
            + " operation: The new key policy will not allow you to update the key policy in the"
            + " future.\n",
        "put-key-policy",
        "--key-id",
        key,
        "--policy",
        policy.replace("kms:*", "kms:Decrypt"));
  }

  @Test
  void yaml_isReadLikeJson(@TempDir Path folder) throws Exception {
    Path yaml =
        Files.writeString(
            folder.resolve("in.yaml"),
            "Description: of the file\nTags:\n- {TagKey: a, TagValue: '1'} # a comment\n");
    assertThat(run("create-key", "--cli-input-yaml", "file://" + yaml).out())
        .contains("\"Description\": \"of the file\"");
    assertThat(run("create-key", "--cli-input-yaml", "fileb://" + yaml, "--desc", "mine").out())
        .contains("\"Description\": \"mine\"");
    assertThat(run("generate-random", "--cli-input-yaml", "{NumberOfBytes: 3}").exitCode())
        .isZero();
    refuses(
        254,
        "\nAn error occurred (NotFoundException) when calling the Encrypt operation: Invalid keyId"
            + " 'a'\n",
        "encrypt",
        "--cli-input-yaml",
        "{KeyId: a, Plaintext: !!binary aGk=}");
    String parameter = "\nError parsing parameter '--cli-input-yaml': ";
    for (String malformed : new String[] {"a: b: c", "{", "a: 1\na: 2", "&a [*a]", "a: &a [*a]"}) {
      refuses(
          252, parameter + "Invalid YAML received.\n", "list-keys", "--cli-input-yaml", malformed);
    }
    String deep = "a: " + "[".repeat(100_000);
    refuses(252, parameter + "Invalid YAML received.\n", "list-keys", "--cli-input-yaml", deep);
    refuses(
        252,
        parameter + "Invalid type: a YAML object is expected\n",
        "list-keys",
        "--cli-input-yaml",
        "- a");
    refuses(
        252,
        parameter + "Invalid type: the key 1 is not a string; put it in quotes\n",
        "list-keys",
        "--cli-input-yaml",
        "1: a");
    invalid(
        "Invalid type for parameter Description: a number, where a string is expected",
        "create-key",
        "--cli-input-yaml",
        "Description: 1.5");
    refuses(
        252,
        "\nOnly one --cli-input- parameter may be specified.\n",
        "list-keys",
        "--cli-input-json",
        "{}",
        "--cli-input-yaml",
        "{}");
  }

  @Test
  void json_isOverriddenByOptions(@TempDir Path folder) throws Exception {
    Path json =
        Files.writeString(
            folder.resolve("input.json"), "{\"Description\": \"of the file\", \"Tags\": []}");
    assertThat(run("create-key", "--cli-input-json", "file://" + json).out())
        .contains("\"Description\": \"of the file\"");
    assertThat(
            run("create-key", "--cli-input-json", "file://" + json, "--description", "mine").out())
        .contains("\"Description\": \"mine\"");
  }

  @Test
  void serviceError_endsWith254_andIsPrintedAsByTheAwsCli() {
    refuses(
        254,
        "\nAn error occurred (NotFoundException) when calling the DescribeKey operation: Alias"
            + " arn:aws:kms:us-east-1:000000000000:alias/a is not found.\n",
        "describe-key",
        "--key-id",
        "alias/a",
        "--region",
        "us-east-1");
    // Without a message of the service there is none.
    refuses(
        254,
        "\nAn error occurred (InvalidCiphertextException) when calling the Decrypt operation: \n",
        "decrypt",
        "--ciphertext-blob",
        "AAAA");
    refuses(
        254,
        "\nAn error occurred (ValidationException) when calling the GenerateRandom operation: 1"
            + " validation error detected: Value '2000' at 'numberOfBytes' failed to satisfy"
            + " constraint: Member must have value less than or equal to 1024\n",
        "generate-random",
        "--number-of-bytes",
        "2000");
    refuses(
        254,
        "\nAn error occurred (EmbeddedKmsNotSupportedYet) when calling the CreateKey operation:"
            + " embedded-kms: XksKeyId is not supported yet\n",
        "create-key",
        "--xks-key-id",
        "external-key");
  }

  @Test
  void usage_wrong_endsWith252() {
    refuses(
        252,
        USAGE + "embedded-kms: error: the following arguments are required: --key-id\n\n",
        "describe-key",
        "--frob");
    refuses(
        252,
        USAGE
            + "embedded-kms: error: the following arguments are required: --alias-name,"
            + " --target-key-id\n\n",
        "create-alias");
    refuses(
        252,
        USAGE + "embedded-kms: error: argument --key-id: expected one argument\n\n",
        "describe-key",
        "--key-id");
    refuses(
        252,
        USAGE + "Unknown options: --frob, b\n\n",
        "describe-key",
        "--key-id",
        "a",
        "--frob",
        "b");
    refuses(
        252,
        USAGE + "Unknown options: --frob\n\n",
        "describe-key",
        "--key-id",
        "a",
        "--grant-tokens",
        "b",
        "--frob");
    refuses(
        252,
        USAGE
            + "embedded-kms: error: argument --color: Invalid choice, valid choices are:\n\n"
            + "on                                       | off"
            + " ".repeat(37)
            + "\nauto"
            + " ".repeat(36)
            + "\n\n",
        "list-keys",
        "--color",
        "blue");
    refuses(
        252,
        USAGE
            + "embedded-kms: error: argument --cli-binary-format: Invalid choice, valid choices"
            + " are:\n\nbase64                                   | raw-in-base64-out"
            + " ".repeat(23)
            + "\n\n",
        "list-keys",
        "--cli-binary-format=raw");
    refuses(
        252,
        "\nBoth --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.\n",
        "list-keys",
        "--cli-auto-prompt",
        "--no-cli-auto-prompt");
    refuses(
        252,
        USAGE
            + "embedded-kms: error: argument --cli-auto-prompt: not supported, since this program"
            + " never prompts for parameters; give them as options\n\n",
        "list-keys",
        "--cli-auto-prompt");
    refuses(
        252,
        USAGE
            + "embedded-kms: error: argument --output: Invalid choice, valid choices are:\n\n"
            + ("json                                     | text"
                + " ".repeat(36)
                + "\ntable                                    | yaml"
                + " ".repeat(36)
                + "\nyaml-stream                              | off"
                + " ".repeat(37)
                + "\n\n"),
        "list-keys",
        "--output",
        "xml");
    refuses(
        252,
        "\nCannot specify --no-paginate along with pagination arguments: --page-size,"
            + " --max-items\n",
        "list-keys",
        "--no-paginate",
        "--max-items",
        "3",
        "--page-size",
        "1");
    refuses(
        252,
        USAGE + "embedded-kms: error: argument --max-items: invalid int value: 'x'\n\n",
        "list-keys",
        "--max-items",
        "x");
    assertThat(run("frob").err())
        .startsWith(
            USAGE
                + "embedded-kms: error: argument operation: Invalid choice, valid choices are:\n\n"
                + "cancel-key-deletion                      | completion ");
    assertThat(run("frob").exitCode()).isEqualTo(252);
  }

  @Test
  void parameter_unreadable_endsWith252() {
    refuses(
        252,
        "\nError parsing parameter '--tags': Expected: '=', received: 'EOF' for input:\na\n ^\n",
        "create-key",
        "--tags",
        "a");
    refuses(
        252,
        """

        Error parsing parameter '--encryption-context': Invalid JSON: Malformed JSON at $.
        JSON received: {a
        """,
        "generate-data-key",
        "--key-id",
        "a",
        "--encryption-context",
        "{a");
  }

  @Test
  void parameter_ofAnotherType_endsWith252_andNamesThePlace() {
    invalid(
        "Unknown parameter in Tags[0]: \"Foo\", must be one of: TagKey, TagValue",
        "create-key",
        "--tags",
        "TagKey=a,TagValue=b,Foo=c");
    invalid(
        "Invalid type for parameter Tags[0].TagValue: a number, where a string is expected",
        "create-key",
        "--tags",
        "[{\"TagKey\":\"a\",\"TagValue\":3}]");
    invalid(
        "Invalid type for parameter EncryptionContext.a: null, where a string is expected",
        "generate-data-key",
        "--key-id",
        "a",
        "--encryption-context",
        "{\"a\":null}");
    invalid(
        "Unknown parameter in input: \"X\", must be one of: Limit, Marker, ResourceOwners\n"
            + "Invalid type for parameter Limit: a string, where an integer is expected",
        "list-keys",
        "--cli-input-json",
        "{\"X\":1,\"Limit\":\"1\"}");
    refuses(
        252,
        "\nError parsing parameter '--cli-input-json': Invalid JSON received.\n",
        "list-keys",
        "--cli-input-json",
        "[1");
    refuses(
        252,
        "\nError parsing parameter '--cli-input-json': Invalid type: a JSON object is expected\n",
        "list-keys",
        "--cli-input-json",
        "[1]");
  }

  @Test
  void value_unreadable_endsWith255() {
    refuses(
        255,
        "\nInvalid integer for --number-of-bytes: \"x\"\n",
        "generate-random",
        "--number-of-bytes",
        "x");
    refuses(255, "\nInvalid base64: \"A%\"\n", "decrypt", "--ciphertext-blob", "A%");
    // Unlike the AWS CLI: what may be a secret is not repeated.
    refuses(
        255,
        "\nInvalid base64: the value of Plaintext\n",
        "encrypt",
        "--key-id",
        "a",
        "--plaintext",
        "secret%");
    refuses(255, "embedded-kms: not a Region: nowhere\n", "list-keys", "--region", "nowhere");
  }

  @Test
  void binary_isBase64_orTheBytesThemselves(@TempDir Path folder) throws Exception {
    String key = run("create-key", "--output", "text").out().split("\t", -1)[2];
    Path hello = Files.writeString(folder.resolve("hello"), "hällo\n");
    String base64 = "aMOkbGxvCg==";
    for (String[] raw :
        new String[][] {
          {"--plaintext", "hällo\n", "--cli-binary-format", "raw-in-base64-out"},
          {"--plaintext", "file://" + hello, "--cli-binary-format=raw-in-base64-out"},
          {"--plaintext", "fileb://" + hello, "--cli-binary-format=raw-in-base64-out"},
          {"--plaintext", "fileb://" + hello},
          {"--plaintext", base64, "--cli-binary-format", "base64"},
          {"--cli-input-json", "{\"Plaintext\": \"hällo\\n\"}", "--cli-bin=raw-in-base64-out"}
        }) {
      List<String> words = new ArrayList<>(List.of("encrypt", "--key-id", key, "--output=text"));
      words.addAll(List.of(raw));
      String blob = run(words.toArray(String[]::new)).out().split("\t", -1)[0];
      assertThat(run("decrypt", "--ciphertext-blob", blob).out())
          .as(String.join(" ", raw))
          .contains("\"Plaintext\": \"" + base64 + "\"");
    }
    refuses(
        255,
        "\nNot a Unicode string: the value of Plaintext\n",
        "encrypt",
        "--key-id=a",
        "--plaintext=\ud800",
        "--cli-binary-format=raw-in-base64-out");
  }

  @Test
  void options_ofAllCommands_mayComeBeforeTheOperation() {
    assertThat(run("--region", "ap-south-2", "--output=text", "list-keys"))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(run("list-keys", "--version").out()).startsWith("embedded-kms ");
    assertThat(run("list-keys", "--debug", "--no-cli-pager", "--color", "on").exitCode()).isZero();
  }

  @Test
  void options_ofConnections_changeNothingWithAStore() {
    assertThat(
            run(
                "list-keys",
                "--region=ap-south-2",
                "--profile=other",
                "--no-sign-request",
                "--no-verify-ssl",
                "--cli-connect-timeout=5",
                "--cli-read-timeout=0",
                "--output=text"))
        .isEqualTo(new Ended(0, "", ""));
    refuses(
        255,
        "\nInvalid value for --cli-read-timeout: 'x', where a number of seconds is expected\n",
        "list-keys",
        "--cli-read-timeout=x");
    refuses(
        255,
        "\nInvalid value for --cli-connect-timeout: '-1', where a number of seconds is expected\n",
        "list-keys",
        "--cli-connect-timeout",
        "-1");
  }

  /** The list of the document is incomplete and would be refused. */
  @Test
  void list_empty_isGiven() {
    String incomplete = "{\"Tags\": [{\"TagKey\": \"a\"}]}";
    assertThat(run("create-key", "--cli-input-json", incomplete).exitCode()).isEqualTo(252);
    assertThat(run("create-key", "--cli-input-json", incomplete, "--tags").exitCode()).isZero();
  }

  @Test
  void option_givenTwice_theLastOneCounts() {
    assertThat(
            run(
                    "create-key",
                    "--description=a",
                    "--description",
                    "b",
                    "--tags",
                    "a",
                    "--tags=TagKey=a,TagValue=b")
                .out())
        .contains("\"Description\": \"b\"");
    assertThat(run("generate-random", "--number-of-bytes=x", "--number-of-bytes=3").exitCode())
        .isZero();
    assertThat(run("create-key", "--description=-foo").out()).contains("\"Description\": \"-foo\"");
    assertThat(run("create-key", "--description=--cli-input-json").out())
        .contains("\"Description\": \"--cli-input-json\"");
  }

  @Test
  void json_hasWhatIsRequired() {
    assertThat(run("describe-key", "--cli-input-json", "{\"KeyId\": \"alias/a\"}").err())
        .contains("alias/a is not found.");
  }

  @Test
  void flag_andItsOpposite_theLastOneCounts() {
    assertThat(run("create-key", "--multi-region", "--no-multi-region").out())
        .contains("\"MultiRegion\": false");
    assertThat(run("create-key", "--no-multi-region", "--multi-region").out())
        .contains("\"MultiRegion\": true");
  }

  @Test
  void files_areReadAsTextsOrBytes(@TempDir Path folder) throws Exception {
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {0, (byte) 0xff});
    Path base64 = Files.writeString(folder.resolve("base64"), "AP\n8=\n");
    String notFound =
        "\nAn error occurred (NotFoundException) when calling the Encrypt operation: Invalid keyId"
            + " 'a'\n";
    refuses(254, notFound, "encrypt", "--key-id", "a", "--plaintext", "fileb://" + bytes);
    refuses(254, notFound, "encrypt", "--key-id", "a", "--plaintext", "file://" + base64);
    refuses(
        252,
        "\nError parsing parameter '--plaintext': Unable to load paramfile (file://"
            + bytes
            + "), text contents could not be decoded.  If this is a binary file, please use the"
            + " fileb:// prefix instead of the file:// prefix.\n",
        "encrypt",
        "--key-id",
        "a",
        "--plaintext",
        "file://" + bytes);
    refuses(
        252,
        "\nError parsing parameter '--plaintext': Unable to load paramfile fileb:///no/such/file:"
            + " no such file\n",
        "encrypt",
        "--key-id",
        "a",
        "--plaintext",
        "fileb:///no/such/file");
    refuses(
        252,
        "\nError parsing parameter '--cli-input-json': Unable to load paramfile fileb:///no/such/file:"
            + " no such file\n",
        "create-key",
        "--cli-input-json",
        "fileb:///no/such/file");
    invalid(
        "Invalid type for parameter Description: bytes, where a string is expected",
        "create-key",
        "--description",
        "fileb://" + bytes);
    Path text = Files.writeString(folder.resolve("text"), "aus der Datei: ä");
    assertThat(run("create-key", "--description", "file://" + text).out())
        .contains("\"Description\": \"aus der Datei: ä\"");
    Path tags = Files.writeString(folder.resolve("tags"), "[{\"TagKey\":\"a\"}]");
    assertThat(run("create-key", "--tags", "file://" + tags).err())
        .contains("Missing required parameter in Tags[0]: \"TagValue\"");
  }

  @Test
  void skeleton_isPrinted_withoutWhatIsRequired() {
    assertThat(run("describe-key", "--generate-cli-skeleton"))
        .isEqualTo(
            new Ended(
                0,
                """
                {
                    "KeyId": "",
                    "GrantTokens": [
                        ""
                    ]
                }
                """,
                ""));
    assertThat(run("describe-key", "--generate-cli-skeleton", "input").exitCode()).isZero();
    assertThat(run("describe-key", "--generate-cli-skeleton", "output").exitCode()).isEqualTo(252);
    assertThat(
            run(
                    "describe-key",
                    "--key-id",
                    "a",
                    "--generate-cli-skeleton",
                    "output",
                    "--output",
                    "text")
                .out())
        .startsWith("KEYMETADATA\t");
    refuses(
        252,
        USAGE
            + "embedded-kms: error: argument --generate-cli-skeleton: Invalid choice, valid choices"
            + " are:\n\ninput                                    | output"
            + " ".repeat(34)
            + "\nyaml-input"
            + " ".repeat(30)
            + "\n\n",
        "describe-key",
        "--generate-cli-skeleton",
        "yaml");
    assertThat(run("list-keys", "--generate-cli-skeleton=yaml-inpt").err())
        .endsWith("\n\nInvalid choice: 'yaml-inpt', maybe you meant:\n\n  * yaml-input\n\n");
    assertThat(run("decript").err())
        .endsWith("\n\n\nInvalid choice: 'decript', maybe you meant:\n\n  * decrypt\n\n");
    assertThat(run("x".repeat(100_000)).exitCode()).isEqualTo(252);
  }

  @Test
  void yamlSkeleton_saysWhatEachMemberIsFor_andCanBeSent() {
    Ended skeleton = run("encrypt", "--generate-cli-skeleton", "yaml-input");
    assertThat(skeleton.out())
        .startsWith("KeyId: '' # [REQUIRED] ")
        .contains("\nPlaintext: !!binary '' # [REQUIRED] ")
        .contains("\nEncryptionContext: # ")
        .contains("\n  KeyName: ''\nGrantTokens: # ")
        .contains("\n- ''\nEncryptionAlgorithm: SYMMETRIC_DEFAULT # ")
        .contains(" Valid values are: SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, ");
    assertThat(run("create-key", "--generate-cli-skeleton", "yaml-input").out())
        .contains("\nTags: # ")
        .contains("\n- TagKey: '' # [REQUIRED]\n  TagValue: '' # [REQUIRED]\n");
    assertThat(run("encrypt", "--cli-input-yaml", skeleton.out(), "--key-id", "k").err())
        .endsWith("Invalid length for parameter GrantTokens[0], value: 0, valid min length: 1\n");
    assertThat(
            run(
                    "create-key",
                    "--cli-input-yaml",
                    run("create-key", "--generate-cli-skeleton", "yaml-input").out(),
                    "--no-multi-region")
                .err())
        .startsWith(
            "\nParameter validation failed:\nInvalid length for parameter Policy, value: 0");
  }

  @Test
  void help_ofAnOperation_listsItsOptionsAndTheirConstraints() {
    Ended help = run("generate-data-key", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out().replaceAll("\\s+", " "))
        .contains("Generates a random data key and returns it twice")
        .contains("--number-of-bytes=N the length of the data key, 1 to 1024 bytes (1 to 1,024)")
        .contains(
            "--key-spec=KEY_SPEC the length of the data key, as the name of a cipher (AES_256, AES_128)")
        .contains("--dry-run true to perform all checks");
    assertThat(run("generate-data-key", "help")).isEqualTo(help);
    assertThat(run("generate-data-key", "-h")).isEqualTo(help);
    assertThat(run("--help").out()).contains("generate-data-key").contains("serve");
  }

  @Test
  void listKeys_owners_areAListOfValues() {
    String region = "eu-central-2";
    run("create-key", "--region", region);
    String[] both = {"SELF", "OTHER_ACCOUNTS_VIA_RAM"};
    assertThat(listedOfOwners(region, both)).isEqualTo("1");
    assertThat(listedOfOwners(region, both[1], both[0])).isEqualTo("1");
    assertThat(listedOfOwners(region, "[\"SELF\"]")).isEqualTo("1");
    assertThat(listedOfOwners(region, "OTHER_ACCOUNTS_VIA_RAM")).isEqualTo("0");
    invalid(
        "Invalid length for parameter ResourceOwners, value: 0, valid min length: 1",
        "list-keys",
        "--resource-owners",
        "[]");
    assertThat(run("list-keys", "--resource-owners", "OTHERS"))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (ValidationException) when calling the ListKeys operation: 1"
                    + " validation error detected: Value 'OTHERS' at 'resourceOwners.1.member'"
                    + " failed to satisfy constraint: Member must satisfy enum value set: [SELF,"
                    + " OTHER_ACCOUNTS_VIA_RAM]\n"));
    assertThat(run("list-keys", "--help").out().replaceAll("\\s+", " "))
        .contains("the owners whose keys are listed, 1 or 2 in any order; SELF if absent");
  }

  private static String listedOfOwners(String region, String... owners) {
    List<String> words =
        new ArrayList<>(List.of("list-keys", "--region", region, "--query", "length(Keys)"));
    words.add("--resource-owners");
    words.addAll(List.of(owners));
    return printed(words.toArray(String[]::new));
  }

  @Test
  void listing_isMerged_unlessItsPagesAreRequested() {
    // A Region that no other test uses.
    String[] region = {"list-keys", "--region", "ap-south-1"};
    assertThat(run(region).out()).isEqualTo("{\n    \"Keys\": []\n}\n");
    assertThat(run("list-keys", "--region", "ap-south-1", "--output", "text").out()).isEmpty();
    String firstPage = "{\n    \"Keys\": [],\n    \"Truncated\": false\n}\n";
    assertThat(run("list-keys", "--region", "ap-south-1", "--no-paginate").out())
        .isEqualTo(firstPage);
    assertThat(run("list-keys", "--region", "ap-south-1", "--limit", "3").out())
        .isEqualTo(firstPage);
    assertThat(
            run("list-keys", "--region", "ap-south-1", "--cli-input-json", "{\"Limit\":3}").out())
        .isEqualTo(firstPage);
  }

  @Test
  void keys_areSharedByCommands() {
    String created = run("create-key", "--output", "text").out();
    String keyId = created.split("\t", -1)[2].replaceFirst(".*/", "");
    assertThat(run("create-alias", "--alias-name", "alias/shared", "--target-key-id", keyId))
        .isEqualTo(new Ended(0, "", ""));
    String[] dataKey =
        run(
                "generate-data-key",
                "--key-id",
                "alias/shared",
                "--key-spec",
                "AES_256",
                "--encryption-context",
                "a=b,c=d",
                "--output",
                "text")
            .out()
            .split("\t", -1);
    assertThat(
            run(
                    "decrypt",
                    "--ciphertext-blob",
                    dataKey[0],
                    "--encryption-context",
                    "{\"c\":\"d\",\"a\":\"b\"}")
                .out())
        .contains("\"Plaintext\": \"" + dataKey[3].strip() + "\"")
        .contains("\"EncryptionAlgorithm\": \"SYMMETRIC_DEFAULT\"");
    assertThat(run("decrypt", "--ciphertext-blob", dataKey[0]).exitCode()).isEqualTo(254);
  }

  @Test
  void secretFile_isNotQuotedInErrors(@TempDir Path folder) throws Exception {
    Path secret =
        Files.writeString(
            folder.resolve("secret"), "correct horse battery staple!", StandardCharsets.UTF_8);
    Ended ended = run("encrypt", "--key-id", "a", "--plaintext", "file://" + secret);
    assertThat(ended.err()).isEqualTo("\nInvalid base64: the value of Plaintext\n");
  }

  @Test
  void query_choosesAPartOfTheResponse_inEveryFormat() {
    String keyId =
        run("create-key", "--description", "a: b", "--query", "KeyMetadata.KeyId", "--output=text")
            .out()
            .strip();
    String[] words = {
      "describe-key", "--key-id", keyId, "--query", "KeyMetadata.{on:Enabled,text:Description}", ""
    };
    words[5] = "--output=json";
    assertThat(run(words).out()).isEqualTo("{\n    \"on\": true,\n    \"text\": \"a: b\"\n}\n");
    words[5] = "--output=text";
    assertThat(run(words).out()).isEqualTo("True\ta: b\n");
    words[5] = "--output=yaml";
    assertThat(run(words).out()).isEqualTo("on: true\ntext: 'a: b'\n");
    words[5] = "--output=yaml-stream";
    assertThat(run(words).out()).isEqualTo("- on: true\n  text: 'a: b'\n");
    words[5] = "--output=table";
    assertThat(run(words).out())
        .isEqualTo(
            """
            ------------------
            |   DescribeKey  |
            +-------+--------+
            |  on   | text   |
            +-------+--------+
            |  True |  a: b  |
            +-------+--------+
            """);
    words[5] = "--output=off";
    assertThat(run(words)).isEqualTo(new Ended(0, "", ""));
  }

  @Test
  void query_wrong_isRefusedBeforeTheCall() {
    // The next error of these command lines is the missing option.
    refuses(
        252,
        "\nBad value for --query a b: Invalid jmespath expression: Syntax error at line 1 column 3:"
            + " Expected EOF, but found 'b'\n",
        "describe-key",
        "--query",
        "a b");
    refuses(255, "\nUnknown function: foo()\n", "describe-key", "--query", "foo(@)");
  }

  @Test
  void query_thatDoesNotFitTheResponse_endsWith255() {
    refuses(
        255,
        "\nCannot evaluate --query length(Missing): a function does not take a value of this type\n",
        "generate-random",
        "--number-of-bytes",
        "4",
        "--query",
        "length(Missing)");
  }

  @Test
  void response_withoutMembers_isPrintedOnlyForAQuery() {
    String keyId =
        run("create-key", "--query", "KeyMetadata.KeyId", "--output", "text").out().strip();
    for (String output : List.of("json", "text", "table", "yaml", "yaml-stream", "off")) {
      assertThat(run("enable-key", "--key-id", keyId, "--output", output))
          .as(output)
          .isEqualTo(new Ended(0, "", ""));
    }
    assertThat(run("enable-key", "--key-id", keyId, "--query", "Missing").out())
        .isEqualTo("null\n");
    assertThat(run("enable-key", "--key-id", keyId, "--query", "Missing", "--output=text").out())
        .isEqualTo("None\n");
  }

  @Test
  void pages_areMerged_orPrintedOneByOne_asTheFormatWants() {
    String[] region = {"--region", "ap-south-2"};
    for (int i = 0; i < 3; i++) {
      run("create-key", region[0], region[1]);
    }
    String[] words = {
      "list-keys", region[0], region[1], "--page-size", "2", "--query", "length(Keys)", ""
    };
    words[7] = "--output=json";
    assertThat(run(words).out()).isEqualTo("3\n");
    words[7] = "--output=yaml";
    assertThat(run(words).out()).isEqualTo("3\n");
    words[7] = "--output=text";
    assertThat(run(words).out()).isEqualTo("2\n1\n");
    words[7] = "--output=yaml-stream";
    assertThat(run(words).out()).isEqualTo("- 2\n- 1\n");
    words[6] = "NextToken";
    words[3] = "--max-items";
    words[7] = "--output=text";
    // The AWS CLI evaluates the query for the token too, which is an object of that name.
    assertThat(run(words).out()).matches("None\n[A-Za-z0-9=]+\n");
    words[6] = "Truncated";
    words[3] = "--page-size";
    words[7] = "--output=yaml-stream";
    assertThat(run(words).out()).isEqualTo("- true\n- false\n");
  }

  @Test
  void parameters_incompleteOrTooSmall_areRefusedInTheWordsOfTheAwsCli() {
    invalid(
        "Missing required parameter in Tags[0]: \"TagValue\"", "create-key", "--tags", "TagKey=a");
    invalid(
        "Missing required parameter in input: \"KeyId\"", "describe-key", "--cli-input-json", "{}");
    invalid(
        "Invalid length for parameter KeyId, value: 0, valid min length: 1",
        "describe-key",
        "--key-id",
        "");
    invalid(
        """
        Invalid value for parameter NumberOfBytes, value: 0, valid min value: 1
        Invalid length for parameter GrantTokens[1], value: 0, valid min length: 1""",
        "generate-data-key",
        "--key-id",
        "k",
        "--grant-tokens",
        "t",
        "",
        "--number-of-bytes",
        "0");
    // Maxima, patterns and lengths of bytes are the service's to check.
    String key = "alias/aws/none";
    assertThat(run("generate-data-key", "--key-id", key, "--number-of-bytes", "1025").exitCode())
        .isEqualTo(254);
    assertThat(run("encrypt", "--key-id", key, "--plaintext", "").exitCode()).isEqualTo(254);
  }

  @Test
  void pageOptions_ofOtherSizes_areTakenAsTheAwsCliTakesThem() {
    String[] region = {"list-keys", "--region", "ap-south-1"};
    assertThat(run(region[0], region[1], region[2], "--max-items", "99999999999").out())
        .isEqualTo("{\n    \"Keys\": []\n}\n");
    invalid(
        "Invalid value for parameter Limit, value: -1, valid min value: 1",
        "list-keys",
        "--page-size",
        "-1");
    assertThat(run(region[0], region[1], region[2], "--page-size", "99999999999").err())
        .contains("(SerializationException) when calling the ListKeys operation");
    assertThat(run("generate-random", "--number-of-bytes", "4", "--no-paginate").exitCode())
        .isZero();
    assertThat(run("generate-random", "--number-of-bytes", "4", "--page-size", "4").err())
        .endsWith("Unknown options: --page-size, 4\n\n");
  }
}
