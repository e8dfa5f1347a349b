package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.Tag;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the tags of a KMS key, whatever its state, one page at a time. A tag that exists from the
 * first page to the last is listed exactly once.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListResourceTags.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param limit the maximum number of tags on a page, 1 to 1000; 50 if absent; a page has at most 50
 * @param marker the {@code nextMarker} of the previous page, 1 to 1024 characters; absent for the
 *     first page
 */
@RecordBuilder
public record ListResourceTags(
    @Required @KeyIdentifier String keyId,
    @Nullable @Range(min = 1, max = 1000) Integer limit,
    @Nullable @Marker String marker)
    implements KmsRequest<ListResourceTags.Response> {

  /**
   * A page of tags.
   *
   * @param tags the tags, in the order of their keys
   * @param nextMarker the {@code marker} for the next page; present only if there may be more tags
   * @param truncated whether there may be more tags
   */
  @RecordBuilder
  public record Response(List<Tag> tags, @Nullable String nextMarker, Boolean truncated) {

    /** Copies the list. */
    public Response {
      tags = Copies.list(tags);
    }
  }
}
