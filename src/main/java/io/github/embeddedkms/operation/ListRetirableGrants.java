package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Range;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the grants in the Region that have a given retiring principal, one page at a time. They can
 * be for keys of other accounts. A grant that exists from the first page to the last is listed
 * exactly once.
 *
 * <p>Errors: ValidationException (also for both members or none), InvalidArnException,
 * NotFoundException, AccessDeniedException, InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListRetirableGrants.
 *
 * @param limit the maximum number of grants on a page, 1 to 1000; 50 if absent; a page has at most
 *     100
 * @param marker the {@code nextMarker} of the previous page, 1 to 1024 characters; absent for the
 *     first page
 * @param retiringPrincipal the retiring principal, 1 to 256 characters, of the caller's account.
 *     Either this or {@code retiringServicePrincipal} is required
 * @param retiringServicePrincipal the AWS service that can retire the grants, 1 to 128 characters;
 *     only for callers that are an AWS service
 */
@RecordBuilder
public record ListRetirableGrants(
    @Nullable @Range(min = 1, max = 1000) Integer limit,
    @Nullable @Marker String marker,
    @Nullable @Length(min = 1, max = 256) @Matches("^[\\w+=,.@:/-]+$") String retiringPrincipal,
    @Nullable
        @Length(min = 1, max = 128)
        @Matches("^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$")
        String retiringServicePrincipal)
    implements KmsRequest<ListRetirableGrants.Response> {

  /**
   * A page of grants.
   *
   * @param grants the grants, in an order that is the same for every listing
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
