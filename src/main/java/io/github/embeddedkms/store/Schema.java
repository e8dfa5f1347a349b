package io.github.embeddedkms.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * The versions of the tables. Each version is a script that makes it out of the one before; a new
 * store runs them all.
 *
 * @param version the newest version, the one that this code reads and writes
 * @param scripts the script that makes a version, in the language of a database
 */
record Schema(int version, BiFunction<Dialect, Integer, String> scripts) {

  private static final int CURRENT = 1;

  static Schema current() {
    return new Schema(CURRENT, Schema::resource);
  }

  /** Runs the scripts after a version, within the transaction of the tables. */
  void migrate(Tables tables, int from) throws SQLException {
    for (int next = from + 1; next <= version; next++) {
      String script = scripts.apply(tables.dialect(), next);
      Dialect.execute(tables.connection(), script.replaceAll("(?m)^--.*\n", "").split(";\\s*"));
    }
  }

  /** Refuses what a newer version of this library has written. */
  void requireKnown(Head head) {
    if (head.schema() > version) {
      throw new KeyStorageException(
          "the store has version "
              + head.schema()
              + " of its tables, made by a newer embedded-kms; this one knows version "
              + version);
    }
  }

  private static String resource(Dialect dialect, int version) {
    String name = dialect.name().toLowerCase(Locale.ROOT) + "/" + version + ".sql";
    try (InputStream in = Schema.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("there is no script " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
