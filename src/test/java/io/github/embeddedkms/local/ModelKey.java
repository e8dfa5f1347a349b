package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeyState;
import java.time.Instant;

/** A key as the model knows it, and what it answers: success or the name of an exception. */
final class ModelKey {

  static final String OK = "ok";
  static final String NOT_FOUND = "NotFoundException";

  final String id;
  KeyState state = KeyState.ENABLED;
  Instant deletionDate;
  boolean gone;

  ModelKey(String id) {
    this.id = id;
  }

  /** What a change of it answers, given what it would answer for a key that may be changed. */
  String afterChange(String otherwise) {
    if (gone) {
      return NOT_FOUND;
    }
    return state == KeyState.PENDING_DELETION ? "KmsInvalidStateException" : otherwise;
  }

  /** What opening one of its blobs answers. */
  String afterOpening() {
    return gone ? "AccessDeniedException" : afterUse();
  }

  /** What its use answers, if it is there. */
  String afterUse() {
    return switch (state) {
      case ENABLED -> OK;
      case DISABLED -> "DisabledException";
      default -> "KmsInvalidStateException";
    };
  }
}
