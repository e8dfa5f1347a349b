package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.SecretBytes;
import java.util.List;

/**
 * A data key and its sealed forms.
 *
 * @param secret the data key itself; wiped by {@link #close}
 * @param recipients its sealed forms; empty if it was opened rather than created
 */
record DataKey(SecretBytes secret, List<Recipient> recipients) implements AutoCloseable {

  DataKey {
    recipients = List.copyOf(recipients);
  }

  @Override
  public void close() {
    secret.close();
  }
}
