package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeyState;
import java.time.Instant;

/**
 * A key as the model knows it, and what it answers: success or the code of an error.
 *
 * @param state null if there is no such key, or none any more
 * @param deletionDate null if it is not to be deleted
 */
record ModelKey(KeyState state, Instant deletionDate) {

  static final String OK = "ok";
  static final String NOT_FOUND = "NotFoundException";
  static final String INVALID_STATE = "KMSInvalidStateException";

  static final ModelKey GONE = new ModelKey(null, null);

  /** One that is not waiting for its deletion. */
  static ModelKey in(KeyState state) {
    return new ModelKey(state, null);
  }

  boolean isGone() {
    return state == null;
  }

  boolean isDue(Instant now) {
    return deletionDate != null && !deletionDate.isAfter(now);
  }

  /** What a change of it answers, given what it would answer for a key that may be changed. */
  String afterChange(String otherwise) {
    if (isGone()) {
      return NOT_FOUND;
    }
    return state == KeyState.PENDING_DELETION ? INVALID_STATE : otherwise;
  }

  /** What calling its deletion off answers. */
  String afterCancelling() {
    if (isGone()) {
      return NOT_FOUND;
    }
    return state == KeyState.PENDING_DELETION ? OK : INVALID_STATE;
  }

  /** What its use answers. */
  String afterUse() {
    if (isGone()) {
      return NOT_FOUND;
    }
    return switch (state) {
      case ENABLED -> OK;
      case DISABLED -> "DisabledException";
      default -> INVALID_STATE;
    };
  }

  /** What opening one of its blobs answers. */
  String afterOpening() {
    return afterOpening(afterUse());
  }

  /** The same, given what is answered if it is there. */
  String afterOpening(String otherwise) {
    return isGone() ? "AccessDeniedException" : otherwise;
  }
}
