package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClockOptionsTest {

  private static void assertRefused(String reason, String... arguments) {
    Ended ended = CommandInProcess.run(arguments);
    assertThat(ended.err())
        .isEqualTo("embedded-kms serve: " + reason + "\nTry 'embedded-kms serve --help'.\n");
    assertThat(ended.exitCode()).isEqualTo(252);
  }

  private static ClockOptions parsed(String... arguments) {
    ClockOptions options = new ClockOptions();
    new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("o", mixin(options)))
        .parseArgs(arguments);
    return options;
  }

  private static CommandLine.Model.CommandSpec mixin(ClockOptions options) {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
  }

  /** A store is not opened, and no file is created. */
  @Test
  void manual_withAStore_isRefusedUnlessAllowed(@TempDir Path folder) {
    Path store = folder.resolve("keys.db");
    assertRefused(
        "--clock manual with a store would let clients have its keys deleted for good; add"
            + " --clock-on-store to allow it",
        "serve",
        "--port",
        "0",
        "--clock",
        "manual",
        "--store",
        store.toString());
    assertThat(folder).isEmptyDirectory();
    assertThat(parsed("--clock", "manual", "--clock-on-store").clock(true)).isPresent();
    assertThat(parsed("--clock", "manual").clock(false)).isPresent();
  }

  @Test
  void otherClock_isRefused() {
    assertRefused("--clock takes manual only, not 'system'", "serve", "--clock", "system");
  }

  @Test
  void onStore_withoutClock_isRefused() {
    assertRefused("--clock-on-store needs --clock manual", "serve", "--clock-on-store");
    assertThat(parsed().clock(true)).isEmpty();
  }
}
