package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.WrongRootKeyException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Which store and which root key are taken, with a terminal at which answers are ready. */
class StoreOptionsTest {

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> prompts = new ArrayList<>();

  @BeforeEach
  void createRootKey() {
    RootKey.createFile(folder.resolve("root.key"));
    environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
  }

  private StoreOptions options(List<String> typed, String... arguments) {
    Iterator<String> answers = typed.iterator();
    Passphrases passphrases =
        new Passphrases() {
          @Override
          char[] readPassword(String prompt) {
            prompts.add(prompt);
            return answers.hasNext() ? answers.next().toCharArray() : null;
          }
        };
    StoreOptions options = new StoreOptions(environment::get, passphrases);
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("store", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(arguments);
    return options;
  }

  private long sequence(List<String> typed, String... arguments) {
    try (SealedKeyStorage storage = options(typed, arguments).open()) {
      return storage.sequence();
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void rootKeyFile_opensTheStoreAgain_andNothingIsAsked() {
    String[] arguments = {"--store", path("a.db"), "--root-key-file", path("root.key")};
    assertThat(sequence(List.of(), arguments)).isZero();
    assertThat(sequence(List.of(), arguments)).isZero();
    assertThat(prompts).isEmpty();
    assertThat(folder.resolve("a.db")).exists();
  }

  @Test
  void environment_isTakenWhereNoOptionIs() {
    environment.put("EMBEDDED_KMS_STORE", path("b.db"));
    environment.put("EMBEDDED_KMS_ROOT_KEY_FILE", path("root.key"));
    sequence(List.of());
    assertThat(folder.resolve("b.db")).exists();
    sequence(List.of(), "--store", path("c.db"));
    assertThat(folder.resolve("c.db")).exists();
  }

  @Test
  void store_withoutAName_isInTheUsersDataFolder() {
    sequence(List.of(), "--root-key-file", path("root.key"));
    assertThat(folder.resolve("data").resolve("embedded-kms").resolve("keys.db")).exists();
  }

  @Test
  void passphrase_isAskedTwiceForANewStore_andOnceAfterThat() {
    sequence(List.of("correct horse", "correct horse"), "--store", path("d.db"));
    assertThat(prompts).containsExactly("Passphrase of the key store: ", "The same again: ");
    prompts.clear();
    sequence(List.of("correct horse"), "--store", path("d.db"));
    assertThat(prompts).containsExactly("Passphrase of the key store: ");
    assertThatThrownBy(() -> sequence(List.of("wrong horse"), "--store", path("d.db")))
        .isInstanceOf(WrongRootKeyException.class);
  }

  @Test
  void passphrase_mistypedOrMissing_makesNoStore() {
    String[] arguments = {"--store", path("e.db")};
    assertThatThrownBy(() -> sequence(List.of("one", "two"), arguments))
        .isInstanceOf(CommandLineException.class)
        .hasMessage("embedded-kms: the passphrases differ\n");
    assertThatThrownBy(() -> sequence(List.of("", ""), arguments))
        .hasMessage("embedded-kms: the passphrase is empty\n");
    assertThatThrownBy(() -> sequence(List.of(), arguments))
        .hasMessage("embedded-kms: no passphrase was given\n");
    assertThat(folder.resolve("e.db")).doesNotExist();
  }

  @Test
  void sequence_tooLow_isRefused() {
    String[] arguments = {
      "--store", path("f.db"), "--root-key-file", path("root.key"), "--at-least", "1"
    };
    assertThatThrownBy(() -> sequence(List.of(), arguments))
        .hasMessage("embedded-kms: there is no store, and it was at sequence 1 before");
  }

  @Test
  void given_isWhatNamesAStore() {
    assertThat(options(List.of()).isGiven()).isFalse();
    assertThat(options(List.of(), "--store", "a").isGiven()).isTrue();
    assertThat(options(List.of(), "--root-key-file", "a").isGiven()).isTrue();
    environment.put("EMBEDDED_KMS_ROOT_KEY_FILE", "a");
    assertThat(options(List.of()).isGiven()).isFalse();
    environment.put("EMBEDDED_KMS_STORE", "a");
    assertThat(options(List.of()).isGiven()).isTrue();
    environment.put("EMBEDDED_KMS_STORE", "");
    assertThat(options(List.of()).isGiven()).isFalse();
  }

  @Test
  void database_thatIsNot_saysNothingOfItsUrl() {
    String url = "jdbc:postgresql://127.0.0.1:1/keys?user=alice&password=secret";
    assertThatThrownBy(
            () -> sequence(List.of(), "--store", url, "--root-key-file", path("root.key")))
        .hasMessage("embedded-kms: the store's database cannot be reached")
        .hasStackTraceContaining("refused")
        .satisfies(e -> assertThat(e.getCause().getMessage()).doesNotContain("secret"));
  }

  @Test
  void url_thatNoDriverReads_isNotQuoted() {
    for (String url :
        List.of(
            "jdbc:postgres://127.0.0.1/keys?user=alice&password=secret",
            "jdbc:postgresql://127.0.0.1:port/keys?user=alice&password=secret",
            "jdbc:postgresql://127.0.0.1/keys?user=alice&password=100%secret")) {
      assertThatThrownBy(
              () -> sequence(List.of(), "--store", url, "--root-key-file", path("root.key")))
          .as(url)
          .hasMessage("embedded-kms: the store's database cannot be reached")
          .hasRootCauseMessage("there is no driver that can read its URL");
    }
  }
}
