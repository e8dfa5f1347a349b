package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.RotationsListEntry;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the rotations of a symmetric encryption key, or all of its key materials, one page at a
 * time, the oldest first.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, UnsupportedOperationException (for keys other than symmetric encryption
 * keys), InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListKeyRotations.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param includeKeyMaterial which materials are listed; {@code ROTATIONS_ONLY} if absent
 * @param limit the maximum number of materials on a page, 1 to 1000; 100 if absent
 * @param marker the {@code nextMarker} of the previous page, 1 to 1024 characters; absent for the
 *     first page
 */
@RecordBuilder
public record ListKeyRotations(
    @Required @KeyIdentifier String keyId,
    @Nullable IncludeKeyMaterial includeKeyMaterial,
    @Nullable @Range(min = 1, max = 1000) Integer limit,
    @Nullable @Marker String marker)
    implements KmsRequest<ListKeyRotations.Response> {

  /**
   * A page of rotations.
   *
   * @param rotations the materials, the oldest first
   * @param nextMarker the {@code marker} for the next page; present only if there may be more
   *     materials
   * @param truncated whether there may be more materials
   */
  @RecordBuilder
  public record Response(
      List<RotationsListEntry> rotations, @Nullable String nextMarker, Boolean truncated) {

    /** Copies the list. */
    public Response {
      rotations = Copies.list(rotations);
    }
  }
}
