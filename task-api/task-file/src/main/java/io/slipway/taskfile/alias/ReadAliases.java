package io.slipway.taskfile.alias;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.MappedText;
import io.slipway.taskfile.values.YamlText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads the {@code alias:} section. What the file's {@code values} say comes before its sources, a
 * later source before an earlier one, and all of them before the built-in aliases.
 */
public final class ReadAliases {
  private static final String DEFAULT_DIRECTIVE = "$";
  private static final Set<String> KEYS = Set.of("values", "src", "directive");
  private static final int MOST_SOURCES = 50;

  private ReadAliases() {}

  /** The aliases of a section that has been rendered; a blank one has only the built-in ones. */
  public static AliasExpander from(MappedText section, AliasSources sources) throws Refusal {
    Map<String, String> aliases = new LinkedHashMap<>(AliasExpander.BUILT_IN);
    Node root = YamlText.compose(section);
    if (root == null || YamlText.isNull(root)) {
      return new AliasExpander(aliases, DEFAULT_DIRECTIVE);
    }
    List<Node> blocks = blocks(root, section);
    if (blocks.isEmpty()) {
      return new AliasExpander(aliases, DEFAULT_DIRECTIVE);
    }
    List<Map<String, Node>> parts = new ArrayList<>();
    for (Node block : blocks) {
      parts.add(parts(block, section));
    }
    String character = DEFAULT_DIRECTIVE;
    for (Map<String, Node> part : parts) {
      Node src = part.get("src");
      if (src != null && !YamlText.isNull(src)) {
        for (String source : sourceNames(src, section)) {
          aliases.putAll(read(source, src, section, sources));
        }
      }
      if (part.get("directive") instanceof ScalarNode directive && !YamlText.isNull(directive)) {
        character = directive.getValue();
      }
    }
    for (Map<String, Node> part : parts) {
      Node values = part.get("values");
      if (values != null && !YamlText.isNull(values)) {
        aliases.putAll(texts(values, section, "alias.values"));
      }
    }
    try {
      validate(aliases, character);
    } catch (Refusal refused) {
      throw YamlText.problem(section, blocks.getFirst(), refused.text());
    }
    return new AliasExpander(aliases, character.isEmpty() ? DEFAULT_DIRECTIVE : character);
  }

  /** All that the file has, in their order: together they are one. */
  private static List<Node> blocks(Node root, MappedText section) throws Refusal {
    if (!(root instanceof MappingNode mapping)) {
      throw YamlText.problem(section, root, "alias: must hold names and texts (name: text)");
    }
    List<Node> blocks = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      boolean named = text(tuple.getKeyNode(), section, "alias").equals("alias");
      if (named && !YamlText.isNull(tuple.getValueNode())) {
        blocks.add(tuple.getValueNode());
      }
    }
    return blocks;
  }

  private static Map<String, Node> parts(Node alias, MappedText section) throws Refusal {
    Map<String, Node> parts = entries(alias, section, "alias");
    for (String key : parts.keySet()) {
      if (!KEYS.contains(key)) {
        throw YamlText.problem(
            section, alias, "alias." + key + ": there are only values, src and directive");
      }
    }
    return parts;
  }

  /** Checks names and directive. The message of the exception is the one of the original. */
  public static void validate(Map<String, String> aliases, String directive) throws Refusal {
    if (directive.codePointCount(0, directive.length()) > 1) {
      throw Refusal.user("$ directive can only be overwritten by a single character");
    }
    if (!directive.isEmpty() && isAlphanumeric(directive)) {
      throw Refusal.user("overwritten directives may not be alphanumeric characters");
    }
    for (String name : aliases.keySet()) {
      if (name.isEmpty() || !isAlphanumeric(name)) {
        throw Refusal.user(
            "alias key names only support alphanumeric characters, not '" + name + "'");
      }
    }
  }

  private static boolean isAlphanumeric(String text) {
    return text.chars()
        .allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9');
  }

  private static Map<String, String> read(
      String source, Node src, MappedText section, AliasSources sources) throws Refusal {
    String text;
    try {
      text = sources.read(source);
    } catch (IOException failed) {
      throw YamlText.problem(section, src, String.valueOf(failed.getMessage()));
    }
    MappedText file = MappedText.of(text);
    try {
      Node root = YamlText.compose(file);
      return root == null || YamlText.isNull(root) ? Map.of() : texts(root, file, source);
    } catch (Refusal malformed) {
      throw YamlText.problem(
          section, src, source + " line " + malformed.line() + ": " + malformed.text());
    }
  }

  private static List<String> sourceNames(Node src, MappedText section) throws Refusal {
    if (!(src instanceof SequenceNode sequence)) {
      throw YamlText.problem(section, src, "alias.src: must be a list of files and addresses");
    }
    if (sequence.getValue().size() > MOST_SOURCES) {
      throw YamlText.problem(section, src, "alias.src: more than " + MOST_SOURCES + " sources");
    }
    List<String> names = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      names.add(text(item, section, "alias.src"));
    }
    return names;
  }

  private static Map<String, String> texts(Node node, MappedText from, String name) throws Refusal {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, Node> entry : entries(node, from, name).entrySet()) {
      texts.put(entry.getKey(), text(entry.getValue(), from, name + "." + entry.getKey()));
    }
    return texts;
  }

  private static String text(Node node, MappedText from, String name) throws Refusal {
    if (node instanceof ScalarNode scalar) {
      return YamlText.isNull(node) ? "" : scalar.getValue();
    }
    throw YamlText.problem(from, node, name + ": must be a text");
  }

  private static Map<String, Node> entries(Node node, MappedText from, String name) throws Refusal {
    if (!(node instanceof MappingNode mapping)) {
      throw YamlText.problem(from, node, name + ": must hold names and texts (name: text)");
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    for (var tuple : mapping.getValue()) {
      entries.put(text(tuple.getKeyNode(), from, name), tuple.getValueNode());
    }
    return entries;
  }
}
