package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.embeddedkms.cli.aws.CommandNames;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts and the page that the program prints about itself. */
class CompletionCommandTest {

  @TempDir private Path folder;

  private static String printed(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            arguments, InputStream.nullInputStream(), new StandardOutput(out, () -> false), err);
    assertThat(err.toString()).isEmpty();
    assertThat(exitCode).isZero();
    return out.toString(UTF_8);
  }

  private static String ended(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    // No timeout of a test interrupts the reading of a pipe.
    CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES).execute(process::destroyForcibly);
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  /** What bash offers for the last of the words. */
  private String completed(String... words) throws Exception {
    Path bash = Path.of("/bin/bash");
    assumeThat(bash).exists();
    Path script = Files.writeString(folder.resolve("script"), printed("completion", "bash"));
    String line =
        "compopt() { :; }; source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_embedded-kms; echo \"${COMPREPLY[*]}\""
            .formatted(script, String.join(" ", words), words.length - 1);
    return ended(bash.toString(), "-c", line).strip();
  }

  @Test
  void bash_completesCommandsOptionsAndValues() throws Exception {
    assertThat(completed("embedded-kms", "generate-r")).isEqualTo("generate-random");
    assertThat(completed("embedded-kms", "generate-data-key", "--key"))
        .isEqualTo("--key-id --key-spec");
    assertThat(completed("embedded-kms", "generate-data-key", "--key-spec", "A"))
        .isEqualTo("AES_256 AES_128");
    assertThat(completed("embedded-kms", "list-keys", "--cli-binary-format", ""))
        .isEqualTo("base64 raw-in-base64-out");
    assertThat(completed("embedded-kms", "seal", "--cont")).isEqualTo("--context");
    assertThat(completed("embedded-kms", "store", "cr")).isEqualTo("create");
    assertThat(completed("embedded-kms", "explain", "encr")).isEqualTo("encrypt");
    assertThat(completed("embedded-kms", "explain", "decrypt", "--ciph"))
        .isEqualTo("--ciphertext-blob");
    assertThat(completed("embedded-kms", "explain", "decrypt", "--fa")).isEqualTo("--facts");
  }

  @Test
  void zsh_hasTheScriptOfBash() {
    assertThat(printed("completion", "zsh"))
        .isEqualTo(printed("completion", "bash"))
        .contains("bashcompinit");
  }

  @Test
  void fish_hasOneLineForEachCommandAndOption() {
    assertThat(printed("completion", "fish").lines())
        .allMatch(line -> line.matches("complete -c embedded-kms -n '[^']*' -.*"))
        .contains(
            "complete -c embedded-kms -n '__fish_use_subcommand' -f -a generate-random -d 'Returns"
                + " random bytes of cryptographic quality.'")
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c embedded-kms -n '__fish_seen_subcommand_from generate-data-key' -l"
                        + " key-spec -x -a 'AES_256 AES_128' -d '"))
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c embedded-kms -n '__fish_seen_subcommand_from store; and not"
                        + " __fish_seen_subcommand_from "))
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c embedded-kms -n '__fish_seen_subcommand_from seal' -l store -r"
                        + " -d '"))
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c embedded-kms -n '__fish_seen_subcommand_from explain; and"
                        + " __fish_seen_subcommand_from decrypt' -l as -r -d '"))
        .noneMatch(
            line ->
                line.startsWith(
                    "complete -c embedded-kms -n '__fish_seen_subcommand_from explain; and"
                        + " __fish_seen_subcommand_from decrypt' -l ciphertext-blob"));
  }

  @Test
  void manualPage_hasAllCommands_andIsWellFormed() throws Exception {
    String page = printed("man");
    assertThat(page).startsWith(".TH EMBEDDED-KMS 1 ");
    for (String command :
        List.of("serve", "store create", "seal", "inspect", "explain", "completion", "man")) {
      assertThat(page).contains("\n.SS " + command.replace("-", "\\-") + "\n");
    }
    CommandNames.operations()
        .forEach(
            operation ->
                assertThat(page)
                    .contains(
                        "\n.SS " + CommandNames.command(operation).replace("-", "\\-") + "\n"));
    // Common options once; a member once for each operation.
    assertThat(page.split("\\\\fB\\\\-\\\\-cli\\\\-input\\\\-json", -1)).hasSize(2);
    assertThat(page).contains("\n.TP\n\\fB\\-\\-number\\-of\\-bytes\\fR=\\fIN\\fR\n");
    Path groff = Path.of("/usr/bin/groff");
    assumeThat(groff).exists();
    Path file = Files.writeString(folder.resolve("embedded-kms.1"), page);
    assertThat(ended(groff.toString(), "-man", "-ww", "-z", file.toString())).isEmpty();
  }
}
