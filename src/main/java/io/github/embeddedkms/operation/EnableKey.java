package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Enables a disabled KMS key. Enabling an enabled key does nothing.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, EnableKey.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record EnableKey(@Required @KeyIdentifier String keyId)
    implements KmsRequest<EnableKey.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
