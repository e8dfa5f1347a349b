package io.github.embeddedkms.store;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Base of the tests that alter the rows of a store in a file. Each test gets a new, filled store.
 */
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
