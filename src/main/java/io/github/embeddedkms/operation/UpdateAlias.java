package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.AliasName;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Makes an alias stand for another KMS key, of the same usage, in the same account and Region. What
 * was encrypted before stays bound to the key that it was encrypted under.
 *
 * <p>Errors: ValidationException, NotAuthorizedException (for a reserved name), NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, UpdateAlias.
 *
 * @param aliasName the alias, with its prefix {@code alias/}
 * @param targetKeyId the key: key id or key ARN, no alias
 */
@RecordBuilder
public record UpdateAlias(
    @Required @AliasName String aliasName, @Required @KeyIdentifier String targetKeyId)
    implements KmsRequest<UpdateAlias.Response> {

  /** Nothing: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
