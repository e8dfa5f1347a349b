package io.github.embeddedkms.envelope;

import java.time.Duration;

/**
 * Limits how long and how often an envelope uses one data key, instead of requesting one from the
 * service for each message. Each message still has its own keys, so these limits are a matter of
 * policy (how long a disabled KMS key keeps working, how much one stolen data key opens), not of
 * cryptography.
 *
 * <p>Anyone can see which messages were sealed with one data key, since they carry the same sealed
 * data key. A data key that was opened is used until it reaches the maximum age, even if its KMS
 * key is disabled meanwhile; the limits of messages and bytes are for sealing only.
 *
 * <p>Nothing runs in the background, except renewals on an executor: an expired data key is no
 * longer used, and is wiped at the next call. The data keys of an idle envelope stay in memory
 * until the envelope is closed.
 *
 * @param maximumAge how long a data key is used after it was requested: more than 0, up to a day
 * @param maximumMessages how many messages are sealed with one data key: 1 to 2^32
 * @param maximumBytes how many bytes of plaintext are sealed with one data key: 1 or more. A
 *     message of unknown length is counted as it is written; if it exceeds the limit, it is
 *     finished and the next message gets a new key
 * @param maximumEntries how many data keys are kept at once, for sealing and for opening together:
 *     1 to 1,000,000; the oldest is removed first
 * @param refreshAfter the age at which a data key is renewed before it expires: more than 0, up to
 *     the maximum age, which means that it is not renewed before
 */
public record CacheLimits(
    Duration maximumAge,
    long maximumMessages,
    long maximumBytes,
    int maximumEntries,
    Duration refreshAfter) {

  private static final long DEFAULT_MESSAGES = 10_000;
  private static final long DEFAULT_BYTES = 10L << 30;
  private static final int DEFAULT_ENTRIES = 1_000;
  private static final long MAX_MESSAGES = 1L << 32;
  private static final int MAX_ENTRIES = 1_000_000;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if a limit is out of range
   */
  public CacheLimits {
    if (maximumAge.isZero()
        || maximumAge.isNegative()
        || maximumAge.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "embedded-kms: the maximum age must be more than 0 and at most 24 hours, not "
              + maximumAge);
    }
    require("messages", maximumMessages, MAX_MESSAGES);
    require("bytes", maximumBytes, Long.MAX_VALUE);
    require("entries", maximumEntries, MAX_ENTRIES);
    if (refreshAfter.isZero()
        || refreshAfter.isNegative()
        || refreshAfter.compareTo(maximumAge) > 0) {
      throw new IllegalArgumentException(
          "embedded-kms: refreshAfter must be more than 0 and at most the maximum age of "
              + maximumAge
              + ", not "
              + refreshAfter);
    }
  }

  /**
   * Creates limits under which data keys are not renewed before they expire.
   *
   * @param maximumAge how long a data key is used: more than 0, up to a day
   * @param maximumMessages how many messages are sealed with one data key: 1 to 2^32
   * @param maximumBytes how many bytes of plaintext are sealed with one data key: 1 or more
   * @param maximumEntries how many data keys are kept at once: 1 to 1,000,000
   * @throws IllegalArgumentException if a limit is out of range
   */
  public CacheLimits(
      Duration maximumAge, long maximumMessages, long maximumBytes, int maximumEntries) {
    this(maximumAge, maximumMessages, maximumBytes, maximumEntries, maximumAge);
  }

  private static void require(String what, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "embedded-kms: a limit of 1 to " + most + " " + what + ", not " + value);
    }
  }

  /**
   * Returns limits with the given maximum age, 10,000 messages and 10 GiB for each data key, and
   * 1,000 data keys.
   *
   * @param maximumAge how long a data key is used: more than 0, up to a day; minutes are usual
   * @return the limits
   * @throws IllegalArgumentException if it is out of range
   */
  public static CacheLimits ofMaximumAge(Duration maximumAge) {
    return new CacheLimits(maximumAge, DEFAULT_MESSAGES, DEFAULT_BYTES, DEFAULT_ENTRIES);
  }

  /**
   * Returns a copy of these limits with another maximum number of messages.
   *
   * @param maximumMessages 1 to 2^32
   * @return the new limits
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheLimits withMaximumMessages(long maximumMessages) {
    return new CacheLimits(maximumAge, maximumMessages, maximumBytes, maximumEntries, refreshAfter);
  }

  /**
   * Returns a copy of these limits with another maximum number of bytes.
   *
   * @param maximumBytes 1 or more
   * @return the new limits
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheLimits withMaximumBytes(long maximumBytes) {
    return new CacheLimits(maximumAge, maximumMessages, maximumBytes, maximumEntries, refreshAfter);
  }

  /**
   * Returns a copy of these limits with another maximum number of entries.
   *
   * @param maximumEntries 1 to 1,000,000
   * @return the new limits
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheLimits withMaximumEntries(int maximumEntries) {
    return new CacheLimits(maximumAge, maximumMessages, maximumBytes, maximumEntries, refreshAfter);
  }

  /**
   * Returns a copy of these limits under which a data key is renewed before it expires, so that no
   * call waits for the service as long as the data key is in use. The first call after this age
   * requests a new data key; other calls use the old one meanwhile. If that fails, the old one is
   * used until it expires, and the request is repeated up to three times, in the rest of the
   * maximum age. A data key that was opened is renewed by opening it again.
   *
   * <p>The call itself requests the data key, unless {@link EnvelopeBuilder#cache(CacheLimits,
   * java.util.concurrent.Executor)} sets an executor.
   *
   * @param refreshAfter more than 0, up to the maximum age; three quarters of it are usual
   * @return the new limits
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheLimits withRefreshAfter(Duration refreshAfter) {
    return new CacheLimits(maximumAge, maximumMessages, maximumBytes, maximumEntries, refreshAfter);
  }

  /** Returns whether data keys are renewed before they expire. */
  boolean renews() {
    return refreshAfter.compareTo(maximumAge) < 0;
  }
}
