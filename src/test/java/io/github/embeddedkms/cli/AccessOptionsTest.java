package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
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
    options.requireWritable(new FilesInUse());
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

  /** Ends at once also if the files are accepted: the port is refused after them. */
  private static Ended serve(String... options) {
    List<String> words = new ArrayList<>(List.of("serve", "--port", "65536"));
    words.addAll(List.of(options));
    return CommandInProcess.run(words.toArray(String[]::new));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Ended sameFile(String file, String use, String result) {
    return refused("'" + file + "' is " + use + "; write the " + result + " to another file");
  }

  /** The rename at the end would replace it: a key store, or the key that it is sealed under. */
  @Test
  void serve_fileThatTheServerUses_isRefused() throws IOException {
    Map<String, String> uses =
        Map.of(
            "keys.db", "the key store",
            "keys.db-wal", "a file of the key store",
            "keys.db-shm", "a file of the key store",
            "keys.db-journal", "a file of the key store",
            "root.key", "the root key file",
            "seed.yaml", "the seed",
            "certificate.pem", "the certificate",
            "private.pem", "the private key");
    for (Map.Entry<String, String> use : uses.entrySet()) {
      // At first there are no files: the server may create them.
      for (boolean exists : new boolean[] {false, true}) {
        if (exists) {
          Files.writeString(folder.resolve(use.getKey()), "old");
        }
        assertThat(
                serve(
                    "--record-access",
                    path(use.getKey()),
                    "--store",
                    path("keys.db"),
                    "--root-key-file",
                    path("root.key"),
                    "--create-store",
                    "--seed",
                    path("seed.yaml"),
                    "--tls",
                    "--certificate",
                    path("certificate.pem"),
                    "--key",
                    path("private.pem")))
            .isEqualTo(sameFile(path(use.getKey()), use.getValue(), "policies"));
      }
      assertThat(folder.resolve(use.getKey())).hasContent("old");
    }
    assertThat(folder.toFile().list()).hasSize(uses.size());
  }

  @Test
  void serve_linkToAFileThatTheServerUses_isRefused() throws IOException {
    Path seed = Files.writeString(folder.resolve("seed.yaml"), "keys: []");
    Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic"), seed.getFileName());
    Path hard = Files.createLink(folder.resolve("hard"), seed);
    Path around = Files.createDirectory(folder.resolve("inner")).resolve("../seed.yaml");
    for (Path link : List.of(symbolic, hard, around)) {
      assertThat(serve("--seed", seed.toString(), "--record-access", link.toString()))
          .isEqualTo(sameFile(link.toString(), "the seed", "policies"));
    }
    assertThat(seed).hasContent("keys: []");
  }

  @Test
  void serve_certificateOfTheCaOverAFileThatTheServerUses_isRefused() throws IOException {
    Files.writeString(folder.resolve("seed.yaml"), "keys: []");
    String[] store = {"--store", path("keys.db"), "--root-key-file", path("root.key")};
    for (String[] use :
        List.of(
            new String[] {"seed.yaml", "the seed"},
            new String[] {"keys.db", "the key store"},
            new String[] {"root.key", "the root key file"})) {
      assertThat(
              serve(
                  "--tls",
                  "--ca-file",
                  path(use[0]),
                  "--seed",
                  path("seed.yaml"),
                  store[0],
                  store[1],
                  store[2],
                  store[3]))
          .isEqualTo(sameFile(path(use[0]), use[1], "certificate"));
    }
    assertThat(serve("--tls", "--ca-file", path("both"), "--record-access", path("both")))
        .isEqualTo(sameFile(path("both"), "the certificate of the CA", "policies"));
    assertThat(folder.resolve("seed.yaml")).hasContent("keys: []");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void write_fileThatIsALinkToTheStoreMeanwhile_fails() throws IOException {
    Path store = folder.resolve("keys.db");
    Path file = folder.resolve("access.json");
    AccessOptions options = options("--record-access", file.toString());
    options.requireWritable(new FilesInUse().addDatabase("the key store", store));
    Files.writeString(store, "keys");
    Files.createSymbolicLink(file, store);
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      options.around(kms);
      assertThatThrownBy(() -> options.write(new PrintWriter(err)))
          .isInstanceOf(CommandLineException.class)
          .hasMessage(
              "embedded-kms: '"
                  + file
                  + "' is the key store; write the policies to another file\n");
    }
    assertThat(store).hasContent("keys");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void write_policiesOfBothKinds_asOneObject() throws IOException {
    Path file = Files.writeString(folder.resolve("access.json"), "old");
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      AccessOptions options = options("--record-access", file.toString());
      options.requireWritable(new FilesInUse());
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
  void write_callsOfARootUser_warnsThatTheyNeedNoPolicy() throws IOException {
    Path file = folder.resolve("access.json");
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      AccessOptions options = options("--record-access", file.toString());
      options.around(kms).client(kms.defaultCaller()).listKeys(b -> {});
      options.write(new PrintWriter(err));
    }
    assertThat(file).hasContent("{\n  \"keyPolicies\": {},\n  \"identityPolicies\": {}\n}\n");
    assertThat(err)
        .hasToString(
            "embedded-kms serve: ROOT USER: 1 use by a root user needed no policy; root users"
                + " need no identity policy, so let a role make the calls to get one.\n"
                + "embedded-kms serve: the policies for the recorded requests are in "
                + file
                + "\n");
  }

  @Test
  void write_folderIsGone_fails() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    AccessOptions options = options("--record-access", inner.resolve("access.json").toString());
    options.requireWritable(new FilesInUse());
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
