package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Cancels the scheduled deletion of a KMS key. The key is disabled afterwards; {@link EnableKey}
 * enables it.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, CancelKeyDeletion.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record CancelKeyDeletion(@Required @KeyIdentifier String keyId)
    implements KmsRequest<CancelKeyDeletion.Response> {

  /**
   * The key whose deletion was cancelled.
   *
   * @param keyId the key ARN of the KMS key
   */
  @RecordBuilder
  public record Response(String keyId) {}
}
