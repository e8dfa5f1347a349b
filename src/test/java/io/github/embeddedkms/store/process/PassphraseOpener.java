package io.github.embeddedkms.store.process;

import io.github.embeddedkms.store.KeyStorageException;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.nio.file.Path;

/**
 * A program that opens a store with a passphrase in a heap of the given size, or prints why it
 * cannot.
 */
public final class PassphraseOpener {

  @SuppressWarnings("UnusedVariable") // exists only to be collected
  private static byte[] garbage = {};

  private PassphraseOpener() {}

  /** Expects the store's file, and how many MiB of garbage to create before opening it. */
  public static void main(String[] arguments) {
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      garbage = new byte[1 << 20];
    }
    try (RootKey rootKey = RootKey.ofPassphrase("open sesame".toCharArray());
        SealedKeyStorage storage =
            SealedKeyStorage.builder(Path.of(arguments[0])).rootKey(rootKey).open()) {
      System.out.print("opened at sequence " + storage.sequence());
    } catch (KeyStorageException e) {
      System.out.print(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }
}
