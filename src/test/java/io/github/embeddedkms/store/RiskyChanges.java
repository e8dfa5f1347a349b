package io.github.embeddedkms.store;

import io.github.embeddedkms.exception.KeyUnavailableException;
import io.github.embeddedkms.exception.KmsInternalException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Changes that may fail. Afterwards the storage itself tells whether such a change was made, which
 * must be so wholly or not at all.
 */
abstract class RiskyChanges implements Changes {

  private static final String CREATE = "create";

  /** Runs an action that may fail, and tells whether it succeeded. */
  abstract boolean succeeds(Runnable action);

  /** What this node's storage holds of its own. */
  abstract Contents contents();

  @Override
  public final void make(String words, Runnable action) {
    Contents before = contents();
    Report.say("try " + words);
    boolean done = succeeds(action);
    Contents found = contents();
    // A root key is none of the contents.
    Contents after = words.startsWith("root ") ? before : before.after(words);
    if (done || !found.equals(before)) {
      requireSame(after, found, words);
      Report.say("done " + words);
    } else {
      Report.say((found.equals(after) ? "done " : "undone ") + words);
    }
  }

  @Override
  public final Optional<String> create(Supplier<String> action) {
    Contents before = contents();
    TreeSet<String> ids = new TreeSet<>();
    Report.say("try " + CREATE);
    boolean done = succeeds(() -> ids.add(action.get()));
    Contents found = contents();
    if (!done && found.equals(before)) {
      Report.say("undone " + CREATE);
      return Optional.empty();
    }
    // If the call failed late, its answer is lost, and the key is there.
    ids.addAll(found.keys().keySet());
    ids.removeAll(before.keys().keySet());
    String words = CREATE + " " + String.join(",", ids);
    requireSame(before.after(words), found, words);
    Report.say("done " + words);
    return Optional.of(ids.first());
  }

  private static void requireSame(Contents expected, Contents found, String words) {
    if (!found.equals(expected)) {
      throw new AssertionError("after " + words + " there is " + found + ", not " + expected);
    }
  }

  /** Whether a call that ends like this may be tried again: its storage was not available. */
  static boolean isUnavailable(Throwable failure) {
    return failure instanceof StoreUnavailableException
        || failure instanceof KmsInternalException
        || failure instanceof KeyUnavailableException;
  }
}
