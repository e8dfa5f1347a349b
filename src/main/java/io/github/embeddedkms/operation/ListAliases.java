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
 * Lists the aliases of the caller's account and Region, all or those of one key, a page at a time.
 * An alias that is there from the first page to the last is listed exactly once. The aliases that
 * AWS predefines ({@code alias/aws/…}) are not listed: there are no AWS managed keys yet.
 *
 * <p>Errors: InvalidArnException (for an alias in the place of a key), ValidationException,
 * NotFoundException, AccessDeniedException, InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListAliases.
 *
 * @param keyId the key whose aliases are asked for: key id or key ARN; absent for all aliases
 * @param limit the most aliases on a page, 1 to 1000, of which at most 100 are used; absent for 50
 * @param marker where to go on: {@code nextMarker} of the page before, 1 to 1024 characters; absent
 *     for the first page
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
   * @param aliases the aliases, in an order that stays
   * @param nextMarker where the next page begins; present only if there may be more
   * @param truncated whether there may be more
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
