package io.github.embeddedkms.local;

import io.github.embeddedkms.KmsClient;
import java.time.Duration;

/**
 * One of the providers that share their keys, on the clock of the model.
 *
 * @param kms a client of the node
 * @param maximumStaleness the age at which a copy is no longer used
 * @param closing closes the node at the end
 */
record ModelNode(KmsClient kms, Duration maximumStaleness, Runnable closing) {

  /** Creates a node that sees every change immediately. */
  static ModelNode of(LocalKeyProvider provider) {
    return new ModelNode(provider, Duration.ZERO, provider::close);
  }
}
