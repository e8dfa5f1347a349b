package io.github.embeddedkms.store;

/**
 * What an item of a store is, by the byte that stands for it. A newer version of this library may
 * write kinds that this one does not know.
 *
 * @param code 0 to 255
 */
record ItemKind(int code) {

  /** A key, in one Region. */
  static final ItemKind KEY = new ItemKind(1);

  /** An alias. */
  static final ItemKind ALIAS = new ItemKind(2);

  /** What a removed entry leaves behind, so that others see it is gone. */
  static final ItemKind TOMBSTONE = new ItemKind(3);

  static ItemKind of(int code) {
    // Nearly all rows of a store that is opened share these.
    return switch (code) {
      case 1 -> KEY;
      case 2 -> ALIAS;
      case 3 -> TOMBSTONE;
      default -> new ItemKind(code);
    };
  }
}
