package io.github.embeddedkms.store;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that alter the rows of a store in a file, which is new and filled for each of them. */
abstract class AttackedFile {

  @TempDir Path directory;
  AttackedStore store;
  StoreTables tables;

  @BeforeEach
  void fill() {
    store = AttackedStore.inFile(directory.resolve("keys.db")).filled();
    tables = store.tables;
  }
}
