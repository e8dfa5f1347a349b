package io.github.embeddedkms.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.embeddedkms.blob.IndependentBlobReader;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads and checks a whole store from the description of its format. Uses no code of the library,
 * only {@link IndependentStoreSeal}, and so shows that anyone with the root key can read a store.
 *
 * <p>Items are named as in {@code 111122223333/eu-central-1/alias/orders}.
 */
public final class IndependentStoreReader {

  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  private final Map<Integer, IndependentStoreSeal> epochs = new TreeMap<>();
  private final Map<String, JsonObject> documents = new TreeMap<>();
  private final Map<String, byte[]> materials = new TreeMap<>();
  private final Map<Integer, Integer> itemsByEpoch = new TreeMap<>();
  private BigInteger sum = BigInteger.ZERO;
  private long items;
  private long tombstones;
  private long sequence;
  private int schema;
  private int writer;
  private long confirmed;
  private long floor;

  /** Derives the root key from the parameters of a row. */
  public interface Root {
    byte[] of(byte[] parameters);
  }

  /** Reads and checks a store; throws an assertion error if anything does not match. */
  public static IndependentStoreReader read(Connection connection, int rootKind, Root root)
      throws SQLException {
    IndependentStoreReader reader = new IndependentStoreReader();
    try (Statement statement = connection.createStatement()) {
      byte[] storeId = reader.readStoreKeys(statement, rootKind, root);
      reader.readItems(statement);
      reader.checkHead(statement);
      reader.readMaterials(statement);
      assertThat(storeId).hasSize(16);
    }
    return reader;
  }

  /** Returns the documents of all keys and aliases, by name. */
  public Map<String, JsonObject> documents() {
    return documents;
  }

  /**
   * Returns the bytes of the materials, by the key's name followed by the material id in
   * hexadecimal.
   */
  public Map<String, byte[]> materials() {
    return materials;
  }

  public Map<Integer, Integer> itemsByEpoch() {
    return itemsByEpoch;
  }

  public long tombstones() {
    return tombstones;
  }

  public long sequence() {
    return sequence;
  }

  public int schema() {
    return schema;
  }

  public int writer() {
    return writer;
  }

  public long confirmed() {
    return confirmed;
  }

  public long floor() {
    return floor;
  }

  private byte[] readStoreKeys(Statement statement, int rootKind, Root root) throws SQLException {
    byte[] storeId;
    try (ResultSet row = statement.executeQuery("SELECT store_id FROM kms_store")) {
      assertThat(row.next()).isTrue();
      storeId = row.getBytes(1);
      assertThat(row.next()).as("one head").isFalse();
    }
    try (ResultSet row =
        statement.executeQuery(
            "SELECT epoch, kind, parameters, sealed, key_check FROM kms_store_key")) {
      while (row.next()) {
        int epoch = row.getInt(1);
        assertThat(row.getInt(2)).isEqualTo(rootKind);
        byte[] parameters = bytes(row, 3);
        byte[] key = root.of(parameters);
        assertThat(IndependentStoreSeal.check(key, rootKind, storeId, epoch, parameters))
            .isEqualTo(row.getBytes(5));
        byte[] storeKey =
            IndependentStoreSeal.openRoot(
                    key, rootKind, storeId, epoch, parameters, row.getBytes(4))
                .orElseThrow();
        assertThat(storeKey).hasSize(32);
        epochs.put(epoch, new IndependentStoreSeal(storeId, epoch, storeKey));
      }
    }
    return storeId;
  }

  private void readItems(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT kind, account, region, id, version, sequence, epoch, document, mac"
                + " FROM kms_item")) {
      while (row.next()) {
        readItem(row);
      }
    }
  }

  private void readItem(ResultSet item) throws SQLException {
    int kind = item.getInt(1);
    int epoch = item.getInt(7);
    byte[] document = bytes(item, 8);
    IndependentStoreSeal seal = epochs.get(epoch);
    byte[] row =
        seal.row(
            kind,
            item.getString(2),
            item.getString(3),
            item.getString(4),
            item.getLong(5),
            item.getLong(6),
            document);
    String name = item.getString(2) + "/" + item.getString(3) + "/" + item.getString(4);
    assertThat(seal.mac(row)).as(name).isEqualTo(item.getBytes(9));
    sum = sum.add(new BigInteger(1, seal.summand(row))).mod(MODULUS);
    items++;
    itemsByEpoch.merge(epoch, 1, Integer::sum);
    if (kind == 3) {
      assertThat(document).as(name).isEmpty();
      tombstones++;
    } else {
      assertThat(kind).as(name).isEqualTo(item.getString(4).startsWith("alias/") ? 2 : 1);
      documents.put(name, JsonParser.parseString(new String(document, UTF_8)).getAsJsonObject());
    }
  }

  private void checkHead(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT * FROM kms_store")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getLong("item_count")).isEqualTo(items);
      assertThat(row.getInt("epoch"))
          .isEqualTo(epochs.keySet().stream().max(Integer::compare).get());
      schema = row.getInt("schema_version");
      sequence = row.getLong("sequence");
      byte[] sealed = openTag(row, epochs.get(row.getInt("epoch")));
      assertThat(sealed).hasSize(32);
      assertThat(new BigInteger(1, sealed)).as("the sum over all items").isEqualTo(sum);
    }
  }

  /** In schema 1, the tag does not cover writer, confirmed and floor, which do not exist there. */
  private byte[] openTag(ResultSet row, IndependentStoreSeal seal) throws SQLException {
    byte[] tag = row.getBytes("tag");
    if (schema == 1) {
      assertThat(row.getMetaData().getColumnCount()).isEqualTo(7);
      return seal.openTag(sequence, items, tag).orElseThrow();
    }
    writer = row.getInt("writer");
    confirmed = row.getLong("confirmed");
    floor = row.getLong("floor");
    assertThat(schema).isEqualTo(2);
    assertThat(writer).isPositive();
    assertThat(confirmed).isNotNegative();
    assertThat(floor).isBetween(0L, sequence);
    return seal.openTag(schema, sequence, items, writer, confirmed, floor, tag).orElseThrow();
  }

  /** Checks that every material named in a document is there, and no other. */
  private void readMaterials(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT account, region, key_id, material_id, epoch, sealed FROM kms_material")) {
      while (row.next()) {
        String account = row.getString(1);
        String region = row.getString(2);
        String keyId = row.getString(3);
        byte[] id = row.getBytes(4);
        byte[] material =
            epochs
                .get(row.getInt(5))
                .openMaterial(account, region, keyId, id, row.getBytes(6))
                .orElseThrow();
        assertThat(IndependentBlobReader.materialId(material, keyId)).isEqualTo(id);
        materials.put(named(account + "/" + region + "/" + keyId, id), material);
      }
    }
    Map<String, Boolean> promised = new TreeMap<>();
    documents.forEach(
        (name, document) -> {
          if (document.has("Materials")) {
            for (JsonElement material : document.getAsJsonArray("Materials")) {
              String id = material.getAsJsonObject().get("MaterialId").getAsString();
              promised.put(named(name, Base64.getDecoder().decode(id)), true);
            }
          }
        });
    assertThat(materials.keySet()).isEqualTo(promised.keySet());
  }

  private static String named(String key, byte[] materialId) {
    return key + "/" + HexFormat.of().formatHex(materialId);
  }

  /** SQLite's driver returns null for an empty blob. */
  private static byte[] bytes(ResultSet row, int column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? new byte[0] : bytes;
  }
}
