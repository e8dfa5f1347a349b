package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.AliasName;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Takes a name off a KMS key, whatever the key's state. The key itself stays.
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

  /** Nothing: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
