package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Enables the automatic rotation of a symmetric encryption key. When the period has passed, the key
 * gets new key material, and again after each further period. Ciphertexts under earlier material
 * can still be decrypted. If rotation is already enabled, the period begins again now, with the new
 * length.
 *
 * <p>A key that is disabled or pending deletion is not rotated. If it was due in the meantime, it
 * is rotated once when it is enabled again, and the next period begins then; otherwise its next
 * date remains.
 *
 * <p>The replicas of a multi-Region primary key are rotated with it, whatever their state is.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, DisabledException, KMSInvalidStateException, UnsupportedOperationException
 * (for imported material, for keys other than symmetric encryption keys, and for replicas).
 *
 * <p>Source: AWS KMS API Reference, EnableKeyRotation.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param rotationPeriodInDays the period, 90 to 2560 days; 365 if absent
 */
@RecordBuilder
public record EnableKeyRotation(
    @Required @KeyIdentifier String keyId,
    @Nullable @Range(min = 90, max = 2560) Integer rotationPeriodInDays)
    implements KmsRequest<EnableKeyRotation.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
