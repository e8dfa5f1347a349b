package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Returns whether a KMS key is rotated automatically, and when next.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, UnsupportedOperationException (for keys in custom key stores).
 *
 * <p>Source: AWS KMS API Reference, GetKeyRotationStatus.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record GetKeyRotationStatus(@Required @KeyIdentifier String keyId)
    implements KmsRequest<GetKeyRotationStatus.Response> {

  /**
   * The rotation of a key.
   *
   * @param keyRotationEnabled whether automatic rotation is enabled; false while the key is pending
   *     deletion, and for keys that cannot be rotated
   * @param keyId the key ARN of the KMS key
   * @param rotationPeriodInDays the days from one automatic rotation to the next; absent if it is
   *     not enabled
   * @param nextRotationDate when the key is next rotated automatically; absent if that is not
   *     enabled. For a disabled key it may be in the past: the key is then rotated when it is
   *     enabled
   * @param onDemandRotationStartDate when the rotation on demand that is in progress began; always
   *     absent, because such rotations are completed immediately
   */
  @RecordBuilder
  public record Response(
      Boolean keyRotationEnabled,
      String keyId,
      @Nullable Integer rotationPeriodInDays,
      @Nullable Instant nextRotationDate,
      @Nullable Instant onDemandRotationStartDate) {}
}
