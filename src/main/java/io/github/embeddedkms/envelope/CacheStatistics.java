package io.github.embeddedkms.envelope;

/**
 * What the data-key cache of an envelope has done so far.
 *
 * @param hits how often a data key was there already, or was just being asked for by another thread
 * @param misses how often the service was asked
 * @param evictions how many data keys have left: too old, used up, or pushed out by others
 * @param entries how many data keys are there now
 */
public record CacheStatistics(long hits, long misses, long evictions, int entries) {}
