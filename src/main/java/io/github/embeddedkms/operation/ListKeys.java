package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.ResourceOwnerType;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the KMS keys in the caller's account and Region, whatever their state, one page at a time.
 * A key that exists from the first page to the last is listed exactly once, whatever other keys are
 * created or deleted in the meantime.
 *
 * <p>AWS Resource Access Manager (RAM) is not emulated, so no account shares keys with another. A
 * listing of only the keys of other accounts is one empty page.
 *
 * <p>Errors: ValidationException, AccessDeniedException, InvalidMarkerException (also for a marker
 * that was returned for other owners).
 *
 * <p>Source: AWS KMS API Reference, ListKeys.
 *
 * @param limit the maximum number of keys on a page, 1 to 1000; 100 if absent
 * @param marker the {@code nextMarker} of the previous page, 1 to 1024 characters; absent for the
 *     first page
 * @param resourceOwners the owners whose keys are listed, 1 or 2 in any order; {@code SELF} if
 *     absent; a marker is valid only for the same owners
 */
@RecordBuilder
public record ListKeys(
    @Nullable @Range(min = 1, max = 1000) Integer limit,
    @Nullable @Marker String marker,
    @Nullable @Length(min = 1, max = 2) List<ResourceOwnerType> resourceOwners)
    implements KmsRequest<ListKeys.Response> {

  /** Copies the list. */
  public ListKeys {
    resourceOwners = Copies.list(resourceOwners);
  }

  /**
   * A page of keys.
   *
   * @param keys the keys, in an order that is the same for every listing
   * @param nextMarker the {@code marker} for the next page; present only if there may be more keys
   * @param truncated whether there may be more keys
   */
  @RecordBuilder
  public record Response(List<KeyListEntry> keys, @Nullable String nextMarker, Boolean truncated) {

    /** Copies the list. */
    public Response {
      keys = Copies.list(keys);
    }
  }
}
