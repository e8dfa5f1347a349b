package io.github.embeddedkms.store.process;

import java.util.Optional;
import java.util.function.Supplier;

/** Makes a node's changes, each between a report that announces it and a report of its result. */
public interface Changes {

  /**
   * Makes a change.
   *
   * @param words the change in words, as in {@link Contents}
   */
  void make(String words, Runnable action);

  /** Creates a key; its id is known only after it has been created. */
  Optional<String> create(Supplier<String> action);

  /** Returns changes that succeed unless the process is killed. */
  static Changes ofHealthyNode() {
    return new Changes() {
      @Override
      public void make(String words, Runnable action) {
        Report.change(words, action);
      }

      @Override
      public Optional<String> create(Supplier<String> action) {
        Report.say("try create");
        String keyId = action.get();
        Report.say("done create " + keyId);
        return Optional.of(keyId);
      }
    };
  }
}
