package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last successful use of a KMS key in cryptography. All members are absent if there was none
 * since uses are recorded.
 *
 * <p>Source: AWS KMS API Reference, KeyLastUsageData.
 *
 * @param operation the operation that used the key
 * @param timestamp when it did
 * @param cloudTrailEventId identifies the use. There is no trail of events: the id is derived from
 *     the key, the operation and the time, so that it is the same whenever it is read
 * @param kmsRequestId derived in the same way; not the request id in the header of the response
 */
@RecordBuilder
public record KeyLastUsageData(
    @Nullable KeyLastUsageTrackingOperation operation,
    @Nullable Instant timestamp,
    @Nullable String cloudTrailEventId,
    @Nullable String kmsRequestId) {

  /**
   * Returns the data of a key that was never used.
   *
   * @return data without members
   */
  public static KeyLastUsageData none() {
    return new KeyLastUsageData(null, null, null, null);
  }
}
