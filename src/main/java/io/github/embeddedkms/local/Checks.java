package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checks that operations share, apart from naming a key and from key states. */
final class Checks {

  /** How every text begins that is not the service's. */
  private static final String WOULD_HAVE_SUCCEEDED =
      "The request would have succeeded, but the DryRun option is set.";

  private Checks() {}

  /** An absent context is an empty one. What is no Unicode text cannot be bound, and is refused. */
  static EncryptionContext context(@Nullable Map<String, String> pairs) {
    try {
      return pairs == null ? EncryptionContext.none() : EncryptionContext.of(pairs);
    } catch (IllegalArgumentException e) {
      // On the wire such a text does not exist, so the service has no words for it.
      throw new ValidationException("embedded-kms: " + e.getMessage());
    }
  }

  static void usage(ResolvedKey key, KeyUsageType needed, String action) {
    KeyUsageType usage = key.entry().keyUsage();
    if (usage != needed) {
      throw new InvalidKeyUsageException(
          key.arn() + " key usage is " + usage + " which is not valid for " + action + ".");
    }
  }

  /** The algorithm is one of those of the key's spec. */
  static void algorithm(ResolvedKey key, @Nullable EncryptionAlgorithmSpec algorithm) {
    if (algorithm != null
        && !KeySpecTable.of(key.entry().keySpec()).encryption().contains(algorithm)) {
      throw new InvalidKeyUsageException(
          "Algorithm "
              + algorithm
              + " is incompatible with key spec "
              + key.entry().keySpec()
              + ".");
    }
  }

  /** Refuses what the service does and this library does not do yet, rather than ignoring it. */
  static void supported(boolean supported, String what) {
    if (!supported) {
      throw new NotSupportedYetException("embedded-kms: " + what + " is not supported yet");
    }
  }

  static void notDry(@Nullable Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw new DryRunOperationException(WOULD_HAVE_SUCCEEDED);
    }
  }
}
