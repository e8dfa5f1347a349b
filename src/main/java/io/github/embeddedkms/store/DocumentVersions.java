package io.github.embeddedkms.store;

import java.util.function.ToIntFunction;

/**
 * The versions of documents. A store remembers the highest one that was ever needed: a node that
 * does not know it may read, but not write.
 *
 * @param newest the newest version that this code reads and writes
 * @param needed the lowest version that can read an entry, once it is written
 */
record DocumentVersions(int newest, ToIntFunction<Entry> needed) {

  static DocumentVersions current() {
    return new DocumentVersions(Documents.VERSION, Documents::versionOf);
  }
}
