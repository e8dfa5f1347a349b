package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a grant of a KMS key, whatever the state of the key, and so ends the permissions that the
 * grant gives. The caller needs the permission for this operation; {@link RetireGrant} is for those
 * that use a grant.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException (also if
 * the key has no such grant), AccessDeniedException, InvalidGrantIdException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, RevokeGrant; AWS KMS Developer Guide, "Retiring and revoking
 * grants".
 *
 * @param keyId the key: key id or key ARN, but not an alias; the ARN for a key of another account
 * @param grantId the id of the grant, 1 to 128 characters
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record RevokeGrant(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 128) String grantId,
    @Nullable Boolean dryRun)
    implements KmsRequest<RevokeGrant.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
