package io.github.embeddedkms.seed;

import io.github.embeddedkms.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A policy in a file: a string with JSON, or the policy itself as a mapping. Its scalars become
 * strings, which policies take for numbers and booleans too.
 */
final class PolicyPlace {

  /** Twice as deep as the deepest policy. */
  private static final int MAX_DEPTH = 14;

  /** A longer policy has too many bytes anyway. */
  private static final int MAX_VALUES = 32_768;

  private final String name;

  /** References to anchors can repeat a list, or contain themselves. */
  private int values;

  private PolicyPlace(String name) {
    this.name = name;
  }

  /**
   * Returns the JSON of the policy at a place.
   *
   * @param name the name of the policy in error messages
   */
  static String json(Place place, String name) {
    if (!(place.node() instanceof MappingNode)) {
      return place.text(name);
    }
    Object tree = new PolicyPlace(name).tree(place, MAX_DEPTH);
    return new String(JsonTree.write(tree), StandardCharsets.UTF_8);
  }

  private Object tree(Place place, int depth) {
    if (depth == 0) {
      throw place.error(name + " is nested too deeply");
    }
    if (++values > MAX_VALUES) {
      throw place.error(name + " has too many values");
    }
    if (place.node() instanceof MappingNode) {
      Map<String, Object> object = new LinkedHashMap<>();
      for (Map.Entry<Place, Place> entry : place.entries(name)) {
        String member = entry.getKey().name("the name of a member");
        object.put(member, tree(entry.getValue(), depth - 1));
      }
      return object;
    }
    if (place.node() instanceof SequenceNode) {
      List<Object> list = new ArrayList<>();
      for (Place element : place.list(name)) {
        list.add(tree(element, depth - 1));
      }
      return list;
    }
    return place.text("a value in " + name);
  }
}
