package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A kind of entry: how the store distinguishes it from other kinds, and how its entries are
 * converted to documents.
 *
 * <p>Kinds are compared by identity: there is exactly one object for each.
 *
 * @param <E> the type of the entries
 */
public final class EntryKind<E extends Entry> {

  /** Converts a document into an entry. */
  interface Reader<E extends Entry, D extends Record> {

    /**
     * Returns the entry of an item whose MAC has been checked.
     *
     * @param materials supplies the materials that the document names
     */
    E read(Item item, D document, Materials materials);
  }

  /**
   * Supplies the materials of a key that is read. Their bytes are fetched when they are first used.
   */
  interface Materials {

    /**
     * Returns a material whose bytes must exist.
     *
     * @throws UnreadableItemException if a newer version of this library has written its document
     */
    Material of(Address key, KeySpec keySpec, KeyDocument.Material document);
  }

  private final ItemKind itemKind;
  private final Class<E> type;
  private final Function<E, ? extends Record> writer;
  private final BiFunction<Item, Materials, E> reader;

  private EntryKind(
      ItemKind itemKind,
      Class<E> type,
      Function<E, ? extends Record> writer,
      BiFunction<Item, Materials, E> reader) {
    this.itemKind = itemKind;
    this.type = type;
    this.writer = writer;
    this.reader = reader;
  }

  /**
   * Creates a kind.
   *
   * @param itemKind what marks the kind in the rows of a database
   * @param type the class of its entries
   * @param document the class of its documents
   */
  static <E extends Entry, D extends Record> EntryKind<E> of(
      ItemKind itemKind,
      Class<E> type,
      Class<D> document,
      Function<E, D> writer,
      Reader<E, D> reader) {
    return new EntryKind<>(
        itemKind,
        type,
        writer,
        (item, materials) -> reader.read(item, document(document, item), materials));
  }

  private static <D extends Record> D document(Class<D> type, Item item) {
    try {
      return DocumentReader.of(type).read(item.document().asByteArray());
    } catch (JsonException e) {
      // The document is authentic, so another version of this library has written it.
      throw UnreadableItemException.of(item.address());
    }
  }

  /**
   * Returns the class of the entries.
   *
   * @return their class
   */
  public Class<E> type() {
    return type;
  }

  ItemKind itemKind() {
    return itemKind;
  }

  /** Casts an entry of this kind to its type. */
  E cast(Entry entry) {
    return type.cast(entry);
  }

  /** Returns the document of an entry of this kind, byte for byte as it is stored. */
  Bytes write(Entry entry) {
    return Bytes.fromByteArray(JsonRecords.write(writer.apply(cast(entry))));
  }

  /**
   * Returns the entry of an item of this kind whose MAC has been checked.
   *
   * @throws UnreadableItemException if the document is of a newer version
   */
  E read(Item item, Materials materials) {
    return reader.apply(item, materials);
  }

  /** Returns the simple name of the class of the entries. */
  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
