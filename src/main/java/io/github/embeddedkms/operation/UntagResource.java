package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Removes tags from a KMS key. Tags that the key does not have are ignored.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException (for a key that is pending deletion).
 *
 * <p>Source: AWS KMS API Reference, UntagResource.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param tagKeys the keys of the tags, each of 1 to 128 characters
 */
@RecordBuilder
public record UntagResource(
    @Required @KeyIdentifier String keyId,
    @Required List<@Length(min = 1, max = 128) String> tagKeys)
    implements KmsRequest<UntagResource.Response> {

  /** Copies the list. */
  public UntagResource {
    tagKeys = Copies.list(tagKeys);
  }

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
