package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.store.KeyEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checks that operations share, apart from naming a key and from key states. */
final class Checks {

  /** How every text begins that is not the service's. */
  private static final String OURS = "embedded-kms: ";

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

  /**
   * The owner's account may do everything with its keys. Grants do not exist yet, so that no grant
   * token can be one of ours.
   */
  static void authorized(@Nullable List<String> grantTokens) {
    if (grantTokens != null && !grantTokens.isEmpty()) {
      throw new InvalidGrantTokenException("embedded-kms: no grant was issued with this token");
    }
  }

  /** What the service says of a key in another account that lets nobody else in. */
  static AccessDeniedException notAuthorized(Caller caller, String action, String arn) {
    return new AccessDeniedException(
        "User: "
            + caller.principal()
            + " is not authorized to perform: kms:"
            + action
            + " on resource: "
            + arn
            + " because no resource-based policy allows the kms:"
            + action
            + " action");
  }

  static void usage(Caller caller, KeyEntry key, KeyUsageType needed, String action) {
    if (key.keyUsage() != needed) {
      throw new InvalidKeyUsageException(
          Names.arnOf(caller, key)
              + " key usage is "
              + key.keyUsage()
              + " which is not valid for "
              + action
              + ".");
    }
  }

  /** So far there are only symmetric keys, which offer one algorithm. */
  static void algorithm(KeyEntry key, @Nullable EncryptionAlgorithmSpec algorithm) {
    if (algorithm != null && algorithm != SYMMETRIC_DEFAULT) {
      throw new InvalidKeyUsageException(
          "Algorithm " + algorithm + " is incompatible with key spec " + key.keySpec() + ".");
    }
  }

  /** Refuses what the service does and this library does not do yet, rather than ignoring it. */
  static void supported(boolean supported, String what) {
    if (!supported) {
      throw new UnsupportedOperationException(OURS + what + " is not supported yet");
    }
  }

  /** Whether this is a refusal of {@link #supported}, and no bug. */
  static boolean saysNotYet(UnsupportedOperationException e) {
    return e.getMessage() != null && e.getMessage().startsWith(OURS);
  }

  static void notDry(@Nullable Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw new DryRunOperationException(WOULD_HAVE_SUCCEEDED);
    }
  }
}
