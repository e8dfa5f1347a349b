package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeyState;
import java.time.Instant;

/**
 * A key in the model, and the results of calls: success or an error code.
 *
 * @param state the state; null if the key does not exist or was deleted
 * @param deletionDate null if the deletion is not scheduled
 */
record ModelKey(KeyState state, Instant deletionDate) {

  static final String OK = "ok";
  static final String NOT_FOUND = "NotFoundException";
  static final String INVALID_STATE = "KMSInvalidStateException";

  static final ModelKey MISSING = new ModelKey(null, null);

  /** Creates a key whose deletion is not scheduled. */
  static ModelKey in(KeyState state) {
    return new ModelKey(state, null);
  }

  boolean isMissing() {
    return state == null;
  }

  boolean isDue(Instant now) {
    return deletionDate != null && !deletionDate.isAfter(now);
  }

  /** Returns the result of a change, given the result for a key that can be changed. */
  String afterChange(String otherwise) {
    if (isMissing()) {
      return NOT_FOUND;
    }
    return state == KeyState.PENDING_DELETION ? INVALID_STATE : otherwise;
  }

  /** Returns the result of cancelling the deletion. */
  String afterCancelling() {
    if (isMissing()) {
      return NOT_FOUND;
    }
    return state == KeyState.PENDING_DELETION ? OK : INVALID_STATE;
  }

  /** Returns the result of using the key. */
  String afterUse() {
    if (isMissing()) {
      return NOT_FOUND;
    }
    return switch (state) {
      case ENABLED -> OK;
      case DISABLED -> "DisabledException";
      default -> INVALID_STATE;
    };
  }

  /** Returns the result of decrypting one of its blobs. */
  String afterOpening() {
    return afterOpening(afterUse());
  }

  /** Returns the given result if the key exists. */
  String afterOpening(String otherwise) {
    return isMissing() ? "AccessDeniedException" : otherwise;
  }
}
