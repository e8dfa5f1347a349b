package io.github.embeddedkms.envelope;

import java.util.function.LongConsumer;

/**
 * A data key, lent while the keys of one message are derived from it.
 *
 * @param dataKey what is lent
 * @param charge takes how many bytes of plaintext have been sealed with it, also after the return
 * @param giveBack what to do when it is returned
 */
record Lease(DataKey dataKey, LongConsumer charge, Runnable giveBack) implements AutoCloseable {

  /** Of a data key without other users: wiped when it is returned. */
  static Lease of(DataKey dataKey) {
    return new Lease(dataKey, bytes -> {}, dataKey::close);
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
