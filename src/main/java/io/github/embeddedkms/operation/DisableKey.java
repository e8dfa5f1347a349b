package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Disables a KMS key. It cannot be used in cryptographic operations until {@link EnableKey} enables
 * it. Disabling a disabled key does nothing.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, DisableKey.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record DisableKey(@Required @KeyIdentifier String keyId)
    implements KmsRequest<DisableKey.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
