package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Range;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the KMS keys of the caller's account and Region, whatever their state, a page at a time. A
 * key that is there from the first page to the last is listed exactly once, whatever comes and goes
 * meanwhile.
 *
 * <p>Errors: ValidationException, InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListKeys.
 *
 * @param limit the most keys on a page, 1 to 1000; absent for 100
 * @param marker where to go on: {@code nextMarker} of the page before, 1 to 1024 characters; absent
 *     for the first page
 */
@RecordBuilder
public record ListKeys(
    @Nullable @Range(min = 1, max = 1000) Integer limit, @Nullable @Marker String marker)
    implements KmsRequest<ListKeys.Response> {

  /**
   * A page of keys.
   *
   * @param keys the keys, in an order that stays
   * @param nextMarker where the next page begins; present only if there may be more
   * @param truncated whether there may be more
   */
  @RecordBuilder
  public record Response(List<KeyListEntry> keys, @Nullable String nextMarker, Boolean truncated) {

    /** Copies the list. */
    public Response {
      keys = Copies.list(keys);
    }
  }
}
