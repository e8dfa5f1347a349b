package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.bounded.Deadline;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the descriptions of the tables, which are files next to the scripts, with the scripts.
 */
class TableDescriptionTest {

  @TempDir Path directory;

  static Stream<Arguments> versions() {
    return Stream.of(Dialect.values())
        .flatMap(
            dialect ->
                Stream.iterate(1, version -> version + 1)
                    .limit(Schema.current().version())
                    .map(version -> Arguments.of(dialect, version)));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void description_ofEachVersion_matchesItsScripts(Dialect dialect, int version) throws Exception {
    AttackedStore store = AttackedStore.in(dialect, directory);
    try (Connection connection = store.database.getConnection()) {
      Schema current = Schema.current();
      new Schema(version, current.scripts(), current.descriptions())
          .migrate(
              new Tables(
                  Statements.of(connection), dialect, Deadline.after(Duration.ofSeconds(10))),
              0);
      TableCheck.Catalog catalog =
          dialect == Dialect.SQLITE
              ? new SqliteCatalog(connection)
              : new PostgresCatalog(connection);
      List<String> found = catalog.describe(Set.copyOf(StoreTables.ALL));
      assertThat(String.join("\n", found) + "\n")
          .isEqualTo(String.join("\n", current.description(dialect, version)) + "\n");
    }
  }
}
