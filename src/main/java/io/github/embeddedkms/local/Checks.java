package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The checks that several operations share, apart from resolving keys and checking key states. */
final class Checks {

  /** The service's message for a successful dry run. */
  private static final String WOULD_HAVE_SUCCEEDED =
      "The request would have succeeded, but the DryRun option is set.";

  private Checks() {}

  /**
   * Treats an absent context as an empty one. A string that is not valid Unicode cannot be bound to
   * a ciphertext and is rejected.
   */
  static EncryptionContext toEncryptionContext(@Nullable Map<String, String> pairs) {
    try {
      return pairs == null ? EncryptionContext.none() : EncryptionContext.of(pairs);
    } catch (IllegalArgumentException e) {
      // Such a string cannot occur on the wire, so the service has no message for it.
      throw new ValidationException("embedded-kms: " + e.getMessage());
    }
  }

  /** Requires one of some origins of the key's material. */
  static void requireOrigin(ResolvedKey key, OriginType... possible) {
    OriginType origin = key.entry().origin();
    if (!List.of(possible).contains(origin)) {
      throw new UnsupportedOperationException(
          key.arn() + " origin is " + origin + " which is not valid for this operation.");
    }
  }

  static void requireUsage(ResolvedKey key, KeyUsageType needed, String action) {
    KeyUsageType usage = key.entry().keyUsage();
    if (usage != needed) {
      throw new InvalidKeyUsageException(
          key.arn() + " key usage is " + usage + " which is not valid for " + action + ".");
    }
  }

  /**
   * Requires an algorithm that the key's spec offers.
   *
   * @param offered returns the algorithms of one usage
   */
  static <A> void requireAlgorithm(
      ResolvedKey key, A algorithm, Function<KeySpecTable.Line, List<A>> offered) {
    KeySpec spec = key.entry().keySpec();
    if (!offered.apply(KeySpecTable.of(spec)).contains(algorithm)) {
      throw new InvalidKeyUsageException(
          "Algorithm " + algorithm + " is incompatible with key spec " + spec + ".");
    }
  }

  /** Requires a key of the spec SYMMETRIC_DEFAULT, for operations that only those can do. */
  static void requireSymmetric(ResolvedKey key, String message) {
    if (KeySpecTable.of(key.entry().keySpec()).kind() != MaterialKind.SYMMETRIC) {
      throw new InvalidKeyUsageException(message);
    }
  }

  /** Rejects an encryption context, which asymmetric encryption cannot bind. */
  static void requireNoContext(EncryptionContext context) {
    if (!context.asMap().isEmpty()) {
      throw new ValidationException(
          "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.");
    }
  }

  /** Fails for a closed secret. That is a bug of the caller, which a dry run reports too. */
  static void requireOpen(SecretBytes secret) {
    // Using a closed secret throws.
    int unused = secret.lend(bytes -> bytes.length);
  }

  /**
   * Rejects a feature of the service that this library does not support yet, rather than ignoring
   * it.
   */
  static void requireSupported(boolean supported, String what) {
    if (!supported) {
      throw new NotSupportedYetException("embedded-kms: " + what + " is not supported yet");
    }
  }

  static void stopIfDryRun(@Nullable Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw new DryRunOperationException(WOULD_HAVE_SUCCEEDED);
    }
  }
}
