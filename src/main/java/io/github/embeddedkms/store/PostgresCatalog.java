package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Describes the store's tables from PostgreSQL's catalog: those that the store's queries find by
 * the search path. Other tables are ignored.
 *
 * <p>Names of constraints and indexes, storage parameters and tablespaces are not compared: an
 * administrator may choose them. Invalid indexes are ignored as well, since no query uses them:
 * {@code REINDEX CONCURRENTLY} creates them temporarily.
 */
final class PostgresCatalog implements TableCheck.Catalog {

  /**
   * One query for everything: rows of rank 1 are violations, rows of rank 2 the description. The
   * operators are PostgreSQL's own, which is checked first. The catalog tables are qualified with
   * their schema, since temporary tables could hide them.
   */
  private static final String QUERY =
      """
      WITH ours AS (
        SELECT c.relname::text AS name, c.*
          FROM pg_catalog.pg_class c
         WHERE c.oid IN (%s)),
      heads AS (SELECT o.relnamespace FROM ours o WHERE o.name = 'kms_store'),
      wrong AS (
        SELECT o.name || CASE o.relkind
                 WHEN 'v' THEN ' is a view' WHEN 'm' THEN ' is a materialized view'
                 WHEN 'p' THEN ' is partitioned' WHEN 'f' THEN ' is a foreign table'
                 ELSE ' is not a table' END AS line
          FROM ours o WHERE o.relkind <> 'r'
        UNION ALL
        SELECT o.name || ' is in another schema than kms_store'
          FROM ours o, heads h WHERE o.relnamespace <> h.relnamespace
        UNION ALL
        SELECT o.name || ' is not kept after a crash' FROM ours o WHERE o.relpersistence <> 'p'
        UNION ALL
        SELECT o.name || ' has row-level security'
          FROM ours o WHERE o.relrowsecurity OR o.relforcerowsecurity
        UNION ALL
        SELECT o.name || ' has the policy ' || p.polname::text
          FROM ours o JOIN pg_catalog.pg_policy p ON p.polrelid = o.oid
        UNION ALL
        SELECT o.name || ' has the trigger ' || t.tgname::text
          FROM ours o JOIN pg_catalog.pg_trigger t ON t.tgrelid = o.oid
        UNION ALL
        SELECT o.name || ' has the rule ' || r.rulename::text
          FROM ours o JOIN pg_catalog.pg_rewrite r ON r.ev_class = o.oid
        UNION ALL
        SELECT o.name || CASE WHEN o.relispartition THEN ' is a partition' ELSE ' inherits' END
          FROM ours o JOIN pg_catalog.pg_inherits i ON i.inhrelid = o.oid
        UNION ALL
        SELECT o.name || ' is inherited from'
          FROM ours o JOIN pg_catalog.pg_inherits i ON i.inhparent = o.oid
        UNION ALL
        SELECT o.name || '.' || a.attname::text || ' is computed by the database'
          FROM ours o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid
         WHERE a.attnum > 0 AND NOT a.attisdropped
           AND (a.attgenerated <> '' OR a.attidentity <> '')),
      lines AS (
        SELECT o.name || '.' || a.attname::text || ' '
                 || pg_catalog.format_type(a.atttypid, a.atttypmod)
                 || CASE WHEN a.attcollation IN (0, 100) THEN '' ELSE ' COLLATE' END
                 || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                 || COALESCE(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') AS line
          FROM ours o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid
          LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum
         WHERE a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        -- Since version 18, NOT NULL is a constraint too.
        SELECT o.name || ' ' || pg_catalog.pg_get_constraintdef(c.oid)
          FROM ours o JOIN pg_catalog.pg_constraint c ON c.conrelid = o.oid
         WHERE c.contype <> 'n'
        UNION ALL
        SELECT o.name || CASE WHEN i.indisunique THEN ' UNIQUE' ELSE '' END || ' INDEX'
                 || pg_catalog.regexp_replace(
                      pg_catalog.substr(def.sql, pg_catalog.strpos(def.sql, ' USING ')),
                      ' WITH [(][^)]*[)]', '')
          FROM ours o JOIN pg_catalog.pg_index i ON i.indrelid = o.oid,
               LATERAL (SELECT pg_catalog.pg_get_indexdef(i.indexrelid) AS sql) def
         WHERE i.indisvalid)
      SELECT 1 AS rank, w.line FROM wrong w
      UNION ALL
      SELECT 2, l.line FROM lines l
      """;

  private final Connection connection;

  PostgresCatalog(Connection connection) {
    this.connection = connection;
  }

  @Override
  public List<String> describe(Set<String> names) throws SQLException {
    if (names.isEmpty()) {
      return List.of();
    }
    requireOwnOperators();
    String places =
        String.join(", ", Collections.nCopies(names.size(), "pg_catalog.to_regclass(?)"));
    try (PreparedStatement statement = connection.prepareStatement(QUERY.formatted(places))) {
      int i = 1;
      for (String name : names) {
        statement.setString(i++, name);
      }
      try (ResultSet row = statement.executeQuery()) {
        List<String> lines = new ArrayList<>();
        while (row.next()) {
          String line = String.valueOf(row.getString(2));
          if (row.getInt(1) == 1) {
            throw new AlteredStoreException("the store's table " + Printable.of(line));
          }
          lines.add(line);
        }
        Collections.sort(lines);
        return lines;
      }
    }
  }

  /**
   * Requires that PostgreSQL searches its own schema for operators and functions first. It does so
   * unless the search path names that schema in another place; then an attacker could define others
   * of the same names.
   */
  private void requireOwnOperators() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (pg_catalog.current_schemas(true))[1],"
                    + " (pg_catalog.current_schemas(true))[2]")) {
      String first = row.next() ? String.valueOf(row.getString(1)) : "";
      // The schema of temporary tables comes first, but it is not searched for operators and
      // functions.
      if (first.startsWith("pg_temp_")) {
        first = String.valueOf(row.getString(2));
      }
      if (!first.equals("pg_catalog")) {
        throw new KeyStorageException(
            "the search path of the connection has "
                + Printable.of(first)
                + " before pg_catalog: leave pg_catalog out of it");
      }
    }
  }
}
