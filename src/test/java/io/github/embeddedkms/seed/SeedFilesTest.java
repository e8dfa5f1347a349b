package io.github.embeddedkms.seed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.OriginType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedFilesTest {

  static final String KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";
  private static final String MULTI_REGION_KEY_ID = "mrk-1234abcd12ab34cd56ef1234567890ab";
  static final String OTHER_KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  static final String MATERIAL = "5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9";

  private static final Path FOLDER = Path.of("src/test/resources/seeds");
  private static final Seed ORDERS =
      Seed.builder()
          .key(
              KEY_ID,
              key ->
                  key.description("orders")
                      .backingKey(MATERIAL)
                      .backingKey(
                          "34743777217A25432A46294A404E635266556A586E3272357538782F413F4428")
                      .tag("team", "billing"))
          .key(OTHER_KEY_ID, key -> {})
          .alias("alias/orders", KEY_ID)
          .build();

  private static Seed read(String text) {
    return SeedFiles.read(text, "seed.yaml");
  }

  private static Seed ofOneKey(String description) {
    return Seed.builder().key(KEY_ID, key -> key.description(description)).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders.yaml", "orders.json"})
  void read_file_returnsItsSeed(String name) {
    assertThat(SeedFiles.read(FOLDER.resolve(name))).isEqualTo(ORDERS);
  }

  @Test
  void seedOfAFile_createsTheKeysOfAProvider() {
    Seed seed = SeedFiles.read(FOLDER.resolve("orders.yaml"));
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      assertThat(kms.describeKey(b -> b.keyId("alias/orders")).keyMetadata().keyId())
          .isEqualTo(KEY_ID);
    }
  }

  /** JSON as common writers produce it, all of which YAML is meant to allow. */
  @Test
  void json_withTabsEscapesAndNoSpaces_isRead() {
    String json =
        "{\n\t\"Keys\":{\"Symmetric\":{\"Aes\":[\n\t\t{\"Metadata\":{\"KeyId\":\""
            + KEY_ID
            + "\",\n\t\t\"Description\":\"a\\/b \\u00e9 \\\" \\ud83d\\ude00 \\t\"}}]}}}\r\n";
    assertThat(read(json)).isEqualTo(ofOneKey("a/b \u00e9 \" \ud83d\ude00 \t"));
  }

  @Test
  void scalar_isReadAsAString() {
    String digits = "12e45".repeat(12) + "0000";
    String text =
        key("  Description: 0x1F", "BackingKeys: [" + digits + "]")
            + "Aliases: [{AliasName: alias/1e0, TargetKeyId: "
            + KEY_ID
            + "}]";
    assertThat(read(text))
        .isEqualTo(
            Seed.builder()
                .key(KEY_ID, key -> key.description("0x1F").backingKey(digits).alias("alias/1e0"))
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "Keys: {}",
        "Keys: {Symmetric: {}}",
        "Keys: {Symmetric: {Aes: []}}\nAliases: []",
        "# a comment\n---\n{}\n...",
        "\uFEFF{}"
      })
  void fileWithoutKeys_isAnEmptySeed(String text) {
    assertThat(read(text)).isEqualTo(Seed.builder().build());
  }

  @Test
  void aliasBeforeItsKey_andAnchors_areRead() {
    String text =
        "Aliases: [{AliasName: alias/a, TargetKeyId: &id "
            + KEY_ID
            + "}]\n"
            + "Keys: {Symmetric: {Aes: [{Metadata: {KeyId: *id}}]}}";
    assertThat(read(text))
        .isEqualTo(Seed.builder().key(KEY_ID, key -> key.alias("alias/a")).build());
  }

  @Test
  void originAndNextRotation_asLocalKmsWritesThem_areRead() {
    String text =
        key("NextKeyRotation: \"2019-09-12T15:19:21+01:00\"", "BackingKeys: [" + MATERIAL + "]")
            + "    - Metadata: {KeyId: "
            + OTHER_KEY_ID
            + ", Origin: EXTERNAL}\n";
    assertThat(read(text))
        .isEqualTo(
            Seed.builder()
                .key(
                    KEY_ID,
                    key ->
                        key.backingKey(MATERIAL)
                            .nextRotation(Instant.parse("2019-09-12T14:19:21Z")))
                .key(OTHER_KEY_ID, key -> key.origin(OriginType.EXTERNAL))
                .build());
  }

  /** Returns a key in block style, whose metadata begins in line 4. */
  private static String key(String... more) {
    return "Keys:\n  Symmetric:\n    Aes:\n    - Metadata:\n        KeyId: "
        + KEY_ID
        + "\n"
        + Stream.of(more).map(line -> "      " + line + "\n").collect(Collectors.joining());
  }

  private static String multiRegionKey(String... more) {
    return key(more).replace(KEY_ID, MULTI_REGION_KEY_ID);
  }

  private static Arguments bad(String text, String message) {
    return Arguments.of(text, message);
  }

  static Stream<Arguments> badFiles() {
    return Stream.of(
        bad("", ": has no content"),
        bad("# nothing\n", ": has no content"),
        bad("\n- Keys", ", line 2: the file is not a mapping"),
        bad("null", ", line 1: the file is not a mapping"),
        bad("{} \n---\n{}", ", line 2: neither YAML nor JSON: but found another document"),
        bad(
            "Keys: [",
            ", line 1: neither YAML nor JSON: expected the node content, but found '<stream end>'"),
        bad(
            "Keys:\n\tSymmetric: 1",
            ", line 2: neither YAML nor JSON: found character '\\t(TAB)' that cannot start any"
                + " token. (Do not use \\t(TAB) for indentation)"),
        bad("Keys: *gone", ", line 1: neither YAML nor JSON: found undefined alias gone"),
        bad("{}\n# \u0000", ", line 2: a character that YAML forbids"),
        bad("Keys:\nkeys:", ", line 2: the file has no member keys"),
        bad("Aliases: []\nAliases: []", ", line 2: Aliases comes twice"),
        bad("[a]: b", ", line 1: the name of a member is not a string"),
        bad("Keys: !!set {}", ", line 1: Keys has a tag, which is not allowed"),
        bad("Keys: []", ", line 1: Keys is not a mapping"),
        bad("Keys:\n  Asymmetric:\n    Dsa: []", ", line 3: Asymmetric has no member Dsa"),
        bad("Keys:\n  Symmetric:\n    Rsa: []", ", line 3: Symmetric has no member Rsa"),
        bad("Keys:\n  Symmetric:\n    Aes: {}", ", line 3: Aes is not a list"),
        bad(
            "Keys:\n  Symmetric:\n    Aes:\n    - BackingKeys: []",
            ", line 4: Metadata is missing"),
        bad("Keys:\n  Symmetric:\n    Aes:\n    - Metadata: {}", ", line 4: KeyId is missing"),
        bad(
            "Keys:\n  Symmetric:\n    Aes:\n    - Metadata:\n        KeyId:",
            ", line 5: KeyId has no value"),
        bad(
            "Keys:\n  Symmetric:\n    Aes:\n    - Metadata:\n        KeyId: A",
            ", line 5: key A: the id is not a UUID in lower case"),
        bad(
            "Keys:\n  Symmetric:\n    Aes:\n    - Metadata:\n        KeyId: mrk-1",
            ", line 5: key mrk-1: the id is not mrk- and 32 hexadecimal digits in lower case"),
        bad(
            key("ReplicaRegions: [eu-west-1]"),
            ", line 6: key " + KEY_ID + ": only keys whose ids begin with mrk- have replicas"),
        bad(key("ReplicaRegions: eu-west-1"), ", line 6: ReplicaRegions is not a list"),
        bad(
            multiRegionKey("  MultiRegion: false"),
            ", line 6: MultiRegion is false, but the id begins with mrk-"),
        bad(
            multiRegionKey("ReplicaRegions: [eu-west-1, local]"),
            ", line 6: key " + MULTI_REGION_KEY_ID + ": local is not a Region, as eu-west-1 is"),
        bad(
            multiRegionKey("ReplicaRegions: [eu-west-1, eu-west-1]"),
            ", line 4: key " + MULTI_REGION_KEY_ID + ": the replica in eu-west-1 comes twice"),
        bad(
            multiRegionKey("  Description: [a]").replace("90ab", "90ab0"),
            ", line 5: key mrk-\u2026: the id is not mrk- and 32 hexadecimal digits in lower case"),
        bad(key("  Arn: x"), ", line 6: Metadata has no member Arn"),
        bad(key("  DeletionDate: x"), ", line 6: DeletionDate is not supported yet"),
        bad(
            key("NextKeyRotation: 2030-01-31"),
            ", line 6: NextKeyRotation must be a date and time with an offset, for example"
                + " 2030-01-31T12:00:00+00:00"),
        bad(
            key("  Origin: EXTERNAL", "NextKeyRotation: 2030-01-31T12:00:00Z"),
            ", line 7: key "
                + KEY_ID
                + ": a key of the origin EXTERNAL is not rotated automatically"),
        bad(
            key("NextKeyRotation: 2030-01-31T12:00:00Z").replace("Aes", "Hmac"),
            ", line 6: key "
                + KEY_ID
                + ": only symmetric encryption keys are rotated"
                + " automatically"),
        bad(
            key("  KeyUsage: SIGN_VERIFY"),
            ", line 5: key "
                + KEY_ID
                + ": KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"),
        bad(key("  KeySpec: RSA_2048"), ", line 5: KeySpec RSA_2048 does not belong in Aes"),
        bad(
            key("  CustomerMasterKeySpec: RSA_2048"),
            ", line 5: KeySpec RSA_2048 does not belong in Aes"),
        bad(key("  Origin: AWS_CLOUDHSM"), ", line 6: Origin AWS_CLOUDHSM is not supported yet"),
        bad(
            key("  Origin: MOON"),
            ", line 6: Origin must be one of AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE"),
        bad(key("  Enabled: false"), ", line 6: Enabled false is not supported yet"),
        bad(key("  Enabled: yes"), ", line 6: Enabled must be one of true, false"),
        bad(key("  KeyState: Disabled"), ", line 6: KeyState Disabled is not supported yet"),
        bad(
            key("  MultiRegion: true"),
            ", line 6: MultiRegion is true, but the id does not begin with mrk-"),
        bad(key("  Description: [a]"), ", line 6: Description is not a string"),
        bad(key("  Description: null"), ", line 6: Description has no value"),
        bad(
            key("  Description: " + "x".repeat(8193)),
            ", line 6: key "
                + KEY_ID
                + ": 1 validation error detected: Value '"
                + "x".repeat(8193)
                + "' at 'description' failed to satisfy constraint: Member must have length less"
                + " than or equal to 8192"),
        bad(key("BackingKeys:"), ", line 6: BackingKeys is not a list"),
        bad(
            key("BackingKeys:", "- " + MATERIAL, "- 12x"),
            ", line 8: key " + KEY_ID + ": a backing key is not hexadecimal"),
        bad(
            key("BackingKeys:", "- " + MATERIAL + "00"),
            ", line 7: key " + KEY_ID + ": a backing key has 33 bytes, not 32 (or 16 for SM4)"),
        bad(
            key("BackingKeys:", "- " + MATERIAL, "- " + MATERIAL),
            ", line 4: key " + KEY_ID + ": a backing key comes twice"),
        bad(key("BackingKeys:", "- [" + MATERIAL + "]"), ", line 7: a backing key is not a string"),
        bad(key("BackingKeys:", "  " + MATERIAL + ": 1"), ", line 7: BackingKeys is not a list"),
        bad(key(MATERIAL + ": 1"), ", line 6: a key has no member of this name"),
        // Material in pieces that are too short to be recognized.
        bad(
            key("5cdaead27fe7da2-e47945d73cd6d79: 1"),
            ", line 6: a key has no member of this name"),
        bad(
            key("BackingKeys:", "- *" + MATERIAL),
            ", line 7: neither YAML nor JSON: found undefined alias \u2026"),
        bad(key("Tags:", "- TagKey: a"), ", line 7: TagValue is missing"),
        bad(
            key("Tags:", "- TagKey: a", "  TagValue: b", "- TagKey: aws:a", "  TagValue: b"),
            ", line 9: key " + KEY_ID + ": Tags beginning with aws: are reserved"),
        bad(
            key("Tags:", "- {TagKey: a, TagValue: b}", "- {TagKey: a, TagValue: c}"),
            ", line 4: key " + KEY_ID + ": Duplicate tag keys"),
        bad(
            key() + "    - Metadata:\n        KeyId: " + KEY_ID,
            ", line 7: key " + KEY_ID + " is already in line 5"),
        bad(
            key() + "Aliases:\n- AliasName: a\n  TargetKeyId: " + KEY_ID,
            ", line 7: alias a: Alias must start with the prefix \"alias/\". Please see"
                + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"),
        bad(
            key() + "Aliases:\n- AliasName: alias/a\n  TargetKeyId: " + OTHER_KEY_ID,
            ", line 8: alias alias/a: its key " + OTHER_KEY_ID + " is not in the seed"),
        bad(
            key()
                + "Aliases:\n- AliasName: alias/a\n  TargetKeyId: "
                + KEY_ID
                + "\n- AliasName: alias/a\n  TargetKeyId: "
                + KEY_ID,
            ", line 9: alias alias/a is already in line 7"),
        bad(key() + "Aliases:\n- AliasName: alias/a", ", line 7: TargetKeyId is missing"));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void read_invalidFile_reportsTheLine(String text, String message) {
    SeedException refused = catchThrowableOfType(SeedException.class, () -> read(text));
    assertThat(refused).hasMessage("embedded-kms: seed.yaml" + message);
    String line = message.startsWith(", line ") ? message.substring(7).split(":", 2)[0] : "0";
    assertThat(refused.line()).isEqualTo(Integer.parseInt(line));
  }

  private static void assertRefused(String text, String message) {
    assertThatExceptionOfType(SeedException.class)
        .isThrownBy(() -> read(text))
        .withMessage("embedded-kms: seed.yaml" + message);
  }

  @Test
  void bomb_isRefusedBeforeItIsExpanded() {
    assertRefused("[".repeat(100_000), ", line 1: nested too deeply");
    assertRefused("- ".repeat(100_000), ", line 1: nested too deeply");
    assertRefused("{a: ".repeat(1000), ", line 1: nested too deeply");
    assertRefused("[" + "[],".repeat(200_000) + "]", ", line 1: too many values");
    assertRefused(" ".repeat((4 << 20) + 1), ": is larger than 4 MiB");
    String laughter =
        "a: &a0 [x]\n"
            + IntStream.range(0, 10)
                .mapToObj(
                    i -> "b" + i + ": &a" + (i + 1) + " [" + ("*a" + i + ",").repeat(9) + "]\n")
                .collect(Collectors.joining());
    assertRefused(
        laughter,
        ": neither YAML nor JSON: Number of aliases for non-scalar nodes exceeds the specified"
            + " max=50");
    assertRefused("Keys: &a [*a]", ", line 1: Keys is not a mapping");
    assertRefused("Aliases: &a [*a]", ", line 1: an alias is not a mapping");
  }

  @Test
  void stream_tooLargeOrNotUtf8_isRefused() {
    InputStream large = new ByteArrayInputStream(new byte[(4 << 20) + 1]);
    assertThatExceptionOfType(SeedException.class)
        .isThrownBy(() -> SeedFiles.read(large, "zeros"))
        .withMessage("embedded-kms: zeros: is larger than 4 MiB");
    InputStream latin = new ByteArrayInputStream("# \u00e9".getBytes(ISO_8859_1));
    assertThatExceptionOfType(SeedException.class)
        .isThrownBy(() -> SeedFiles.read(latin, "latin"))
        .withMessage("embedded-kms: latin: is not in UTF-8");
  }

  @Test
  void read_invalidOrMissingFile_errorNamesTheFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.json"), "{\n\"Keys\":1}");
    assertThatExceptionOfType(SeedException.class)
        .isThrownBy(() -> SeedFiles.read(file))
        .withMessage("embedded-kms: " + file + ", line 2: Keys is not a mapping");
    Path none = folder.resolve("none.json");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> SeedFiles.read(none))
        .withMessage("embedded-kms: cannot read " + none)
        .withCauseInstanceOf(NoSuchFileException.class);
  }

  @Test
  void read_streamFails_throwsUncheckedIOException() {
    // Not connected, so that reading fails.
    InputStream broken = new PipedInputStream();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> SeedFiles.read(broken, "pipe"))
        .withMessage("embedded-kms: cannot read pipe");
  }
}
