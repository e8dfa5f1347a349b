package io.github.embeddedkms.store;

import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.model.Bytes;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A kind of entries: how the store distinguishes it from others, and how its entries become
 * documents.
 *
 * <p>Kinds are compared by identity: there is one object for each.
 *
 * @param <E> the type of the entries
 */
public final class EntryKind<E extends Entry> {

  /** Turns a document into an entry. */
  interface Reader<E extends Entry, D extends Record> {

    /**
     * The entry of an item whose MAC has been checked.
     *
     * @param materials gives the materials that the document names
     */
    E read(Item item, D document, Materials materials);
  }

  /** Gives the materials of a key that is read; their bytes are fetched when they are used. */
  interface Materials {
    MaterialEntry of(Address key, KeyDocument.Material document, boolean last);
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
   * A kind.
   *
   * @param itemKind what marks it in the rows of a database
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
      return JsonRecords.readStrictly(type, item.document().asByteArray());
    } catch (JsonException e) {
      // It is authentic: some version of this library has written it.
      throw UnreadableItemException.of(item.address());
    }
  }

  /**
   * The class of the entries.
   *
   * @return their class
   */
  public Class<E> type() {
    return type;
  }

  ItemKind itemKind() {
    return itemKind;
  }

  /** The same entry with its type. */
  E cast(Entry entry) {
    return type.cast(entry);
  }

  /** The document of an entry of this kind, byte for byte as it is stored. */
  Bytes write(Entry entry) {
    return Bytes.fromByteArray(JsonRecords.write(writer.apply(cast(entry))));
  }

  /**
   * The entry of an item of this kind whose MAC has been checked.
   *
   * @throws UnreadableItemException if the document is of a newer version
   */
  E read(Item item, Materials materials) {
    return reader.apply(item, materials);
  }

  /** The class of the entries. */
  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
