package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.TagException;
import io.github.embeddedkms.model.Tag;
import java.util.List;
import java.util.Locale;

/** The checks of the tags of a key. */
final class TagChecks {

  private static final int MAX_TAGS = 50;

  private TagChecks() {}

  /** Requires at most 50 tags with distinct keys, none of them reserved. */
  static void requireAcceptable(List<Tag> tags) {
    if (tags.isEmpty()) {
      return;
    }
    if (tags.stream().map(Tag::tagKey).distinct().count() < tags.size()) {
      throw new TagException("Duplicate tag keys");
    }
    requireNotTooMany(tags.size());
    if (tags.stream().anyMatch(tag -> tag.tagKey().toLowerCase(Locale.ROOT).startsWith("aws:"))) {
      throw new TagException("Tags beginning with aws: are reserved");
    }
  }

  /** Requires a number of tags that a key can have. */
  static void requireNotTooMany(int count) {
    if (count > MAX_TAGS) {
      throw new TagException("Too many tags");
    }
  }
}
