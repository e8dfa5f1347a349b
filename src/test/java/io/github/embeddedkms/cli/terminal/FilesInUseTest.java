package io.github.embeddedkms.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are the same one. */
class FilesInUseTest {

  @TempDir private Path folder;

  @Test
  void useOf_missingFile_isFoundByEveryName() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), inner);
    Path file = inner.resolve("new");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("linked", "new"));
    FilesInUse used = new FilesInUse().add("the input", file);
    assertThat(used.useOf(file)).contains("the input");
    assertThat(used.useOf(linked.resolve("new"))).contains("the input");
    assertThat(used.useOf(inner.resolve("../inner/new"))).contains("the input");
    assertThat(used.useOf(link)).contains("the input");
    assertThat(new FilesInUse().add("the input", link).useOf(file)).contains("the input");
    assertThat(used.useOf(inner.resolve("other"))).isEmpty();
    assertThat(used.useOf(folder.resolve("new"))).isEmpty();
    assertThat(used.useOf(folder.resolve("missing/new"))).isEmpty();
  }

  @Test
  void useOf_existingFile_isFoundByItsLinks() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path hard = Files.createLink(folder.resolve("hard"), file);
    Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic"), hard);
    FilesInUse used = new FilesInUse().add("nothing", null).add("the input", file);
    assertThat(used.useOf(hard)).contains("the input");
    assertThat(used.useOf(symbolic)).contains("the input");
    assertThat(used.useOf(Files.createFile(folder.resolve("other")))).isEmpty();
  }

  /** SQLite keeps its other files next to the file that a link leads to. */
  @Test
  void useOf_fileNextToALinkedDatabase_isFound() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path database = Files.createFile(inner.resolve("keys.db"));
    Path link = Files.createSymbolicLink(folder.resolve("link.db"), database);
    FilesInUse used = new FilesInUse().addDatabase("the key store", link);
    assertThat(used.useOf(database)).contains("the key store");
    assertThat(used.useOf(inner.resolve("keys.db-wal"))).contains("a file of the key store");
    assertThat(used.useOf(folder.resolve("link.db-wal"))).isEmpty();
    assertThat(used.useOf(inner.resolve("keys.db-other"))).isEmpty();
  }

  @Test
  void useOf_linksInACircle_isNothing() throws IOException {
    Path one = folder.resolve("one");
    Path two = Files.createSymbolicLink(folder.resolve("two"), one);
    Files.createSymbolicLink(one, two);
    assertThat(new FilesInUse().add("the input", folder.resolve("file")).useOf(one)).isEmpty();
  }
}
