package io.github.embeddedkms.local;

import io.github.embeddedkms.local.UsedPermission.Holder;
import io.github.embeddedkms.local.UsedPermission.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The permissions that principals have used. Its memory is bounded: clients decide about the names
 * and number of the pairs in encryption contexts. Safe for use by several threads.
 */
final class AccessRecording {

  /** Some 30 MB, for about 50,000 different uses with short encryption contexts. */
  private static final long MAX_CHARACTERS = 1 << 24;

  private final long maxCharacters;
  private final Map<Holder, Map<Shape, UsedValues>> used = new HashMap<>();
  private long characters;
  private long unrecorded;
  private long undetermined;
  private long ofRootUsers;

  /**
   * What is missing in a recording.
   *
   * @param unrecorded how many uses were not recorded because the recording was full
   * @param undetermined of how many calls the permissions could not be determined
   * @param ofRootUsers how many uses no policy lists, because a root user needs none for them
   */
  record Omitted(long unrecorded, long undetermined, long ofRootUsers) {}

  AccessRecording() {
    this(MAX_CHARACTERS);
  }

  /**
   * Creates a recording.
   *
   * @param maxCharacters the approximate number of characters that it keeps
   */
  AccessRecording(long maxCharacters) {
    this.maxCharacters = maxCharacters;
  }

  synchronized void add(List<UsedPermission> permissions) {
    permissions.forEach(this::add);
  }

  private void add(UsedPermission permission) {
    if (permission.isOfRootUserWithoutPolicy()) {
      ofRootUsers++;
      return;
    }
    Map<Shape, UsedValues> ofHolder = used.get(permission.holder());
    UsedValues known = ofHolder == null ? null : ofHolder.get(permission.shape());
    if (known != null && known.covers(permission)) {
      return;
    }
    int size = permission.size();
    if (characters + size > maxCharacters) {
      unrecorded++;
      return;
    }
    characters += size;
    used.computeIfAbsent(permission.holder(), added -> new HashMap<>())
        .computeIfAbsent(permission.shape(), added -> new UsedValues())
        .add(permission);
  }

  /** Returns a copy of what was used, sorted, which later calls do not change. */
  synchronized SortedMap<Holder, SortedMap<Shape, UsedValues>> used() {
    SortedMap<Holder, SortedMap<Shape, UsedValues>> copy = new TreeMap<>();
    used.forEach(
        (holder, shapes) -> {
          SortedMap<Shape, UsedValues> ofHolder = new TreeMap<>();
          shapes.forEach(
              (shape, values) -> {
                UsedValues same = new UsedValues();
                same.addAll(values);
                ofHolder.put(shape, same);
              });
          copy.put(holder, ofHolder);
        });
    return copy;
  }

  /** Counts a call whose permissions could not be determined. */
  synchronized void addUndetermined() {
    undetermined++;
  }

  synchronized Omitted omitted() {
    return new Omitted(unrecorded, undetermined, ofRootUsers);
  }

  synchronized void clear() {
    used.clear();
    characters = 0;
    unrecorded = 0;
    undetermined = 0;
    ofRootUsers = 0;
  }
}
