package io.github.embeddedkms.local;

import io.github.embeddedkms.store.StoreUnavailableException;
import java.util.function.Supplier;

/**
 * Thrown when material had to be read from the database before its use, and the database failed.
 * Never leaves this room.
 */
final class MaterialUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final StoreUnavailableException reason;

  private MaterialUnavailable(StoreUnavailableException reason) {
    // The reason has the message and the stack trace.
    super(null, null, false, false);
    this.reason = reason;
  }

  StoreUnavailableException reason() {
    return reason;
  }

  /**
   * Uses a material. Its first use may read it from its storage; no other part of a use can fail
   * because of the storage.
   */
  static <T> T translate(Supplier<T> use) {
    try {
      return use.get();
    } catch (StoreUnavailableException e) {
      throw new MaterialUnavailable(e);
    }
  }
}
