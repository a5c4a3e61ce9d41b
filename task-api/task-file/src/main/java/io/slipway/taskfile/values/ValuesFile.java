package io.slipway.taskfile.values;

import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.MappedText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.AnchorNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

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

  /**
   * What a scalar of YAML 1.1 stands for, as the original's library has it. A date stays the text
   * that was written, where the original makes a point in time of it.
   */
  private static final class YamlScalar {
    private static final Set<String> TRUE =
        Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
        Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern WHOLE =
        Pattern.compile("[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)");
    private static final Pattern FRACTION =
        Pattern.compile(
            "[-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+\\.(?:[eE][-+]?[0-9]+)?");
    private static final int LONGEST_NUMBER = 100;
    private static final Resolver RESOLVER = new Resolver();

    private YamlScalar() {}

    static boolean isPlain(ScalarNode scalar) {
      return scalar.getScalarStyle() == ScalarStyle.PLAIN;
    }

    static @Nullable Object value(ScalarNode scalar) {
      String text = scalar.getValue();
      if (!isPlain(scalar) || scalar.getTag().equals(Tag.STR) && isTagged(scalar)) {
        return text;
      }
      if (NULL.contains(text)) {
        return null;
      }
      if (TRUE.contains(text)) {
        return true;
      }
      if (FALSE.contains(text)) {
        return false;
      }
      return text.length() > LONGEST_NUMBER ? text : number(text);
    }

    /** Whether the text would not be taken for a text, so that its tag must have been written. */
    private static boolean isTagged(ScalarNode scalar) {
      Tag resolved = RESOLVER.resolve(NodeId.scalar, scalar.getValue(), true);
      return !resolved.equals(Tag.STR);
    }

    private static Object number(String text) {
      switch (text) {
        case ".nan", ".NaN", ".NAN" -> {
          return Double.NaN;
        }
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-.inf", "-.Inf", "-.INF" -> {
          return Double.NEGATIVE_INFINITY;
        }
        default -> {
          String plain = text.replace("_", "");
          if (WHOLE.matcher(plain).matches()) {
            return whole(plain);
          }
          return FRACTION.matcher(plain).matches() ? (Object) Double.valueOf(plain) : (Object) text;
        }
      }
    }

    private static Object whole(String text) {
      boolean negative = text.startsWith("-");
      String digits = negative || text.startsWith("+") ? text.substring(1) : text;
      int base = 10;
      if (digits.length() > 1 && digits.charAt(0) == '0') {
        char letter = Character.toLowerCase(digits.charAt(1));
        base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
        digits = digits.substring(Character.isLetter(letter) ? 2 : 1);
      }
      BigInteger value = new BigInteger((negative ? "-" : "") + digits, base);
      return value.bitLength() < Long.SIZE
          ? (Object) value.longValue()
          : (Object) value.doubleValue();
    }
  }
}
