package io.github.embeddedkms.seed;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value in a file, with its line for error messages.
 *
 * @param source the name of the file
 * @param node the value
 */
record Place(String source, Node node) {

  /** What both formats write for an absent value. */
  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");

  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,40}");

  private static final Set<Tag> ALLOWED_TAGS = Set.of(Tag.STR, Tag.SEQ, Tag.MAP, Tag.NULL);

  SeedException error(String why) {
    return new SeedException(source, line(), why);
  }

  int line() {
    return node.getStartMark().map(Yaml::lineOf).orElse(0);
  }

  /** Returns the string at this place. */
  String text(String name) {
    requireAllowedTag(name);
    if (!(node instanceof ScalarNode scalar)) {
      throw error(name + " is not a string");
    }
    boolean isNull = scalar.isPlain() && NULL.matcher(scalar.getValue()).matches();
    if (isNull || node.getTag().equals(Tag.NULL)) {
      throw error(name + " has no value");
    }
    return scalar.getValue();
  }

  /**
   * Returns the name at this place, exactly as written: {@code Null} is an operator of policies.
   */
  String name(String what) {
    if (node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) {
      requireAllowedTag(what);
      return scalar.getValue();
    }
    return text(what);
  }

  /** Returns the elements of the list at this place. */
  List<Place> list(String name) {
    requireAllowedTag(name);
    if (!(node instanceof SequenceNode sequence)) {
      throw error(name + " is not a list");
    }
    return sequence.getValue().stream().map(element -> new Place(source, element)).toList();
  }

  /**
   * Returns the members of the mapping at this place. Every member must be known and occur once.
   */
  Map<String, Place> members(String name, Set<String> known, Set<String> notYet) {
    Map<String, Place> members = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping(name).getValue()) {
      Place key = new Place(source, tuple.getKeyNode());
      String member = key.text("the name of a member");
      if (notYet.contains(member)) {
        throw key.error(member + " is not supported yet");
      }
      if (!known.contains(member)) {
        // Shows only what looks like a name, since a secret may have been pasted in its place.
        String shown = NAME.matcher(member).matches() ? " " + member : " of this name";
        throw key.error(name + " has no member" + shown);
      }
      if (members.put(member, new Place(source, tuple.getValueNode())) != null) {
        throw key.error(member + " comes twice");
      }
    }
    return members;
  }

  /** Returns the names and values of the mapping at this place. Each name must occur once. */
  List<Map.Entry<Place, Place>> entries(String name) {
    List<Map.Entry<Place, Place>> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (NodeTuple tuple : mapping(name).getValue()) {
      Place key = new Place(source, tuple.getKeyNode());
      if (!names.add(key.name("a name in " + name))) {
        throw key.error("a name in " + name + " comes twice");
      }
      entries.add(Map.entry(key, new Place(source, tuple.getValueNode())));
    }
    return entries;
  }

  private MappingNode mapping(String name) {
    requireAllowedTag(name);
    if (node instanceof MappingNode mapping) {
      return mapping;
    }
    throw error(name + " is not a mapping");
  }

  /** Returns the member of that name, which must exist. */
  Place required(Map<String, Place> members, String member) {
    Place place = members.get(member);
    if (place == null) {
      throw error(member + " is missing");
    }
    return place;
  }

  private void requireAllowedTag(String name) {
    if (!ALLOWED_TAGS.contains(node.getTag())) {
      throw error(name + " has a tag, which is not allowed");
    }
  }
}
