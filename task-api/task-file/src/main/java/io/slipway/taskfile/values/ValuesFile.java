package io.slipway.taskfile.values;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.MappedText;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.AnchorNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a values file: YAML 1.1 to Boolean, Long, Double, String, List and Map. */
public final class ValuesFile {
  private static final String MERGE = "<<";

  private final MappedText text;
  private final IdentityHashMap<Node, Object> read = new IdentityHashMap<>();
  private final IdentityHashMap<Node, Boolean> open = new IdentityHashMap<>();

  private ValuesFile(MappedText text) {
    this.text = text;
  }

  /** Its top-level keys and what they stand for; nothing if it is empty. */
  public static Map<String, Object> parse(String yaml) throws Refusal {
    MappedText text = MappedText.of(yaml);
    Node root = YamlText.compose(text);
    if (root == null || YamlText.isNull(root)) {
      return new LinkedHashMap<>();
    }
    if (!(root instanceof MappingNode mapping)) {
      throw YamlText.problem(text, root, "a values file must hold keys and values (key: value)");
    }
    return new ValuesFile(text).map(mapping);
  }

  private @Nullable Object value(Node node) throws Refusal {
    if (node instanceof ScalarNode scalar) {
      return YamlScalar.value(scalar);
    }
    Object known = read.get(node);
    if (known != null) {
      return known;
    }
    if (open.put(node, true) != null) {
      throw YamlText.problem(text, node, "yaml: an anchor contains itself");
    }
    Object value =
        switch (node) {
          case MappingNode mapping -> map(mapping);
          case SequenceNode sequence -> list(sequence);
          case AnchorNode anchor -> value(anchor.getRealNode());
          default -> throw YamlText.problem(text, node, "yaml: this is not understood");
        };
    if (value != null) {
      read.put(node, value);
    }
    open.remove(node);
    return value;
  }

  private List<Object> list(SequenceNode sequence) throws Refusal {
    List<Object> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(value(item));
    }
    return items;
  }

  private Map<String, Object> map(MappingNode mapping) throws Refusal {
    Map<String, Object> entries = new LinkedHashMap<>();
    Map<String, Object> merged = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw YamlText.problem(text, tuple.getKeyNode(), "a key must be a text");
      }
      if (key.getValue().equals(MERGE) && YamlScalar.isPlain(key)) {
        merge(tuple.getValueNode(), merged);
      } else {
        entries.put(key.getValue(), value(tuple.getValueNode()));
      }
    }
    merged.putAll(entries);
    return merged;
  }

  /** Adds what a merge key names; the first of several wins. */
  private void merge(Node node, Map<String, Object> into) throws Refusal {
    List<Node> sources = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    for (Node source : sources) {
      if (!(value(source) instanceof Map<?, ?> entries)) {
        throw YamlText.problem(text, source, "yaml: << must name maps");
      }
      entries.forEach((key, value) -> into.putIfAbsent(String.valueOf(key), value));
    }
  }
}
