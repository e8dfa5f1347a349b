package io.github.embeddedkms.envelope;

import java.util.function.LongConsumer;

/**
 * A data key for the moment in which one message takes its keys from it.
 *
 * @param dataKey what is lent
 * @param charge takes how many bytes of plaintext have been sealed with it, also after the return
 * @param giveBack what to do with it then
 */
record Lease(DataKey dataKey, LongConsumer charge, Runnable giveBack) implements AutoCloseable {

  /** Of a data key that nobody else uses: wiped when it is given back. */
  static Lease of(DataKey dataKey) {
    return new Lease(dataKey, bytes -> {}, dataKey::close);
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
