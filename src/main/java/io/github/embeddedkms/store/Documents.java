package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.model.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Turns entries into the documents that are stored, and back. */
final class Documents {

  /** Gives the material of an entry that is read; its bytes are fetched when they are needed. */
  interface Materials {
    SymmetricMaterial of(Address key, Bytes materialId, Suite suite);
  }

  private Documents() {}

  static ItemKind kindOf(Entry entry) {
    return entry instanceof KeyEntry ? ItemKind.KEY : ItemKind.ALIAS;
  }

  static Bytes write(Entry entry) {
    Record document =
        entry instanceof KeyEntry key ? documentOf(key) : documentOf((AliasEntry) entry);
    return Bytes.fromByteArray(JsonRecords.write(document));
  }

  private static KeyDocument documentOf(KeyEntry key) {
    return new KeyDocument(
        key.creationDate(),
        key.state(),
        key.deletionDate(),
        key.description(),
        key.keySpec(),
        key.keyUsage(),
        key.origin(),
        key.tags(),
        key.materials().stream()
            .map(material -> new KeyDocument.Material(material.id(), (int) material.suite().code()))
            .toList());
  }

  private static AliasDocument documentOf(AliasEntry alias) {
    return new AliasDocument(alias.targetKeyId(), alias.creationDate(), alias.lastUpdatedDate());
  }

  /** The entry of an item that is no tombstone and whose MAC has been checked. */
  static Entry read(Item item, Materials materials) {
    return item.kind() == ItemKind.KEY
        ? key(item, read(KeyDocument.class, item), materials)
        : alias(item, read(AliasDocument.class, item));
  }

  private static KeyEntry key(Item item, KeyDocument document, Materials materials) {
    List<SymmetricMaterial> sealed = new ArrayList<>(document.materials().size());
    for (KeyDocument.Material material : document.materials()) {
      Suite suite = suite(item, material.suite());
      sealed.add(materials.of(item.address(), material.materialId(), suite));
    }
    return new KeyEntry(
        item.address(),
        item.version(),
        document.creationDate(),
        document.state(),
        document.deletionDate(),
        document.description(),
        document.keySpec(),
        document.keyUsage(),
        document.origin(),
        document.tags(),
        sealed);
  }

  private static Suite suite(Item item, int code) {
    // No stream: this is asked for every key of a store that is opened.
    for (Suite suite : Suite.values()) {
      if (suite.code() == code) {
        return suite;
      }
    }
    throw newer(item);
  }

  private static AliasEntry alias(Item item, AliasDocument document) {
    return new AliasEntry(
        item.address(),
        item.version(),
        document.targetKeyId(),
        document.creationDate(),
        document.lastUpdatedDate());
  }

  private static <D extends Record> D read(Class<D> type, Item item) {
    try {
      JsonRecords.Read<D> read = JsonRecords.read(type, item.document().asByteArray());
      if (!read.unknownValues().isEmpty()) {
        throw newer(item);
      }
      return read.record();
    } catch (JsonException e) {
      // It is authentic: some version of this library has written it.
      throw newer(item);
    }
  }

  private static KeyStorageException newer(Item item) {
    return new KeyStorageException(
        item.address().describe() + " was written by a newer version of embedded-kms");
  }
}
