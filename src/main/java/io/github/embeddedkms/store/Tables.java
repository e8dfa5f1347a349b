package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import io.github.embeddedkms.model.Bytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the tables of a store within one transaction, without interpreting the rows. A
 * row is changed only if it is the one that was read before; methods that change a row return
 * whether it was, or are given the exception to throw if it was not. Writes may be sent together,
 * at the latest with the head, which is written last.
 */
final class Tables {

  /** The number of rows fetched at a time, so that a store of any size is read in pieces. */
  private static final int FETCH_SIZE = 1_000;

  private static final Address NO_ADDRESS = new Address("", "", "");

  private static final String HEAD = "store_id, schema_version, epoch, sequence, item_count, tag";
  private static final String HEAD_EXTENSION = "writer, confirmed, floor";
  private static final String ITEM =
      "kind, account, region, id, version, sequence, epoch, document, mac";
  private static final String MATERIAL = "account, region, key_id, material_id, epoch, sealed";
  private static final String WHERE_ITEM = " WHERE account = ? AND region = ? AND id = ?";
  private static final String WHERE_MATERIAL =
      " WHERE account = ? AND region = ? AND key_id = ? AND material_id = ?";

  /** Receives an item with its stored MAC, which is not verified yet. */
  interface ItemReader {
    void read(Item item, Bytes mac);
  }

  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Statements statements;
  private final WriteQueue writes;
  private final Dialect dialect;
  private final Deadline deadline;
  private boolean locked;
  private boolean needsErasure;
  private @Nullable OptionalLong time;

  Tables(Statements statements, Dialect dialect, Deadline deadline) {
    this.connection = statements.connection();
    this.statements = statements;
    this.writes = new WriteQueue(statements, dialect.statementsAtOnce());
    this.dialect = dialect;
    this.deadline = deadline;
  }

  /** Returns the connection, for statements that this class does not have. */
  Connection connection() throws SQLException {
    writes.send();
    return connection;
  }

  Dialect dialect() {
    return dialect;
  }

  /**
   * Returns whether sealed data was deleted or sealed again, so that the remnants of the old rows
   * must be erased.
   */
  boolean needsErasure() {
    return needsErasure;
  }

  /** Waits until no other node is creating tables. */
  void beginCreating() throws SQLException {
    dialect.beginCreating(connection, deadline);
  }

  /**
   * Returns the time of a database that has its own clock, in milliseconds since 1970-01-01T00:00Z:
   * the time at which the head was read, or the present time if it was not read. Empty for a
   * database without a clock.
   */
  OptionalLong time() throws SQLException {
    OptionalLong known = time;
    if (known == null) {
      known = query("SELECT " + dialect.timeExpression(), Tables::time).get(0);
      time = known;
    }
    return known;
  }

  /**
   * Returns the head, if the database contains a store.
   *
   * @param schema the version of the tables that was last seen, or 0. If it is older than the
   *     present one, a second query is needed, because the columns depend on it
   */
  Optional<Head> head(int schema) throws SQLException {
    return dialect.retryWhileLocked(
        connection,
        deadline,
        () -> dialect.hasTables(connection) ? head(schema, "") : Optional.<Head>empty());
  }

  /** Locks and returns the head. The lock lasts until the transaction ends. */
  Optional<Head> lockedHead(int schema) throws SQLException {
    Optional<Head> head =
        dialect.retryWhileLocked(
            connection, deadline, () -> head(schema, dialect.headLockClause()));
    dialect.afterLock(writes, deadline);
    locked = true;
    return head;
  }

  /**
   * Reads the head. This is the first statement of a transaction, so the time left is not checked:
   * if another transaction holds a lock, that error says more.
   */
  private Optional<Head> head(int schema, String lock) throws SQLException {
    boolean extended = Head.isExtended(schema);
    String columns = extended ? HEAD + ", " + HEAD_EXTENSION : HEAD;
    Optional<Head> head =
        rows(
                "SELECT " + dialect.timeExpression() + ", " + columns + " FROM kms_store" + lock,
                row -> {
                  time = time(row);
                  return extended ? extension(row, 8, head(row)) : head(row);
                })
            .stream()
            .findFirst();
    if (extended || head.isEmpty() || !head.get().isExtended()) {
      return head;
    }
    Head found = head.get();
    return rows("SELECT " + HEAD_EXTENSION + " FROM kms_store", row -> extension(row, 1, found))
        .stream()
        .findFirst();
  }

  private static Head head(ResultSet row) throws SQLException {
    return Head.ofFirstSchema(
        bytes(row, 2),
        number(row, 3),
        number(row, 4),
        row.getLong(5),
        row.getLong(6),
        bytes(row, 7));
  }

  private static Head extension(ResultSet row, int column, Head head) throws SQLException {
    return head.extended(number(row, column), row.getLong(column + 1), row.getLong(column + 2));
  }

  /** Reads the time from the first column. */
  private static OptionalLong time(ResultSet row) throws SQLException {
    long millis = row.getLong(1);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  void insertHead(Head head) throws SQLException {
    update(
        "INSERT INTO kms_store"
            + " (only_row, store_id, schema_version, epoch, sequence, item_count, tag)"
            + " VALUES (1, ?, ?, ?, ?, ?, ?)",
        head.storeId(),
        head.schema(),
        head.epoch(),
        head.sequence(),
        head.count(),
        head.tag());
    if (head.isExtended()) {
      replaceHead(head, head);
    }
  }

  boolean replaceHead(Head before, Head after) throws SQLException {
    String columns = "schema_version = ?, epoch = ?, sequence = ?, item_count = ?, tag = ?";
    List<Object> values =
        new ArrayList<>(
            List.of(after.schema(), after.epoch(), after.sequence(), after.count(), after.tag()));
    if (after.isExtended()) {
      columns += ", writer = ?, confirmed = ?, floor = ?";
      values.addAll(List.of(after.writer(), after.confirmed(), after.floor()));
    }
    values.add(before.sequence());
    return update("UPDATE kms_store SET " + columns + " WHERE sequence = ?", values.toArray());
  }

  /** Returns the store keys, the oldest epoch first. */
  List<StoreKeyRow> storeKeys() throws SQLException {
    return query(
        "SELECT epoch, kind, parameters, sealed, key_check FROM kms_store_key ORDER BY epoch",
        row ->
            new StoreKeyRow(
                number(row, 1), number(row, 2), bytes(row, 3), bytes(row, 4), bytes(row, 5)));
  }

  void insertStoreKey(StoreKeyRow key) throws SQLException {
    update(
        "INSERT INTO kms_store_key (epoch, kind, parameters, sealed, key_check)"
            + " VALUES (?, ?, ?, ?, ?)",
        key.epoch(),
        key.kind(),
        key.parameters(),
        key.sealed(),
        key.check());
  }

  boolean replaceStoreKey(StoreKeyRow before, StoreKeyRow after) throws SQLException {
    needsErasure = true;
    return update(
        "UPDATE kms_store_key SET kind = ?, parameters = ?, sealed = ?, key_check = ?"
            + " WHERE epoch = ? AND sealed = ?",
        after.kind(),
        after.parameters(),
        after.sealed(),
        after.check(),
        before.epoch(),
        before.sealed());
  }

  void deleteStoreKeysBefore(int epoch) throws SQLException {
    needsErasure = true;
    update("DELETE FROM kms_store_key WHERE epoch < ?", epoch);
  }

  /** Reads the items that were written after a sequence, in no particular order. */
  void itemsAfter(long sequence, ItemReader reader) throws SQLException {
    // To read all items, the index on the sequence is avoided: it would look up each row
    // separately.
    String condition = sequence == 0 ? "? = 0" : "sequence > ?";
    requireTimeLeft();
    writes.send();
    statements.run(
        "SELECT " + ITEM + " FROM kms_item WHERE " + condition,
        statement -> readItems(statement, sequence, reader));
  }

  private boolean readItems(PreparedStatement statement, long sequence, ItemReader reader)
      throws SQLException {
    statement.setFetchSize(FETCH_SIZE);
    statement.setLong(1, sequence);
    try (ResultSet row = retryWhileLocked(statement::executeQuery)) {
      Address before = NO_ADDRESS;
      for (int rows = 1; row.next(); rows++) {
        if (rows % FETCH_SIZE == 0) {
          deadline.restart();
        }
        Address address = address(row, before);
        reader.read(item(row, address), bytes(row, 9));
        before = address;
      }
    }
    return true;
  }

  /**
   * Reads an address. Nearly all rows belong to one account and Region, so addresses share these
   * strings to save memory.
   */
  private static Address address(ResultSet row, Address before) throws SQLException {
    String account = string(row, 2);
    String region = string(row, 3);
    return new Address(
        account.equals(before.account()) ? before.account() : account,
        region.equals(before.region()) ? before.region() : region,
        string(row, 4));
  }

  private static Item item(ResultSet row, Address address) throws SQLException {
    int kind = number(row, 1);
    if (kind < 0 || kind > 255) {
      throw new AlteredStoreException(address.describe() + " has the impossible kind " + kind);
    }
    return new Item(
        ItemKind.of(kind), address, row.getLong(5), row.getLong(6), number(row, 7), bytes(row, 8));
  }

  /** Inserts an item. The exception is thrown, then or later, if there is one of its address. */
  void insertItem(Item item, Bytes mac, Supplier<KeyStorageException> ifThere) throws SQLException {
    addWrite(
        ifThere,
        "INSERT INTO kms_item ("
            + ITEM
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        item.kind().code(),
        item.address().account(),
        item.address().region(),
        item.address().id(),
        item.version(),
        item.sequence(),
        item.epoch(),
        item.document(),
        mac);
  }

  /**
   * Replaces an item of a version and sequence. The exception is thrown, then or later, if there is
   * none.
   */
  void replaceItem(
      long version, long sequence, Item item, Bytes mac, Supplier<KeyStorageException> ifMissing)
      throws SQLException {
    addWrite(
        ifMissing,
        "UPDATE kms_item"
            + " SET kind = ?, version = ?, sequence = ?, epoch = ?, document = ?, mac = ?"
            + WHERE_ITEM
            + " AND version = ? AND sequence = ?",
        item.kind().code(),
        item.version(),
        item.sequence(),
        item.epoch(),
        item.document(),
        mac,
        item.address().account(),
        item.address().region(),
        item.address().id(),
        version,
        sequence);
  }

  /**
   * Removes the tombstones up to a sequence.
   *
   * @return how many were removed
   */
  int deleteTombstones(long sequence) throws SQLException {
    return updateCount(
        "DELETE FROM kms_item WHERE kind = ? AND sequence <= ?",
        ItemKind.TOMBSTONE.code(),
        sequence);
  }

  /** Returns the stored document of an item, so that it can be sealed again. */
  Optional<Bytes> document(Address address, long version, long sequence) throws SQLException {
    return query(
            "SELECT document FROM kms_item" + WHERE_ITEM + " AND version = ? AND sequence = ?",
            row -> bytes(row, 1),
            address.account(),
            address.region(),
            address.id(),
            version,
            sequence)
        .stream()
        .findFirst();
  }

  Optional<MaterialRow> material(Address key, Bytes materialId) throws SQLException {
    return query(
            "SELECT " + MATERIAL + " FROM kms_material" + WHERE_MATERIAL,
            Tables::material,
            key.account(),
            key.region(),
            key.id(),
            materialId)
        .stream()
        .findFirst();
  }

  /**
   * Returns the keys that have a row for a material: none, one, or several if the store was
   * altered.
   */
  List<Address> keysOfMaterial(String account, String region, Bytes materialId)
      throws SQLException {
    return query(
        "SELECT key_id FROM kms_material WHERE account = ? AND region = ? AND material_id = ?",
        row -> new Address(account, region, string(row, 1)),
        account,
        region,
        materialId);
  }

  /** Returns some of the materials that are sealed under older epochs. */
  List<MaterialRow> materialsBefore(int epoch, int limit) throws SQLException {
    return query(
        "SELECT " + MATERIAL + " FROM kms_material WHERE epoch < ? LIMIT ?",
        Tables::material,
        epoch,
        limit);
  }

  private static MaterialRow material(ResultSet row) throws SQLException {
    return new MaterialRow(
        new Address(string(row, 1), string(row, 2), string(row, 3)),
        bytes(row, 4),
        number(row, 5),
        bytes(row, 6));
  }

  /** Inserts a material. The exception is thrown, then or later, if there is one. */
  void insertMaterial(MaterialRow material, Supplier<KeyStorageException> ifThere)
      throws SQLException {
    addWrite(
        ifThere,
        "INSERT INTO kms_material ("
            + MATERIAL
            + ") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        material.key().account(),
        material.key().region(),
        material.key().id(),
        material.materialId(),
        material.epoch(),
        material.sealed());
  }

  boolean replaceMaterial(MaterialRow before, MaterialRow after) throws SQLException {
    needsErasure = true;
    return update(
        "UPDATE kms_material SET epoch = ?, sealed = ?" + WHERE_MATERIAL + " AND epoch = ?",
        after.epoch(),
        after.sealed(),
        before.key().account(),
        before.key().region(),
        before.key().id(),
        before.materialId(),
        before.epoch());
  }

  void deleteMaterial(Address key, Bytes materialId) throws SQLException {
    needsErasure = true;
    addWrite(
        null,
        "DELETE FROM kms_material" + WHERE_MATERIAL,
        key.account(),
        key.region(),
        key.id(),
        materialId);
  }

  private <T> List<T> query(String sql, RowReader<T> reader, Object... parameters)
      throws SQLException {
    requireTimeLeft();
    writes.send();
    return retryWhileLocked(() -> rows(sql, reader, parameters));
  }

  /**
   * Runs a statement. Until the head is locked for writing, the transaction has only read, so each
   * statement may be repeated.
   */
  private <T> T retryWhileLocked(Dialect.Attempt<T> attempt) throws SQLException {
    return locked ? attempt.run() : dialect.retryWhileLocked(connection, deadline, attempt);
  }

  private <T> List<T> rows(String sql, RowReader<T> reader, Object... parameters)
      throws SQLException {
    return statements.run(
        sql,
        statement -> {
          set(statement, 1, parameters);
          try (ResultSet row = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (row.next()) {
              rows.add(reader.read(row));
            }
            return rows;
          }
        });
  }

  /** Writes a row now or, at the latest, before the next statement that has a result. */
  private void addWrite(
      @Nullable Supplier<KeyStorageException> unwritten, String sql, Object... parameters)
      throws SQLException {
    requireTimeLeft();
    writes.add(unwritten, sql, parameters);
  }

  /** Returns whether a row was changed. */
  private boolean update(String sql, Object... parameters) throws SQLException {
    return updateCount(sql, parameters) > 0;
  }

  private int updateCount(String sql, Object... parameters) throws SQLException {
    requireTimeLeft();
    return writes.send(sql, parameters);
  }

  /**
   * Sets parameters from a position on.
   *
   * @return the position after them
   */
  static int set(PreparedStatement statement, int position, Object... parameters)
      throws SQLException {
    int next = position;
    for (Object parameter : parameters) {
      if (parameter instanceof Bytes bytes) {
        statement.setBytes(next, bytes.asByteArray());
      } else if (parameter instanceof Number number) {
        statement.setLong(next, number.longValue());
      } else {
        statement.setString(next, (String) parameter);
      }
      next++;
    }
    return next;
  }

  /**
   * Refuses to begin a statement after the deadline. The database ends statements that run past it.
   */
  private void requireTimeLeft() {
    if (deadline.hasPassed()) {
      throw StoreUnavailableException.noAnswer(null);
    }
  }

  /** Reads a string. The columns are NOT NULL, but an attacker may have altered the tables. */
  private static String string(ResultSet row, int column) throws SQLException {
    String string = row.getString(column);
    if (string == null) {
      throw new AlteredStoreException(
          "a row of the store has NULL in a column that requires a value");
    }
    return string;
  }

  /**
   * Reads an int. SQLite can hold larger integers than this library writes, and its driver would
   * truncate them.
   */
  static int number(ResultSet row, int column) throws SQLException {
    long number = row.getLong(column);
    if (number != (int) number) {
      throw new AlteredStoreException("a row of the store has the impossible number " + number);
    }
    return (int) number;
  }

  private static Bytes bytes(ResultSet row, int column) throws SQLException {
    byte @Nullable [] bytes = row.getBytes(column);
    // The columns are NOT NULL; SQLite's driver gives null for an empty blob.
    return Bytes.fromByteArray(bytes == null ? new byte[0] : bytes);
  }
}
