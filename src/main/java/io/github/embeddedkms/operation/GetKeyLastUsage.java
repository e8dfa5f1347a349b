package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.KeyLastUsageData;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/**
 * Returns when a KMS key was last used in a cryptographic operation, and in which. Only calls that
 * succeeded count; dry runs do not. ReEncrypt uses two keys.
 *
 * <p>A store in a database is written at most once an hour for each key. So the uses of other
 * processes can be up to an hour late, and a process that is killed loses up to an hour of them; a
 * provider that is closed loses none. A store that is opened for reading only is not written.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException.
 *
 * <p>Source: AWS KMS API Reference, GetKeyLastUsage.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record GetKeyLastUsage(@Required @KeyIdentifier String keyId)
    implements KmsRequest<GetKeyLastUsage.Response> {

  /**
   * The last use of a key.
   *
   * @param keyId the key ARN of the KMS key
   * @param keyLastUsage its last use; without members if there was none
   * @param trackingStartDate since when uses are recorded: when the key was created, or when its
   *     store was first used by a version that records them, whichever is later
   * @param keyCreationDate when the key was created
   */
  @RecordBuilder
  public record Response(
      String keyId,
      KeyLastUsageData keyLastUsage,
      Instant trackingStartDate,
      Instant keyCreationDate) {}
}
