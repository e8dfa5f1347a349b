package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.store.RootKey;
import java.io.Console;
import java.util.Arrays;
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

  /** What was typed; null at the end of the input. */
  @SuppressWarnings("SystemConsoleNull") // the program ensures that it is null without a terminal
  char @Nullable [] readPassword(String prompt) {
    Console console = System.console();
    if (console == null) {
      throw CommandLineException.failure(
          "there is no root key, and no terminal to ask for a passphrase: give --root-key-file, or"
              + " set "
              + StoreVariables.ROOT_KEY_FILE
              + " or "
              + StoreVariables.ROOT_KEY);
    }
    return console.readPassword("%s", prompt);
  }
}
