package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.store.RootKey;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Prompts for passphrases at a terminal, without showing them. Not final: a test has no terminal.
 */
class Passphrases {

  /**
   * Prompts for the passphrase of a store.
   *
   * @param prompt what to print first
   * @param isNew whether to prompt a second time: a store whose passphrase was mistyped when it was
   *     created could never be opened again
   */
  final RootKey ask(String prompt, boolean isNew) {
    return ask(
        prompt,
        isNew,
        "there is no root key",
        "give --root-key-file, or set "
            + StoreVariables.ROOT_KEY_FILE
            + " or "
            + StoreVariables.ROOT_KEY);
  }

  /** Prompts for another passphrase of a store. */
  final RootKey askForNew() {
    return ask(
        "New passphrase of the key store: ",
        true,
        "there is no new root key",
        "give --new-root-key-file");
  }

  private RootKey ask(String prompt, boolean isNew, String missing, String instead) {
    if (!canAsk()) {
      throw CommandLineException.failure(
          missing
              + ", and a passphrase can be asked for only at a terminal, with neither standard"
              + " input nor standard output redirected: "
              + instead);
    }
    char[] passphrase = read(prompt);
    char[] again = {};
    try {
      if (isNew) {
        again = read("The same again: ");
        if (!Arrays.equals(passphrase, again)) {
          throw CommandLineException.failure("the passphrases differ");
        }
      }
      if (passphrase.length == 0) {
        throw CommandLineException.failure("the passphrase is empty");
      }
      return RootKey.ofPassphrase(passphrase);
    } finally {
      Arrays.fill(passphrase, '\0');
      Arrays.fill(again, '\0');
    }
  }

  private char[] read(String prompt) {
    char[] passphrase = readPassword(prompt);
    if (passphrase == null) {
      throw CommandLineException.failure("no passphrase was given");
    }
    return passphrase;
  }

  /** Whether there is a console: it takes standard input and standard output. */
  @SuppressWarnings("SystemConsoleNull") // the program ensures that it is null without a terminal
  boolean canAsk() {
    return System.console() != null;
  }

  /** What was typed; null at the end of the input. */
  char @Nullable [] readPassword(String prompt) {
    return Objects.requireNonNull(System.console(), "checked").readPassword("%s", prompt);
  }
}
