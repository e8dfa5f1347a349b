package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.AliasName;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Deletes an alias, whatever the state of its KMS key. The key itself is not changed.
 *
 * <p>Errors: ValidationException, NotAuthorizedException (for a reserved name), NotFoundException.
 *
 * <p>Source: AWS KMS API Reference, DeleteAlias.
 *
 * @param aliasName the alias, with its prefix {@code alias/}
 */
@RecordBuilder
public record DeleteAlias(@Required @AliasName String aliasName)
    implements KmsRequest<DeleteAlias.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
