package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Schedules the deletion of a KMS key after a waiting period. During this period the key cannot be
 * used, and {@link CancelKeyDeletion} can cancel the deletion. At the end of the period the key is
 * deleted with its aliases and key material, and ciphertexts under it can no longer be decrypted.
 *
 * <p>A multi-Region primary key that has replicas waits until the last of them is deleted, without
 * a date; only then its waiting period begins. Replicas are scheduled separately.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, ScheduleKeyDeletion.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param pendingWindowInDays the waiting period, 7 to 30 days; 30 if absent
 */
@RecordBuilder
public record ScheduleKeyDeletion(
    @Required @KeyIdentifier String keyId,
    @Nullable @Range(min = 1, max = 365) Integer pendingWindowInDays)
    implements KmsRequest<ScheduleKeyDeletion.Response> {

  /**
   * A key whose deletion is scheduled.
   *
   * @param keyId the key ARN of the KMS key
   * @param deletionDate when the key will be deleted; absent while its deletion waits for its
   *     replicas
   * @param keyState the new state of the key
   * @param pendingWindowInDays the waiting period in days
   */
  @RecordBuilder
  public record Response(
      String keyId,
      @Nullable Instant deletionDate,
      KeyState keyState,
      Integer pendingWindowInDays) {}
}
