package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the grants of a KMS key, whatever its state, one page at a time: all of them, or those with
 * an id or a grantee. A grant that exists from the first page to the last is listed exactly once.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException (also for both kinds of
 * grantees), NotFoundException, AccessDeniedException, InvalidGrantIdException,
 * InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListGrants.
 *
 * @param limit the maximum number of grants on a page, 1 to 1000; 50 if absent; a page has at most
 *     100
 * @param marker the {@code nextMarker} of the previous page, 1 to 1024 characters; absent for the
 *     first page
 * @param keyId the key: key id or key ARN, but not an alias; the ARN for a key of another account
 * @param grantId the id of the only grant to list, 1 to 128 characters
 * @param granteePrincipal the grantee whose grants are listed, 1 to 256 characters, as the grants
 *     have it
 * @param granteeServicePrincipal the AWS service whose grants are listed, 1 to 128 characters; only
 *     for callers that are an AWS service
 */
@RecordBuilder
public record ListGrants(
    @Nullable @Range(min = 1, max = 1000) Integer limit,
    @Nullable @Marker String marker,
    @Required @KeyIdentifier String keyId,
    @Nullable @Length(min = 1, max = 128) String grantId,
    @Nullable @Length(min = 1, max = 256) @Matches("^[\\w+=,.@:/-]+$") String granteePrincipal,
    @Nullable
        @Length(min = 1, max = 128)
        @Matches("^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$")
        String granteeServicePrincipal)
    implements KmsRequest<ListGrants.Response> {

  /**
   * A page of grants.
   *
   * @param grants the grants, in the order of their creation
   * @param nextMarker the {@code marker} for the next page; present only if there may be more
   *     grants
   * @param truncated whether there may be more grants
   */
  @RecordBuilder
  public record Response(
      List<GrantListEntry> grants, @Nullable String nextMarker, Boolean truncated) {

    /** Copies the list. */
    public Response {
      grants = Copies.list(grants);
    }
  }
}
