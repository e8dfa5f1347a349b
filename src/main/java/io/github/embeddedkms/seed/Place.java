package io.github.embeddedkms.seed;

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
 * One value in a file, which knows its line and says what is wrong there.
 *
 * @param source what the file is called
 * @param node the value
 */
record Place(String source, Node node) {

  /** What both formats write for nothing. */
  private static final Pattern NOTHING = Pattern.compile("|~|null|Null|NULL");

  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,40}");

  private static final Set<Tag> ORDINARY = Set.of(Tag.STR, Tag.SEQ, Tag.MAP, Tag.NULL);

  SeedException error(String why) {
    return new SeedException(source, line(), why);
  }

  int line() {
    return node.getStartMark().map(Yaml::lineOf).orElse(0);
  }

  /** The text that stands here. */
  String text(String name) {
    ordinary(name);
    if (!(node instanceof ScalarNode scalar)) {
      throw error(name + " is not a text");
    }
    boolean nothing = scalar.isPlain() && NOTHING.matcher(scalar.getValue()).matches();
    if (nothing || node.getTag().equals(Tag.NULL)) {
      throw error(name + " has no value");
    }
    return scalar.getValue();
  }

  /** The elements of the list that stands here. */
  List<Place> list(String name) {
    ordinary(name);
    if (!(node instanceof SequenceNode sequence)) {
      throw error(name + " is not a list");
    }
    return sequence.getValue().stream().map(element -> new Place(source, element)).toList();
  }

  /** The members of the mapping that stands here, each of them known and there once. */
  Map<String, Place> members(String name, Set<String> known, Set<String> notYet) {
    ordinary(name);
    if (!(node instanceof MappingNode mapping)) {
      throw error(name + " is not a mapping");
    }
    Map<String, Place> members = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Place key = new Place(source, tuple.getKeyNode());
      String member = key.text("the name of a member");
      if (notYet.contains(member)) {
        throw key.error(member + " is not supported yet");
      }
      if (!known.contains(member)) {
        // A name, and not what was pasted in its place.
        String shown = NAME.matcher(member).matches() ? " " + member : " of this name";
        throw key.error(name + " has no member" + shown);
      }
      if (members.put(member, new Place(source, tuple.getValueNode())) != null) {
        throw key.error(member + " comes twice");
      }
    }
    return members;
  }

  /** The member of that name, which must be there. */
  Place required(Map<String, Place> members, String member) {
    Place place = members.get(member);
    if (place == null) {
      throw error(member + " is missing");
    }
    return place;
  }

  private void ordinary(String name) {
    if (!ORDINARY.contains(node.getTag())) {
      throw error(name + " has a tag, which is not allowed");
    }
  }
}
