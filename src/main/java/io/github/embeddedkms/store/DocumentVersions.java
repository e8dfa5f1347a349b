package io.github.embeddedkms.store;

import java.util.function.ToIntFunction;

/**
 * The versions of documents. A store records the highest version that was ever needed. A node that
 * does not support it may read, but not write.
 *
 * @param newest the newest version that this code reads and writes
 * @param needed returns the lowest version that can read the document of an entry
 */
record DocumentVersions(int newest, ToIntFunction<Entry> needed) {

  static DocumentVersions current() {
    return new DocumentVersions(Documents.VERSION, Documents::versionOf);
  }
}
