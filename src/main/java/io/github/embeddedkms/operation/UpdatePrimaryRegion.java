package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Makes a replica of a multi-Region key the primary key, and the primary key a replica. Must be
 * called in the Region of the present primary key. Nothing else about the two keys changes.
 *
 * <p>If the provider was given a duration for transient states, both keys are {@link
 * io.github.embeddedkms.model.KeyState#UPDATING} for that long, and can be used in cryptographic
 * operations meanwhile.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException (also if
 * there is no replica in the Region), AccessDeniedException, DisabledException,
 * KMSInvalidStateException (the last two for either key), UnsupportedOperationException (for a key
 * that is not a multi-Region primary key, or if it is in the Region already).
 *
 * <p>Source: AWS KMS API Reference, UpdatePrimaryRegion; AWS KMS Developer Guide, "Changing the
 * primary key in a set of multi-Region keys".
 *
 * @param keyId the present primary key: key id or key ARN, but not an alias
 * @param primaryRegion the Region of the replica that becomes the primary key, for example {@code
 *     eu-west-1}
 */
@RecordBuilder
public record UpdatePrimaryRegion(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 32) @Matches("^([a-z]+-){2,3}\\d+$") String primaryRegion)
    implements KmsRequest<UpdatePrimaryRegion.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
