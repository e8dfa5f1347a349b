package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Disables the automatic rotation of a KMS key. Does nothing if it is not enabled. {@link
 * RotateKeyOnDemand} remains possible.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, DisabledException, KMSInvalidStateException, UnsupportedOperationException
 * (for imported material, and for replicas).
 *
 * <p>Source: AWS KMS API Reference, DisableKeyRotation.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record DisableKeyRotation(@Required @KeyIdentifier String keyId)
    implements KmsRequest<DisableKeyRotation.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
