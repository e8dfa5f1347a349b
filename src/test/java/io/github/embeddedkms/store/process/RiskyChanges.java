package io.github.embeddedkms.store.process;

import io.github.embeddedkms.exception.KeyUnavailableException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Changes that may fail. Afterwards the storage itself shows whether such a change was applied,
 * which must be completely or not at all.
 */
public abstract class RiskyChanges implements Changes {

  private static final String CREATE = "create";

  /** Runs an action that may fail, and returns whether it succeeded. */
  protected abstract boolean succeeds(Runnable action);

  /** Returns the part of the storage's contents that belongs to this node. */
  protected abstract Contents contents();

  @Override
  public final void make(String words, Runnable action) {
    Contents before = contents();
    Report.say("try " + words);
    boolean done = succeeds(action);
    Contents found = contents();
    // The root key is not part of the contents.
    Contents after = words.startsWith("root ") ? before : before.after(words);
    if (done || !found.equals(before)) {
      requireEqual(after, found, words);
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
    // If the call failed late, its response is lost, but the key is there.
    ids.addAll(found.keys().keySet());
    ids.removeAll(before.keys().keySet());
    String words = CREATE + " " + String.join(",", ids);
    requireEqual(before.after(words), found, words);
    Report.say("done " + words);
    return Optional.of(ids.first());
  }

  private static void requireEqual(Contents expected, Contents found, String words) {
    if (!found.equals(expected)) {
      throw new AssertionError("after " + words + " there is " + found + ", not " + expected);
    }
  }

  /** Returns whether a call that fails like this may be retried: its storage was unavailable. */
  protected static boolean isUnavailable(Throwable failure) {
    return failure instanceof StoreUnavailableException
        || failure instanceof KmsInternalException
        || failure instanceof KeyUnavailableException;
  }
}
