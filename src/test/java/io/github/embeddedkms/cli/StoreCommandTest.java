package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.store.RootKey;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that maintain a store, in this process. */
class StoreCommandTest {

  @TempDir private Path folder;

  @BeforeEach
  void createStore() {
    RootKey.createFile(folder.resolve("root.key"));
    assertThat(run("store create")).isEqualTo(new Ended(0, "", ""));
  }

  private Ended run(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(
        List.of(
            "--store",
            folder.resolve("keys.db").toString(),
            "--root-key-file",
            folder.resolve("root.key").toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            words.toArray(String[]::new),
            InputStream.nullInputStream(),
            new StandardOutput(out, () -> false),
            new PrintWriter(err));
    return new Ended(exitCode, out.toString(UTF_8), err.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list-keys",
        "explain list-keys",
        "seal --key alias/a FILE",
        "open --key alias/a FILE",
        "rewrap --key alias/a --new-key alias/b FILE",
        "verify-message --key alias/a FILE",
        "serve --port 0",
        "store sequence",
        "store accept"
      })
  void rootKeyFile_readableByOthers_endsWith255(String command) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "content");
    Path rootKey = folder.resolve("root.key");
    Files.setPosixFilePermissions(rootKey, PosixFilePermissions.fromString("rw-r--r--"));
    Ended refused = run(command.replace("FILE", file.toString()));
    assertThat(refused.err())
        .startsWith("embedded-kms: the root key file " + rootKey + " ")
        .hasLineCount(1);
    assertThat(refused.exitCode()).isEqualTo(255);
  }

  @Test
  void compact_printsHowManyRowsItHasRemoved() {
    String arn = run("create-key --output text").out().split("\t", -1)[2];
    for (String alias : List.of("alias/a", "alias/b", "alias/c")) {
      run("create-alias --alias-name " + alias + " --target-key-id " + arn);
    }
    assertThat(run("store compact")).isEqualTo(new Ended(0, "0\n", ""));
    run("delete-alias --alias-name alias/a");
    run("delete-alias --alias-name alias/b");
    assertThat(run("store compact")).isEqualTo(new Ended(0, "2\n", ""));
    assertThat(run("store compact")).isEqualTo(new Ended(0, "0\n", ""));
    assertThat(run("store sequence")).isEqualTo(new Ended(0, "7\n", ""));
    assertThat(run("list-aliases --output text").out()).contains("alias/c").hasLineCount(1);
  }

  @Test
  void compact_storeIsMissing_isRefused() throws Exception {
    Files.delete(folder.resolve("keys.db"));
    assertThat(run("store compact"))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: there is no store in "
                    + folder.resolve("keys.db")
                    + "; 'embedded-kms store create' or --create-store creates one\n"));
  }

  /** An empty name is what a variable that is not set leaves of the command line. */
  @Test
  void store_emptyNameOrDirectory_isRefused() {
    assertThat(CommandInProcess.run("list-keys", "--store", ""))
        .isEqualTo(
            new Ended(255, "", "embedded-kms: the name of a store's file must not be empty\n"));
    for (String command : List.of("list-keys", "store create")) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.addAll(List.of("--store", folder.toString()));
      words.addAll(List.of("--root-key-file", folder.resolve("root.key").toString()));
      assertThat(CommandInProcess.run(words.toArray(String[]::new)))
          .isEqualTo(
              new Ended(255, "", "embedded-kms: the store's file " + folder + " is a directory\n"));
    }
  }

  @Test
  void compact_readOnly_isRefused() {
    assertThat(run("store compact --read-only"))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: the store was opened for reading only, and cannot be changed\n"));
  }

  @Test
  void compact_help_saysWhatItDoes() {
    Ended help = run("store compact --help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .startsWith("Usage: embedded-kms store compact [")
        .contains("Removes the rows that deleted keys and aliases have left in the store");
    assertThat(run("store --help").out()).contains("  compact ");
  }

  /** The old root key is given, so its option is not what is missing. */
  @Test
  void changeRootKey_withoutATerminal_asksForTheOptionOfTheNewOne() {
    assertThat(run("store change-root-key"))
        .isEqualTo(
            new Ended(
                255,
                "",
                "embedded-kms: there is no new root key, and a passphrase can be asked for only at"
                    + " a terminal, with neither standard input nor standard output redirected:"
                    + " give --new-root-key-file\n"));
  }

  @Test
  void purge_nothingIsDue_printsZero() {
    run("create-key");
    assertThat(run("store purge")).isEqualTo(new Ended(0, "0\n", ""));
    assertThat(run("store sequence")).isEqualTo(new Ended(0, "1\n", ""));
  }

  @Test
  void purge_help_saysThatNothingIsRestored() {
    Ended help = run("store purge --help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .startsWith("Usage: embedded-kms store purge [")
        .contains("Confirms this machine's time to the store, deletes what is due")
        .contains("Check the clock first");
    assertThat(run("store --help").out()).contains("  purge ");
  }
}
