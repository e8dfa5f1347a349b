package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checks that operations share, apart from naming a key and from key states. */
final class Checks {

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
  static AccessDeniedException notAuthorized(Call<?> call, String arn) {
    String action = "kms:" + call.operation();
    return new AccessDeniedException(
        "User: "
            + call.caller().principal()
            + " is not authorized to perform: "
            + action
            + " on resource: "
            + arn
            + " because no resource-based policy allows the "
            + action
            + " action");
  }

  static void usage(Call<?> call, KeyUsageType needed) {
    KeyUsageType usage = call.key().keyUsage();
    if (usage != needed) {
      throw new InvalidKeyUsageException(
          call.keyArn()
              + " key usage is "
              + usage
              + " which is not valid for "
              + call.operation()
              + ".");
    }
  }

  /** So far there are only symmetric keys, which offer one algorithm. */
  static void algorithm(Call<?> call, @Nullable EncryptionAlgorithmSpec algorithm) {
    if (algorithm != null && algorithm != SYMMETRIC_DEFAULT) {
      throw new InvalidKeyUsageException(
          "Algorithm "
              + algorithm
              + " is incompatible with key spec "
              + call.key().keySpec()
              + ".");
    }
  }

  /** Refuses what the service does and this library does not do yet, rather than ignoring it. */
  static void supported(boolean supported, String what) {
    if (!supported) {
      throw new UnsupportedOperationException("embedded-kms: " + what + " is not supported yet");
    }
  }

  static void notDry(@Nullable Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw new DryRunOperationException(WOULD_HAVE_SUCCEEDED);
    }
  }
}
