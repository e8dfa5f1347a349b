package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Calls the deletion of a KMS key off. The key is disabled afterwards; {@link EnableKey} makes it
 * usable again.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, CancelKeyDeletion.
 *
 * @param keyId the key: key id or key ARN, no alias
 */
@RecordBuilder
public record CancelKeyDeletion(@Required @KeyIdentifier String keyId)
    implements KmsRequest<CancelKeyDeletion.Response> {

  /**
   * A key that stays.
   *
   * @param keyId the key ARN of the KMS key
   */
  @RecordBuilder
  public record Response(String keyId) {}
}
