package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.embeddedkms.cli.aws.CommandNames;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.operation.OperationType;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The command line of an operation, one word on each line. The store does not exist, so that
 * parameters are read and checked but nothing is done.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class ArgumentsFuzzTest {

  private static final Set<Integer> EXIT_CODES = Set.of(0, 252, 253, 254, 255);
  private static final List<OperationType> OPERATIONS = CommandNames.operations();

  /** Words that would read files, connect to servers, create stores or run other commands. */
  private static boolean hasEffects(String word) {
    return word.contains("://")
        || word.startsWith("--create-store")
        || word.startsWith("--seed")
        || Set.of("serve", "store", "create-root-key", "seal", "open", "rewrap", "verify-message")
            .contains(word);
  }

  @FuzzTest
  void anyArguments_endWithAKnownExitCode(byte[] input) {
    List<String> words = new ArrayList<>(List.of(new String(input, UTF_8).split("\n", -1)));
    if (words.stream().anyMatch(ArgumentsFuzzTest::hasEffects)) {
      return;
    }
    int first = words.get(0).equals("explain") && words.size() > 1 ? 1 : 0;
    String name = words.get(first);
    if (!name.startsWith("-") && CommandNames.operation(name).isEmpty()) {
      // So that few inputs are wasted on names.
      int operation = Math.floorMod(name.hashCode(), OPERATIONS.size());
      words.set(first, CommandNames.command(OPERATIONS.get(operation)));
    }
    words.add("--store=/no/such/store.db");
    StringWriter err = new StringWriter();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode =
        Main.run(
            words.toArray(String[]::new),
            InputStream.nullInputStream(),
            new StandardOutput(out, () -> false),
            err);
    if (!EXIT_CODES.contains(exitCode) || err.toString().contains("\n\tat ")) {
      throw new AssertionError("exit code " + exitCode + ": " + err);
    }
    if (exitCode != 0 && out.size() > 0) {
      throw new AssertionError("a failure with output: " + out.toString(UTF_8));
    }
  }
}
