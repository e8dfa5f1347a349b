package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Range;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the aliases in the caller's account and Region, either all or those of one key, one page at
 * a time. An alias that exists from the first page to the last is listed exactly once. Aliases of
 * AWS managed keys ({@code alias/aws/<service>}) are listed if their keys exist.
 *
 * <p>Errors: InvalidArnException (for an alias instead of a key), ValidationException,
 * NotFoundException, AccessDeniedException, InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListAliases.
 *
 * @param keyId the key whose aliases are listed: key id or key ARN; all aliases if absent
 * @param limit the maximum number of aliases on a page, 1 to 1000; 50 if absent; a page has at most
 *     100
 * @param marker the {@code nextMarker} of the previous page, 1 to 1024 characters; absent for the
 *     first page
 */
@RecordBuilder
public record ListAliases(
    @Nullable @KeyIdentifier String keyId,
    @Nullable @Range(min = 1, max = 1000) Integer limit,
    @Nullable @Marker String marker)
    implements KmsRequest<ListAliases.Response> {

  /**
   * A page of aliases.
   *
   * @param aliases the aliases, in an order that is the same for every listing
   * @param nextMarker the {@code marker} for the next page; present only if there may be more
   *     aliases
   * @param truncated whether there may be more aliases
   */
  @RecordBuilder
  public record Response(
      List<AliasListEntry> aliases, @Nullable String nextMarker, Boolean truncated) {

    /** Copies the list. */
    public Response {
      aliases = Copies.list(aliases);
    }
  }
}
