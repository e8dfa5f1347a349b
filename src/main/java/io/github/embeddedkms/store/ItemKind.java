package io.github.embeddedkms.store;

import org.jspecify.annotations.Nullable;

/**
 * The kind of an item of a store, encoded as one byte. A newer version of this library may write
 * kinds that this version does not know.
 *
 * @param code 0 to 255
 */
record ItemKind(int code) {

  /** A key, in one Region. */
  static final ItemKind KEY = new ItemKind(1);

  /** An alias. */
  static final ItemKind ALIAS = new ItemKind(2);

  /** A row that replaces a removed entry, so that other nodes notice the removal. */
  static final ItemKind TOMBSTONE = new ItemKind(3);

  /** A grant of a key. */
  static final ItemKind GRANT = new ItemKind(4);

  /** The last use of a key. Kind 5 is reserved for custom key stores. */
  static final ItemKind LAST_USE = new ItemKind(6);

  /** Written out, like {@link #hashCode}: a new JVM takes 20 ms to generate the first of them. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ItemKind that && code == that.code;
  }

  @Override
  public int hashCode() {
    return code;
  }

  static ItemKind of(int code) {
    // Opening a store creates one for each row; nearly all rows share these objects.
    return switch (code) {
      case 1 -> KEY;
      case 2 -> ALIAS;
      case 3 -> TOMBSTONE;
      case 4 -> GRANT;
      case 6 -> LAST_USE;
      default -> new ItemKind(code);
    };
  }
}
