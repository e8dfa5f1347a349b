package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A first call in a new JVM, of which each measurement is the median of three processes. {@link
 * ColdStartProgram} has the calls, and measures processor time from its first instruction: the
 * JVM's own start is not in it.
 */
enum ColdStart implements Target.Subject {
  /** A provider in memory, a key and a data key. */
  DATA_KEY,
  /** Random bytes and one AES-256-GCM seal. */
  DATA_KEY_FLOOR,
  /** The AWS SDK's client over this library: a key and a data key. */
  SDK_CLIENT,
  /** The AWS SDK's client over a transport that returns constants: the same calls. */
  CANNED_SDK,
  /**
   * {@link #SDK_CLIENT} in a test with {@code @EmbeddedKms}, in a JVM that has run another test.
   */
  EMBEDDED_KMS,
  /** {@link #CANNED_SDK} in a test, in a JVM that has run another test. */
  CANNED_TEST,
  /** The command {@code --version}. */
  VERSION,
  /** The command {@code list-keys} with a SQLite store of one key. */
  LIST_KEYS;

  private static final int PROCESSES = 3;

  @Override
  public double seconds(TargetOptions options) throws IOException, InterruptedException {
    List<Double> each = new ArrayList<>();
    while (each.size() < PROCESSES) {
      each.add(once());
    }
    return TargetResult.median(each);
  }

  private double once() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ColdStartProgram.class.getName(),
                name()));
    switch (this) {
      case VERSION -> command.add("--version");
      case LIST_KEYS -> command.addAll(listKeys());
      default -> {}
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String last = output.lines().reduce("", (first, second) -> second);
    if (process.waitFor() != 0 || !last.startsWith(ColdStartProgram.RESULT)) {
      throw new IOException(name() + " failed: " + output);
    }
    return Long.parseLong(last.substring(ColdStartProgram.RESULT.length())) / 1e9;
  }

  /** The command, with a store that is created once. */
  private static List<String> listKeys() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "cold-start"));
    Path rootKey = folder.resolve("root.key");
    Path store = folder.resolve("keys.db");
    if (!Files.exists(rootKey)) {
      RootKey.createFile(rootKey);
      try (RootKey key = RootKey.fromFile(rootKey);
          LocalKeyProvider provider = LocalKeyProvider.open(store, key)) {
        provider.createKey(any -> {});
      }
    }
    return List.of("list-keys", "--store", store.toString(), "--root-key-file", rootKey.toString());
  }
}
