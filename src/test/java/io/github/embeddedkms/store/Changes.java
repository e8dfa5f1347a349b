package io.github.embeddedkms.store;

import java.util.Optional;
import java.util.function.Supplier;

/** How a node makes its changes, each between a report of its announcement and one of its end. */
interface Changes {

  /**
   * Makes a change.
   *
   * @param words what it changes, as in {@link Contents}
   */
  void make(String words, Runnable action);

  /** Creates a key; its id is known once it is there. */
  Optional<String> create(Supplier<String> action);

  /** Changes that succeed, unless the process is killed. */
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
