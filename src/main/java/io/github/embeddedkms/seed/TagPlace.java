package io.github.embeddedkms.seed;

import io.github.embeddedkms.model.Tag;
import java.util.Map;
import java.util.Set;

/** A tag in a file, of a key or of a principal. */
final class TagPlace {

  private TagPlace() {}

  /** Returns the tag at a place, whose constraints are checked by others. */
  static Tag tag(Place place) {
    Map<String, Place> members = place.members("a tag", Set.of("TagKey", "TagValue"), Set.of());
    return new Tag(
        place.required(members, "TagKey").text("TagKey"),
        place.required(members, "TagValue").text("TagValue"));
  }
}
