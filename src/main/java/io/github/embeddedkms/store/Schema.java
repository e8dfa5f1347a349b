package io.github.embeddedkms.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * The versions of the tables. Each version has a script that creates it from the previous one; a
 * new store runs them all.
 *
 * @param version the newest version, the one that this code reads and writes
 * @param scripts returns the script that creates a version, in the SQL of a database
 * @param descriptions returns the description that {@link TableCheck} expects for a version, in
 *     lines; empty if the tables are not to be compared
 * @param documents the versions of the documents in the tables
 */
record Schema(
    int version,
    BiFunction<Dialect, Integer, String> scripts,
    BiFunction<Dialect, Integer, String> descriptions,
    DocumentVersions documents) {

  private static final int CURRENT = 2;

  /** Read only once: a SQLite connection from a pool may be checked at each use. */
  private static final Map<String, String> DESCRIPTIONS = new ConcurrentHashMap<>();

  static Schema current() {
    return new Schema(CURRENT, Schema::script, Schema::lines);
  }

  /** For tests: other tables, with the documents of this version. */
  Schema(
      int version,
      BiFunction<Dialect, Integer, String> scripts,
      BiFunction<Dialect, Integer, String> descriptions) {
    this(version, scripts, descriptions, DocumentVersions.current());
  }

  /** For tests: other documents in the current tables. */
  static Schema withDocuments(DocumentVersions documents) {
    return new Schema(CURRENT, Schema::script, Schema::lines, documents);
  }

  /** For tests: later versions, which do not change the current tables. */
  Schema(int version, BiFunction<Dialect, Integer, String> scripts) {
    this(version, scripts, Schema::lines);
  }

  /** Runs the scripts of all versions after one, within the transaction of the tables. */
  void migrate(Tables tables, int from) throws SQLException {
    for (int next = from + 1; next <= version; next++) {
      String script = scripts.apply(tables.dialect(), next);
      Dialect.execute(tables.connection(), script.replaceAll("(?m)^--.*\n", "").split(";\\s*"));
    }
  }

  /** Returns the lines that describe the tables of a version. */
  List<String> description(Dialect dialect, int version) {
    return descriptions.apply(dialect, version).lines().toList();
  }

  /** Refuses tables that a newer version of this library has written. */
  void requireKnown(Head head) {
    requireKnown(head.schema());
  }

  void requireKnown(int found) {
    if (found > version) {
      throw new KeyStorageException(
          "the store has version "
              + found
              + " of its tables, made by a newer embedded-kms; this one knows version "
              + version);
    }
  }

  /**
   * Returns whether this code supports the documents that a node must support in order to write.
   */
  boolean isWritable(Head head) {
    return head.writer() <= documents.newest();
  }

  /**
   * Refuses to write to a store with documents that only newer versions of this library can write.
   */
  void requireWritable(Head head) {
    if (head.schema() <= version && !isWritable(head)) {
      throw new KeyStorageException(
          "writing to the store requires version "
              + head.writer()
              + " of its documents; this embedded-kms supports version "
              + documents.newest()
              + " and can only read the store");
    }
  }

  private static String script(Dialect dialect, int version) {
    return resource(dialect, version + ".sql");
  }

  private static String lines(Dialect dialect, int version) {
    String file = Math.min(version, CURRENT) + ".tables";
    return DESCRIPTIONS.computeIfAbsent(dialect + "/" + file, key -> resource(dialect, file));
  }

  private static String resource(Dialect dialect, String file) {
    String name = dialect.name().toLowerCase(Locale.ROOT) + "/" + file;
    try (InputStream in = Schema.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("there is no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
