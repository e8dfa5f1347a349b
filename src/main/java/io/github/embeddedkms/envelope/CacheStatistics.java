package io.github.embeddedkms.envelope;

/**
 * Counters of an envelope's data-key cache, since the envelope was created.
 *
 * @param hits how often a data key was cached, or was being requested by another thread
 * @param misses how often the service was called, to renew a data key too
 * @param evictions how many data keys were removed: expired, used up, renewed, or displaced by
 *     others
 * @param entries how many data keys are cached now
 */
public record CacheStatistics(long hits, long misses, long evictions, int entries) {}
