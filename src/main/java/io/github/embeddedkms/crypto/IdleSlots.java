package io.github.embeddedkms.crypto;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one key that no call is using. Their number is limited, so that a burst of calls
 * does not occupy memory permanently.
 *
 * <p>Every thread begins at a place of its own, so that two threads seldom wait for each other's
 * processor cache. The slots still belong to the key, not to threads, which would keep the key
 * after it is closed.
 *
 * <p>Safe for use by several threads.
 */
final class IdleSlots {

  private static final int MAX_PLACES = 16;

  /** A power of two, at least twice the number of processors unless these are many. */
  private static final int PLACES =
      Math.min(
          MAX_PLACES, Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors() - 1));

  /** Places are that many references apart, so that no two are in one line of the cache. */
  private static final int DISTANCE = 16;

  /** Created for the first slot: most keys of a large provider are never used. */
  private volatile @Nullable AtomicReferenceArray<@Nullable XaesGcmSlot> created;

  /** Takes a slot, which then belongs to the caller; null if there is none. */
  @Nullable XaesGcmSlot take() {
    AtomicReferenceArray<@Nullable XaesGcmSlot> places = created;
    if (places == null) {
      return null;
    }
    int own = ownPlace();
    for (int i = 0; i < PLACES; i++) {
      int place = place(own + i);
      // Most places are empty, and reading one does not take it away from its thread's cache.
      if (places.get(place) != null) {
        XaesGcmSlot slot = places.getAndSet(place, null);
        if (slot != null) {
          return slot;
        }
      }
    }
    return null;
  }

  /** Keeps a slot for later calls. Returns false if there is no place for it. */
  boolean put(XaesGcmSlot slot) {
    AtomicReferenceArray<@Nullable XaesGcmSlot> places = places();
    int own = ownPlace();
    for (int i = 0; i < PLACES; i++) {
      if (places.compareAndSet(place(own + i), null, slot)) {
        return true;
      }
    }
    return false;
  }

  private AtomicReferenceArray<@Nullable XaesGcmSlot> places() {
    AtomicReferenceArray<@Nullable XaesGcmSlot> places = created;
    return places == null ? create() : places;
  }

  private synchronized AtomicReferenceArray<@Nullable XaesGcmSlot> create() {
    AtomicReferenceArray<@Nullable XaesGcmSlot> places = created;
    if (places == null) {
      places = new AtomicReferenceArray<>(PLACES * DISTANCE);
      created = places;
    }
    return places;
  }

  private static int ownPlace() {
    return (int) Thread.currentThread().getId();
  }

  private static int place(int number) {
    return (number & (PLACES - 1)) * DISTANCE;
  }
}
