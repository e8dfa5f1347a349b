package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * The versions of the documents that stand for entries.
 *
 * <p>A document is read strictly: an unknown member, one that comes twice and a required one that
 * is missing all make it unreadable. So a version of this library never writes back a document
 * without what it does not know, and every member that is added makes a new version. A document
 * that uses none of the newer members has the bytes of the older version.
 */
final class Documents {

  /** The newest version that this code reads and writes. */
  static final int VERSION = 1;

  private Documents() {}

  /** The document of an entry. */
  static Bytes write(Entry entry) {
    return entry.kind().write(entry);
  }

  /** The lowest version that can read the document of an entry. */
  static int versionOf(@SuppressWarnings("unused") Entry entry) {
    // The members of the first version are all there are.
    return VERSION;
  }
}
