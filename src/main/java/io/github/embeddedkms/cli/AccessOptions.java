package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.Escaping;
import io.github.embeddedkms.cli.terminal.FileFailures;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.envelope.AtomicFile;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option of {@code serve} that records which permissions requests need. Only the owner can read
 * the file with the policies: it contains encryption contexts.
 */
final class AccessOptions {

  @Option(
      names = "--record-access",
      paramLabel = "FILE",
      description =
          "record which permissions the requests need, and write to this file, when the server"
              + " ends, the smallest key policies and identity policies that give them, in JSON; an"
              + " existing file is replaced")
  private @Nullable Path file;

  private FilesInUse others = new FilesInUse();

  private @Nullable AccessRecorder recorder;

  AccessOptions() {}

  /**
   * Requires that the file can be written: otherwise everything would be recorded in vain. The file
   * is not changed.
   *
   * @param used the other files of the command, none of which the file may be
   * @throws IllegalArgumentException if it cannot be written
   */
  void requireWritable(FilesInUse used) {
    others = used;
    if (file != null) {
      refusal(file)
          .ifPresent(
              reason -> {
                throw new IllegalArgumentException(reason);
              });
      try {
        // Without a commit, nothing stays.
        AtomicFile.create(file).close();
      } catch (IOException e) {
        throw new IllegalArgumentException("cannot write " + file + ": " + reason(e), e);
      }
    }
  }

  /** Returns why the file must not be replaced; empty if it may be. */
  private Optional<String> refusal(Path written) {
    return others
        .useOf(written)
        .map(use -> "'" + written + "' is " + use + "; write the policies to another file");
  }

  /** The file may be new, so it is its directory that is missing. */
  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such directory" : FileFailures.reason(e);
  }

  /** Returns the service that makes the calls of a provider, and records them if that is wanted. */
  KmsService around(LocalKeyProvider provider) {
    if (file == null) {
      return provider;
    }
    recorder = AccessRecorder.around(provider);
    return recorder;
  }

  /**
   * Writes the policies if calls were recorded, and says where they are.
   *
   * @throws CommandLineException if the file cannot be written
   */
  void write(PrintWriter err) {
    if (file == null || recorder == null) {
      return;
    }
    // Again: since the start, a link may have been created, or a file next to the store.
    refusal(file)
        .ifPresent(
            reason -> {
              throw CommandLineException.failure(reason);
            });
    Map<String, @Nullable Object> policies = new LinkedHashMap<>();
    policies.put("keyPolicies", trees(recorder.keyPolicies()));
    policies.put("identityPolicies", trees(recorder.identityPolicies()));
    try (AtomicFile out = AtomicFile.create(file)) {
      out.write((JsonTree.write(policies, "  ") + "\n").getBytes(UTF_8));
      out.commit();
    } catch (IOException e) {
      throw CommandLineException.failure("cannot write " + file + ": " + reason(e));
    }
    for (String warning : recorder.warnings()) {
      err.println("embedded-kms serve: " + Escaping.escape(warning));
    }
    err.println(
        "embedded-kms serve: the policies for the recorded requests are in "
            + Escaping.escape(file.toAbsolutePath().toString()));
    err.flush();
  }

  private static Map<String, @Nullable Object> trees(Map<String, String> policies) {
    Map<String, @Nullable Object> trees = new LinkedHashMap<>();
    policies.forEach((name, policy) -> trees.put(name, JsonTree.read(policy)));
    return trees;
  }
}
