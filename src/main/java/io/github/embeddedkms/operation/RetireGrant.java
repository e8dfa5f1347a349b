package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a grant that has served its purpose, whatever the state of its key. The request names the
 * grant by a token, or by its key and its id. The retiring principal of the grant can do this, its
 * grantee if the grant permits {@code RetireGrant}, and the accounts of its issuer and of the key.
 * If any of these is an account, its principals need an identity policy. Others {@linkplain
 * RevokeGrant revoke} a grant.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException (also for a request that names
 * no grant), NotFoundException, AccessDeniedException, InvalidGrantTokenException,
 * InvalidGrantIdException, KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, RetireGrant; AWS KMS Developer Guide, "Retiring and revoking
 * grants".
 *
 * @param grantToken any token of the grant, 1 to 8192 characters
 * @param keyId the key: key id or key ARN, but not an alias; the ARN for a key of another account
 * @param grantId the id of the grant, 1 to 128 characters; needs {@code keyId}
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record RetireGrant(
    @Nullable @Length(min = 1, max = 8192) String grantToken,
    @Nullable @KeyIdentifier String keyId,
    @Nullable @Length(min = 1, max = 128) String grantId,
    @Nullable Boolean dryRun)
    implements KmsRequest<RetireGrant.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
