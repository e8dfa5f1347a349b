package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyStorage;
import java.util.function.Supplier;

/**
 * Optimistic changes: a call reads, decides and commits; if another change was faster, the whole
 * call, its checks included, is run again on what there is now.
 */
final class Transactions {

  /** Another change was faster. Never leaves this room. */
  private static final class Stale extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Stale() {
      // Control flow, not an error: no stack trace.
      super(null, null, false, false);
    }
  }

  /** One call may meet a deletion; by alias, perhaps a second one. */
  private static final int MOST_DELETIONS = 10;

  private final KeyStorage storage;

  Transactions(KeyStorage storage) {
    this.storage = storage;
  }

  /** Applies a change, or has the call run again. */
  void commit(Change change) {
    if (!storage.apply(change)) {
      throw new Stale();
    }
  }

  /** Runs a call until nothing comes between its reading and its committing or using. */
  <R> R run(Supplier<R> call) {
    int deletedUnderIt = 0;
    while (true) {
      try {
        return call.get();
      } catch (Stale e) {
        // Somebody else got on; that is progress, so this ends.
      } catch (KeyMaterial.ClosedException e) {
        // The key was deleted before it was used: the next run will not find it. If it does, again
        // and again, its material is closed by mistake.
        if (++deletedUnderIt > MOST_DELETIONS) {
          throw e;
        }
      }
    }
  }
}
