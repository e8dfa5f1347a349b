package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Begins the waiting period after which a KMS key is deleted. From now on the key cannot be used;
 * {@link CancelKeyDeletion} calls it off. At the end of the period the key, its aliases and its key
 * material are gone, and nothing opens what was encrypted under it.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, ScheduleKeyDeletion.
 *
 * @param keyId the key: key id or key ARN, no alias
 * @param pendingWindowInDays the waiting period, 7 to 30 days; absent for 30
 */
@RecordBuilder
public record ScheduleKeyDeletion(
    @Required @KeyIdentifier String keyId,
    @Nullable @Range(min = 1, max = 365) Integer pendingWindowInDays)
    implements KmsRequest<ScheduleKeyDeletion.Response> {

  /**
   * A key that waits for its deletion.
   *
   * @param keyId the key ARN of the KMS key
   * @param deletionDate when it will be deleted; absent while replicas hold the deletion up
   * @param keyState the state it is in now
   * @param pendingWindowInDays the waiting period in days
   */
  @RecordBuilder
  public record Response(
      String keyId,
      @Nullable Instant deletionDate,
      KeyState keyState,
      Integer pendingWindowInDays) {}
}
