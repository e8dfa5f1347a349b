package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.store.RootKey;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing from a store, a message or the service is interpreted by a terminal. */
class EscapingTest {

  /** One character of each class, between letters that must stay. */
  private static final String UNSAFE =
      "\u00e4\u0000\u0007\b\t\n\r\u001b[2J\u007f\u009b\u061c\u200b\u200e\u202e\u2028\u2060\u2066\ufeff"
          + "\udb40\udc41\u00f6";

  private static final String ESCAPED =
      "\u00e4\\u0000\\u0007\\u0008\\u0009\\u000a\\u000d\\u001b[2J\\u007f\\u009b\\u061c\\u200b\\u200e"
          + "\\u202e\\u2028\\u2060\\u2066\\ufeff\\udb40\\udc41\u00f6";

  @TempDir private static Path folder;
  private static String keyId = "";

  @BeforeAll
  static void createKey() {
    RootKey.createFile(folder.resolve("root.key"));
    assertThat(run("store", "create")).isEqualTo(new Ended(0, "", ""));
    keyId =
        keyId(run("create-key", "--description", UNSAFE, "--tags", "TagKey=a,TagValue=b").out());
    run("create-alias", "--alias-name", "alias/a", "--target-key-id", keyId);
  }

  private static String keyId(String json) {
    return metadata(json).get("KeyId").toString();
  }

  private static Map<?, ?> metadata(String json) {
    return (Map<?, ?>) ((Map<?, ?>) JsonTree.read(json)).get("KeyMetadata");
  }

  private static Ended run(String... arguments) {
    return run(folder.resolve("keys.db"), arguments);
  }

  private static Ended run(Path store, String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    if (!arguments[0].equals("inspect")) {
      words.addAll(
          List.of(
              "--store",
              store.toString(),
              "--root-key-file",
              folder.resolve("root.key").toString()));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            words.toArray(String[]::new),
            InputStream.nullInputStream(),
            new StandardOutput(out, () -> false),
            err);
    return new Ended(exitCode, out.toString(UTF_8), err.toString());
  }

  @Test
  void description_inJson_isEscaped_andReadBackAsItWas() {
    Ended described = run("describe-key", "--key-id", keyId);
    assertThat(described.out().codePoints())
        .noneMatch(character -> character != '\n' && Character.isISOControl(character));
    assertThat(described.out())
        .contains("\u00e4\\u0000\\u0007\\b\\t\\n\\r\\u001b[2J\\u007f\\u009b");
    assertThat(metadata(described.out()).get("Description")).isEqualTo(UNSAFE);
  }

  @Test
  void description_inText_isEscaped_inItsOwnColumn() {
    Ended described = run("describe-key", "--key-id", keyId, "--output", "text");
    assertThat(described.out().lines().findFirst().orElseThrow().split("\t", -1)).contains(ESCAPED);
  }

  @Test
  void serviceError_quotingTheCommandLine_isEscaped() {
    Ended refused = run("describe-key", "--key-id", "alias/" + UNSAFE);
    assertThat(refused.exitCode()).isEqualTo(254);
    assertThat(refused.err()).contains(ESCAPED);
    Ended wrong = run("create-alias", "--alias-name", "alias/" + UNSAFE, "--target-key-id", keyId);
    assertThat(wrong.exitCode()).isEqualTo(254);
    assertThat(wrong.err()).contains(ESCAPED);
  }

  @Test
  void wrongOption_quotingTheCommandLine_isEscaped() {
    for (String command : List.of("describe-key", "seal")) {
      Ended wrong = run(command, "--key-id", "a", "--key", "b", "--option\u001b[2J");
      assertThat(wrong.err()).as(command).contains("--option\\u001b[2J").doesNotContain("\u001b");
    }
  }

  @Test
  void inspect_context_isEscaped_inJsonAndText() throws Exception {
    Path file = Files.writeString(folder.resolve("plain"), "plain");
    Path message = folder.resolve("message");
    assertThat(
            run(
                "seal",
                file.toString(),
                "--key",
                keyId,
                "--store-context",
                "--context",
                JsonTree.write(Map.of(UNSAFE, UNSAFE), ""),
                "--out",
                message.toString()))
        .isEqualTo(new Ended(0, "", ""));
    Ended json = run("inspect", message.toString());
    assertThat(((Map<?, ?>) JsonTree.read(json.out())).get("ClaimedEncryptionContext"))
        .isEqualTo(Map.of(UNSAFE, UNSAFE));
    assertThat(json.out().codePoints())
        .noneMatch(character -> character != '\n' && Character.isISOControl(character));
    assertThat(run("inspect", message.toString(), "--output", "text").out())
        .contains("CLAIMEDENCRYPTIONCONTEXT\t" + ESCAPED + "\n");
  }

  @Test
  void fileName_inAnError_isEscaped() {
    String name = folder + "/a\u001b[2J\nb";
    assertThat(run("seal", name, "--key", keyId))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: cannot read " + folder + "/a\\u001b[2J\\u000ab: no such file\n"));
  }

  @Test
  void row_writtenBySomeOtherProgram_isEscapedInTheError() throws Exception {
    Path store = folder.resolve("foreign.db");
    assertThat(run(store, "store", "create")).isEqualTo(new Ended(0, "", ""));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store)) {
      connection.createStatement().execute("create view \"a\u001b[2J\nb\" as select 1");
    }
    Ended refused = run(store, "list-keys");
    assertThat(refused.exitCode()).isEqualTo(255);
    assertThat(refused.err()).startsWith("embedded-kms: ").endsWith("\n");
    assertThat(refused.err().strip().codePoints()).noneMatch(Character::isISOControl);
  }

  @Test
  void help_onATerminal_keepsItsEmphasis() {
    System.setProperty("picocli.ansi", "true");
    try {
      assertThat(run("inspect", "--help").out()).contains("\u001b[1m");
    } finally {
      System.clearProperty("picocli.ansi");
    }
  }
}
