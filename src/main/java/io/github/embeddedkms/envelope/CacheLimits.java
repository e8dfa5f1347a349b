package io.github.embeddedkms.envelope;

import java.time.Duration;

/**
 * How long and how often an envelope uses one data key, instead of asking the service for each
 * message. Each message still has its own keys, so these limits are a matter of policy (how long a
 * disabled KMS key keeps working, how much one stolen data key opens), not of cryptography.
 *
 * <p>Messages sealed with one data key can be seen to belong together, since they carry the same
 * sealed data key. A data key that was opened is used until it has the maximum age, even if its KMS
 * key is disabled meanwhile; the limits of messages and bytes are for sealing only.
 *
 * <p>Nothing runs in the background: a data key that is too old is not used any more, and wiped at
 * the next call; that of an envelope that is not used any more stays in memory until it is closed.
 *
 * @param maximumAge how long a data key is used after it was asked for: more than 0, up to a day
 * @param maximumMessages how many messages are sealed with one data key: 1 to 2^32
 * @param maximumBytes how many bytes of plaintext are sealed with one data key: 1 or more. A
 *     message whose length is not known before counts as it is written; it is finished, and the
 *     next one gets a new key
 * @param maximumEntries how many data keys are kept at once, for sealing and for opening together:
 *     1 to 1,000,000; the oldest leaves first
 */
public record CacheLimits(
    Duration maximumAge, long maximumMessages, long maximumBytes, int maximumEntries) {

  private static final long DEFAULT_MESSAGES = 10_000;
  private static final long DEFAULT_BYTES = 10L << 30;
  private static final int DEFAULT_ENTRIES = 1_000;
  private static final long MOST_MESSAGES = 1L << 32;
  private static final int MOST_ENTRIES = 1_000_000;

  /**
   * Refuses what is out of range.
   *
   * @throws IllegalArgumentException if a limit is
   */
  public CacheLimits {
    if (maximumAge.isZero()
        || maximumAge.isNegative()
        || maximumAge.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "embedded-kms: a data key is used for more than 0 and up to 24 hours, not " + maximumAge);
    }
    require("messages", maximumMessages, MOST_MESSAGES);
    require("bytes", maximumBytes, Long.MAX_VALUE);
    require("entries", maximumEntries, MOST_ENTRIES);
  }

  private static void require(String what, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "embedded-kms: a limit of 1 to " + most + " " + what + ", not " + value);
    }
  }

  /**
   * Limits with the given maximum age, 10,000 messages and 10 GiB for each data key, and 1,000 data
   * keys.
   *
   * @param maximumAge how long a data key is used: more than 0, up to a day; minutes are usual
   * @return these limits
   * @throws IllegalArgumentException if it is out of range
   */
  public static CacheLimits ofMaximumAge(Duration maximumAge) {
    return new CacheLimits(maximumAge, DEFAULT_MESSAGES, DEFAULT_BYTES, DEFAULT_ENTRIES);
  }

  /**
   * The same limits but for the messages.
   *
   * @param maximumMessages 1 to 2^32
   * @return the new limits
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheLimits withMaximumMessages(long maximumMessages) {
    return new CacheLimits(maximumAge, maximumMessages, maximumBytes, maximumEntries);
  }

  /**
   * The same limits but for the bytes.
   *
   * @param maximumBytes 1 or more
   * @return the new limits
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheLimits withMaximumBytes(long maximumBytes) {
    return new CacheLimits(maximumAge, maximumMessages, maximumBytes, maximumEntries);
  }

  /**
   * The same limits but for the entries.
   *
   * @param maximumEntries 1 to 1,000,000
   * @return the new limits
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheLimits withMaximumEntries(int maximumEntries) {
    return new CacheLimits(maximumAge, maximumMessages, maximumBytes, maximumEntries);
  }
}
