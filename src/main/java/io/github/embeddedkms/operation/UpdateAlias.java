package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.AliasName;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Points an existing alias to another KMS key, with the same key usage and of the same kind
 * (symmetric, asymmetric or HMAC), in the same account and Region. Earlier ciphertexts stay bound
 * to the key that encrypted them. A key has at most 50 aliases.
 *
 * <p>Errors: ValidationException, NotAuthorizedException (for a reserved name), NotFoundException,
 * AccessDeniedException, KMSInvalidStateException, LimitExceededException.
 *
 * <p>Source: AWS KMS API Reference, UpdateAlias.
 *
 * @param aliasName the alias, with its prefix {@code alias/}
 * @param targetKeyId the new key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record UpdateAlias(
    @Required @AliasName String aliasName, @Required @KeyIdentifier String targetKeyId)
    implements KmsRequest<UpdateAlias.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
