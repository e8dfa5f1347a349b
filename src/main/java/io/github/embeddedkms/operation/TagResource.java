package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.Tag;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Adds tags to a KMS key. A tag whose key the KMS key already has replaces the value; the other
 * tags are kept. A key has at most 50 tags.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException (for a key that is pending deletion),
 * TagException.
 *
 * <p>Source: AWS KMS API Reference, TagResource.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param tags the tags, each key at most once
 */
@RecordBuilder
public record TagResource(@Required @KeyIdentifier String keyId, @Required List<Tag> tags)
    implements KmsRequest<TagResource.Response> {

  /** Copies the list. */
  public TagResource {
    tags = Copies.list(tags);
  }

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
