package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.ImportedPrivateKey;
import io.github.embeddedkms.exception.ExpiredImportTokenException;
import io.github.embeddedkms.model.AlgorithmSpec;
import java.time.Instant;

/**
 * The content of an import token.
 *
 * @param validTo when it expires
 * @param algorithm how the material is wrapped
 * @param wrappingKey the private key, which {@link #close()} wipes
 */
record ImportToken(Instant validTo, AlgorithmSpec algorithm, ImportedPrivateKey wrappingKey)
    implements AutoCloseable {

  /** Requires that the token has not expired. The service's message was never recorded. */
  void requireValid(Instant now) {
    if (!now.isBefore(validTo)) {
      throw new ExpiredImportTokenException(
          "embedded-kms: the import token expired at "
              + validTo
              + ": call GetParametersForImport again");
    }
  }

  /** Wipes the private key. */
  @Override
  public void close() {
    wrappingKey.close();
  }
}
