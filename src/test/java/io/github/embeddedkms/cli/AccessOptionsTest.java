package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What serve --record-access writes, and what is refused before anything is served. */
class AccessOptionsTest {

  private static final String ALICE = "arn:aws:iam::000000000000:user/alice";

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private static AccessOptions options(String... arguments) {
    AccessOptions options = new AccessOptions();
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("access", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(arguments);
    return options;
  }

  @Test
  void withoutTheOption_nothingIsRecordedOrWritten() {
    AccessOptions options = options();
    options.requireWritable();
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      assertThat(options.around(kms)).isSameAs(kms);
    }
    options.write(new PrintWriter(err));
    assertThat(err.toString()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  private static Ended refused(String reason) {
    return new Ended(
        252, "", "embedded-kms serve: " + reason + "\nTry 'embedded-kms serve --help'.\n");
  }

  @Test
  void serve_fileThatCannotBeWritten_isRefusedBeforeAStoreIsCreated() {
    Path missing = folder.resolve("missing").resolve("access.json");
    assertThat(
            CommandInProcess.run(
                "serve",
                "--record-access",
                missing.toString(),
                "--store",
                folder.resolve("keys.db").toString(),
                "--root-key-file",
                folder.resolve("root.key").toString(),
                "--create-store"))
        .isEqualTo(refused("cannot write " + missing + ": no such directory"));
    assertThat(CommandInProcess.run("serve", "--record-access", folder.toString()))
        .isEqualTo(refused("cannot write " + folder + ": " + folder + " is not a regular file"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void write_policiesOfBothKinds_asOneObject() throws IOException {
    Path file = Files.writeString(folder.resolve("access.json"), "old");
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      AccessOptions options = options("--record-access", file.toString());
      options.requireWritable();
      assertThat(file).hasContent("old");
      AccessRecorder recorder = (AccessRecorder) options.around(kms);
      recorder.client(kms.defaultCaller().actingAs(ALICE)).getKeyPolicy(b -> b.keyId(keyId));
      options.write(new PrintWriter(err));
      assertThat((Map<?, ?>) JsonTree.read(Files.readString(file)))
          .isEqualTo(
              Map.of(
                  "keyPolicies",
                  Map.of(
                      kms.defaultCaller().arn("key/" + keyId),
                      JsonTree.read(recorder.keyPolicies().values().iterator().next())),
                  "identityPolicies",
                  Map.of(ALICE, JsonTree.read(recorder.identityPolicies().get(ALICE)))));
    }
    assertThat(Files.readString(file)).endsWith("  }\n}\n").contains("\n  \"identityPolicies\": {");
    assertThat(err)
        .hasToString(
            "embedded-kms serve: the policies for the recorded requests are in " + file + "\n");
    // It has encryption contexts.
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(folder).isDirectoryNotContaining(each -> !each.equals(file));
  }

  @Test
  void write_folderIsGone_fails() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    AccessOptions options = options("--record-access", inner.resolve("access.json").toString());
    options.requireWritable();
    Files.delete(inner);
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      options.around(kms);
      assertThatThrownBy(() -> options.write(new PrintWriter(err)))
          .isInstanceOf(CommandLineException.class)
          .hasMessage(
              "embedded-kms: cannot write "
                  + inner.resolve("access.json")
                  + ": no such directory\n");
    }
    assertThat(err.toString()).isEmpty();
  }
}
