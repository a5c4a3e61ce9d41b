package io.slipway.taskfile.plan;

import io.slipway.taskfile.dockerfile.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The properties of a YAML mapping, read with their places. Of a doubled key the last one counts.
 */
final class Properties {
  private final String path;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Node self;

  private Properties(String path, MappingNode mapping) {
    this.path = path;
    this.self = mapping;
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        nodes.put(key.getValue(), tuple.getValueNode());
        keys.put(key.getValue(), key);
      }
    }
  }

  static Properties of(String path, Node node) throws TaskFileException {
    if (node instanceof MappingNode mapping) {
      return new Properties(path, mapping);
    }
    throw problem(node, path, "must hold properties (name: value)");
  }

  static TaskFileException problem(Node node, String property, String message) {
    return new TaskFileException(place(node, property, message));
  }

  private static Problem place(Node node, String property, String message) {
    return new Problem(
        node.getStartMark().getLine() + 1, node.getStartMark().getColumn() + 1, property, message);
  }

  TaskFileException problem(String name, String message) {
    return problem(nodes.getOrDefault(name, self), at(name), message);
  }

  /** Warnings for names that are none of the known ones. */
  List<Problem> unknown(Set<String> known) {
    List<Problem> warnings = new ArrayList<>();
    keys.forEach((name, key) -> {
      if (!known.contains(name)) {
        Optional<String> near = Nearest.of(name, List.copyOf(known));
        warnings.add(
            place(
                key,
                at(name),
                "is not a known property and has no effect"
                    + near.map(n -> "; did you mean '" + n + "'?").orElse("")));
      }
    });
    return warnings;
  }

  boolean has(String name) {
    Node node = nodes.get(name);
    return node != null && !node.getTag().equals(Tag.NULL);
  }

  @Nullable Node node(String name) {
    return has(name) ? nodes.get(name) : null;
  }

  @Nullable String text(String name) throws TaskFileException {
    Node node = node(name);
    if (node == null) {
      return null;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw problem(name, "must be a text");
  }

  String text(String name, String otherwise) throws TaskFileException {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  int number(String name, int otherwise) throws TaskFileException {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException malformed) {
      throw problem(name, "must be a whole number, not '" + value + "'");
    }
  }

  boolean flag(String name) throws TaskFileException {
    String value = text(name);
    if (value == null) {
      return false;
    }
    return switch (value.toLowerCase(java.util.Locale.ROOT)) {
      case "true", "yes", "on", "y" -> true;
      case "false", "no", "off", "n" -> false;
      default -> throw problem(name, "must be true or false, not '" + value + "'");
    };
  }

  List<String> texts(String name) throws TaskFileException {
    Node node = node(name);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw problem(name, "must be a list");
    }
    List<String> values = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      if (!(item instanceof ScalarNode scalar)) {
        throw problem(item, at(name), "must be a list of texts");
      }
      values.add(scalar.getValue());
    }
    return values;
  }

  List<Properties> list(String name) throws TaskFileException {
    Node node = node(name);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw problem(name, "must be a list");
    }
    List<Properties> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(of(at(name) + "[" + items.size() + "]", item));
    }
    return items;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
