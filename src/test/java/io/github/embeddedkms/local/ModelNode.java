package io.github.embeddedkms.local;

import io.github.embeddedkms.KmsClient;
import java.time.Duration;

/**
 * One of the providers that share their keys, on the clock of the model.
 *
 * @param kms calls it
 * @param maximumStaleness from how old on it answers nothing any more
 * @param closing closes it, when all is done
 */
record ModelNode(KmsClient kms, Duration maximumStaleness, Runnable closing) {

  /** One that knows of every change at once. */
  static ModelNode of(LocalKeyProvider provider) {
    return new ModelNode(provider, Duration.ZERO, provider::close);
  }
}
