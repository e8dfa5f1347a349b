package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.AliasName;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Creates an alias for a KMS key, in the key's account and Region. Requests can name the key by the
 * alias. A ciphertext is bound to the key, never to the alias. A key has at most 50 aliases.
 *
 * <p>Errors: ValidationException, NotAuthorizedException (for a reserved name),
 * InvalidAliasNameException, NotFoundException, AccessDeniedException, AlreadyExistsException,
 * KMSInvalidStateException, LimitExceededException.
 *
 * <p>Source: AWS KMS API Reference, CreateAlias.
 *
 * @param aliasName {@code alias/} and 1 to 250 letters, digits, slashes, underscores and hyphens;
 *     not {@code alias/aws/…}, which is reserved
 * @param targetKeyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record CreateAlias(
    @Required @AliasName String aliasName, @Required @KeyIdentifier String targetKeyId)
    implements KmsRequest<CreateAlias.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
