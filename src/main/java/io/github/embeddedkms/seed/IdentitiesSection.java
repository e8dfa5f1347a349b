package io.github.embeddedkms.seed;

import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the identities of a seed file: principals with their policies, tags and unique ids. Each
 * part is checked separately, so that an error can name its line.
 */
final class IdentitiesSection {

  /** The name of the section. */
  static final String NAME = "Identities";

  private static final String POLICIES = "Policies";
  private static final String TAGS = "Tags";
  private static final String UNIQUE_ID = "UniqueId";

  private IdentitiesSection() {}

  /** Returns the identities by the ARNs of their principals, in the order of the file. */
  static Map<String, Identity> read(Place place) {
    Map<String, Identity> identities = new LinkedHashMap<>();
    for (Map.Entry<Place, Place> entry : place.entries(NAME)) {
      Place arnPlace = entry.getKey();
      String arn = arnPlace.text("a principal");
      Identity identity = identity(arn, entry.getValue());
      try {
        Seed.builder().identities(Map.of(arn, identity)).build();
      } catch (IllegalArgumentException e) {
        throw arnPlace.error(SeedException.reason(e));
      }
      identities.put(arn, identity);
    }
    return identities;
  }

  private static Identity identity(String arn, Place place) {
    Map<String, Place> members =
        place.members("an identity", Set.of(POLICIES, TAGS, UNIQUE_ID), Set.of());
    Place uniqueId = members.get(UNIQUE_ID);
    return new Identity(
        policies(arn, members.get(POLICIES)),
        tags(members.get(TAGS)),
        null,
        uniqueId == null ? null : uniqueId.text(UNIQUE_ID));
  }

  private static List<Policy> policies(String arn, @Nullable Place place) {
    List<Policy> policies = new ArrayList<>();
    if (place != null) {
      for (Place each : place.list(POLICIES)) {
        policies.add(Policy.identityPolicy(PolicyPlace.json(each, "a policy")));
        try {
          // The earlier ones were checked before, but an error names the position of this one.
          Identity.of(policies.toArray(Policy[]::new));
        } catch (IllegalArgumentException e) {
          throw each.error("identity " + arn + ": " + e.getMessage());
        }
      }
    }
    return policies;
  }

  private static Map<String, String> tags(@Nullable Place place) {
    Map<String, String> tags = new LinkedHashMap<>();
    if (place != null) {
      for (Place each : place.list(TAGS)) {
        Tag tag = TagPlace.tag(each);
        if (tags.put(tag.tagKey(), tag.tagValue()) != null) {
          throw each.error("the tag " + tag.tagKey() + " comes twice");
        }
      }
    }
    return tags;
  }
}
