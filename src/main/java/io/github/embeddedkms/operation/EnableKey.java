package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Makes a disabled KMS key usable again. Enabling an enabled key does nothing.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, EnableKey.
 *
 * @param keyId the key: key id or key ARN, no alias
 */
@RecordBuilder
public record EnableKey(@Required @KeyIdentifier String keyId)
    implements KmsRequest<EnableKey.Response> {

  /** Nothing: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
