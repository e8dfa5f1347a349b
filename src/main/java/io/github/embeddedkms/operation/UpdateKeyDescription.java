package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Changes the description of a KMS key. An empty description removes it.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException (for a key that is pending deletion).
 *
 * <p>Source: AWS KMS API Reference, UpdateKeyDescription.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param description the new description, 0 to 8192 characters
 */
@RecordBuilder
public record UpdateKeyDescription(
    @Required @KeyIdentifier String keyId, @Required @Length(max = 8192) String description)
    implements KmsRequest<UpdateKeyDescription.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
