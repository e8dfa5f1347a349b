package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.OriginType;

/**
 * The versions of the documents in which entries are stored.
 *
 * <p>Documents are read strictly: a document with an unknown or duplicate member, or without a
 * required member, is unreadable. A version of this library therefore never drops unknown members
 * by writing a document back, and every added member creates a new version. A document that uses
 * none of the newer members has the same bytes as in the older version.
 */
final class Documents {

  /** The newest version that this code reads and writes. */
  static final int VERSION = 6;

  private Documents() {}

  /** Returns the document of an entry. */
  static Bytes write(Entry entry) {
    return entry.kind().write(entry);
  }

  /** Returns the lowest version that can read the document of an entry. */
  static int versionOf(Entry entry) {
    // Older versions do not know grants and last uses: if they deleted a key, its grants and its
    // last use would remain.
    if (entry instanceof GrantEntry) {
      return 6;
    }
    if (!(entry instanceof KeyEntry key)) {
      return entry instanceof LastUseEntry ? 3 : 1;
    }
    if (KeyDocument.hasRestrictedPolicy(key)) {
      return 5;
    }
    if (key.origin() != OriginType.AWS_KMS
        || key.relations() != null
        || key.life().pendingWindowInDays() != null
        || key.life().transition() != null) {
      return 4;
    }
    if (key.policy() != null
        || key.rotation() != null
        || key.keyManager() != KeyManagerType.CUSTOMER
        || hasRotated(key)) {
      return 3;
    }
    // Asymmetric and HMAC keys, which version 1 does not read.
    return KeySpecTable.of(key.keySpec()).kind() == MaterialKind.SYMMETRIC ? 1 : 2;
  }

  private static boolean hasRotated(KeyEntry key) {
    return key.materials().stream().anyMatch(material -> material.rotated() != null);
  }
}
