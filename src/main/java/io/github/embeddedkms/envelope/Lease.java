package io.github.embeddedkms.envelope;

import java.util.function.LongConsumer;

/**
 * A data key that is lent while the keys of one message are derived from it.
 *
 * @param dataKey the data key
 * @param charge takes the number of bytes of plaintext that have been sealed with it, also after
 *     its return
 * @param giveBack returns the data key
 */
record Lease(DataKey dataKey, LongConsumer charge, Runnable giveBack) implements AutoCloseable {

  /** Lends a data key that has no other users and is wiped on return. */
  static Lease of(DataKey dataKey) {
    return new Lease(dataKey, bytes -> {}, dataKey::close);
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
