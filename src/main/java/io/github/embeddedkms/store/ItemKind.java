package io.github.embeddedkms.store;

import java.util.Optional;

/** What an item of a store is, by the byte that stands for it. */
enum ItemKind {
  /** A key, in one Region. */
  KEY(1),
  /** An alias. */
  ALIAS(2),
  /** What a removed key or alias leaves behind, so that others see it is gone. */
  TOMBSTONE(3);

  private final byte code;

  ItemKind(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static Optional<ItemKind> of(int code) {
    // No stream: this is asked for every row of a store that is opened.
    for (ItemKind kind : values()) {
      if (kind.code == code) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
