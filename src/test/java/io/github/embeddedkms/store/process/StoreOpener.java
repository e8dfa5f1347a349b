package io.github.embeddedkms.store.process;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.nio.file.Path;

/** A process that opens a store, lists its keys, and prints the outcome. */
public final class StoreOpener {

  private StoreOpener() {}

  /**
   * Prints the number of keys, or why the store was refused.
   *
   * @param arguments the file; then {@code readonly} to open it read-only
   */
  public static void main(String... arguments) {
    Path file = Path.of(arguments[0]);
    try (RootKey rootKey = RootKey.unsealedForTests();
        LocalKeyProvider provider =
            arguments.length == 1
                ? LocalKeyProvider.open(file, rootKey)
                : LocalKeyProvider.openReadOnly(file, rootKey)) {
      System.out.print(provider.listKeys(list -> {}).keys().size() + " keys");
    } catch (RuntimeException e) {
      System.out.print(e.getMessage());
    }
  }
}
