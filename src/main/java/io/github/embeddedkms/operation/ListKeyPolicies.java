package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Marker;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the names of the key policies of a KMS key, whatever its state. Every key has exactly one
 * policy here, named {@code default}.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, InvalidMarkerException.
 *
 * <p>Source: AWS KMS API Reference, ListKeyPolicies.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param limit the maximum number of names on a page, 1 to 1000; 100 if absent
 * @param marker the {@code nextMarker} of the previous page, 1 to 1024 characters; absent for the
 *     first page
 */
@RecordBuilder
public record ListKeyPolicies(
    @Required @KeyIdentifier String keyId,
    @Nullable @Range(min = 1, max = 1000) Integer limit,
    @Nullable @Marker String marker)
    implements KmsRequest<ListKeyPolicies.Response> {

  /**
   * A page of names.
   *
   * @param policyNames the names
   * @param nextMarker the {@code marker} for the next page; present only if there may be more names
   * @param truncated whether there may be more names
   */
  @RecordBuilder
  public record Response(List<String> policyNames, @Nullable String nextMarker, Boolean truncated) {

    /** Copies the list. */
    public Response {
      policyNames = Copies.list(policyNames);
    }
  }
}
