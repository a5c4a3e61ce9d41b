package io.slipway.taskfile.read;

import io.slipway.taskfile.plan.CacheSetting;
import io.slipway.taskfile.text.Nearest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The properties of a YAML mapping, read with their places. Of a doubled key the last one counts; a
 * merged mapping ({@code <<}) fills in what is not there. A value of the wrong type is noted as a
 * problem and read as if it were not there.
 */
final class Properties {
  private static final int LONGEST_NAME = 60;
  private static final int MOST_UNKNOWN = 100;
  private static final String OWN = "x-";

  private final String path;
  private final MappingNode self;
  private final ReadLimits limits;
  private final Problems problems;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();

  /** A text of a list, with its place. */
  record Text(String value, String path, Node node) {}

  Properties(String path, MappingNode mapping, ReadLimits limits, Problems problems) {
    this.path = path;
    this.self = mapping;
    this.limits = limits;
    this.problems = problems;
    boolean merges = false;
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        merges = true;
      } else if (tuple.getKeyNode() instanceof ScalarNode key) {
        if (nodes.put(key.getValue(), tuple.getValueNode()) != null && !isVersion(key)) {
          problems.warn(key, at(key.getValue()), "stands twice; only the last one counts");
        }
        keys.put(key.getValue(), key);
      }
    }
    if (merges) {
      merge(mapping, Collections.newSetFromMap(new IdentityHashMap<>()));
    }
  }

  /** The version was found in the text already, where the first one counts. */
  private boolean isVersion(ScalarNode key) {
    return path.isEmpty() && key.getValue().equals("version");
  }

  /** Each mapping is merged once: they may hold one another. */
  private void merge(MappingNode mapping, Set<Node> seen) {
    if (!seen.add(mapping)) {
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        continue;
      }
      List<? extends Node> merged =
          tuple.getValueNode() instanceof SequenceNode several
              ? several.getValue()
              : List.of(tuple.getValueNode());
      for (Node node : merged) {
        if (!(node instanceof MappingNode other)) {
          problems.mistyped(node, at("<<"), "must be a mapping, for example *name");
          continue;
        }
        for (NodeTuple inherited : other.getValue()) {
          if (inherited.getKeyNode() instanceof ScalarNode key
              && !key.getTag().equals(Tag.MERGE)
              && !nodes.containsKey(key.getValue())) {
            nodes.put(key.getValue(), inherited.getValueNode());
            keys.put(key.getValue(), key);
          }
        }
        merge(other, seen);
      }
    }
  }

  /** Notes what a check found about a property, or about the whole if it is not there. */
  void refuse(String name, String message) {
    problems.refused(nodes.getOrDefault(name, self), name.isEmpty() ? path : at(name), message);
  }

  /** Notes what a check found about an item of a list. */
  void refuse(Text item, String message) {
    problems.refused(item.node(), item.path(), message);
  }

  /** Notes that an item of a list is of the wrong type. */
  void mistyped(Text item, String message) {
    problems.mistyped(item.node(), item.path(), message);
  }

  /** Notes what is worth a warning. */
  void warn(String name, String message) {
    problems.warn(nodes.getOrDefault(name, self), at(name), message);
  }

  /** Notes what is worth a warning about an item of a list. */
  void warn(Text item, String message) {
    problems.warn(item.node(), item.path(), message);
  }

  /**
   * Warns of unknown names, and returns them. Names that begin with {@code x-} are the author's
   * own, for example to hold what aliases name.
   *
   * @param hints what to say about names that belong elsewhere
   */
  List<String> warnOfUnknown(Set<String> known, Map<String, String> hints) {
    List<String> unknown = new ArrayList<>();
    keys.forEach((name, key) -> {
      if (!known.contains(name) && !name.startsWith(OWN) && unknown.size() < MOST_UNKNOWN) {
        unknown.add(name);
        String hint = hints.get(name);
        problems.warn(
            key,
            at(name),
            "is not a known property and has no effect"
                + (hint != null ? "; " + hint : suggestion(name, known)));
      }
    });
    return unknown;
  }

  /** Ends a message with the known name that may have been meant, if there is one. */
  String suggestion(String name, Set<String> known) {
    return problems.areFull()
        ? ""
        : nearest(name, known).map(right -> "; did you mean '" + right + "'?").orElse("");
  }

  private static Optional<String> nearest(String name, Set<String> known) {
    if (name.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    Optional<String> same = known.stream().filter(name::equalsIgnoreCase).findFirst();
    return same.isPresent()
        ? same
        : Nearest.of(name, known.stream().filter(right -> right.length() <= LONGEST_NAME).toList());
  }

  boolean has(String name) {
    return node(name) != null;
  }

  @Nullable Node node(String name) {
    Node node = nodes.get(name);
    return node == null || node.getTag().equals(Tag.NULL) ? null : node;
  }

  /** Whether it is an empty text or list. */
  boolean isEmpty(String name) {
    return switch (node(name)) {
      case null -> true;
      case ScalarNode scalar -> scalar.getValue().isEmpty();
      case SequenceNode list -> list.getValue().isEmpty();
      default -> false;
    };
  }

  /** Names in the order of the file. */
  Set<String> names() {
    return nodes.keySet();
  }

  /** A text; null if it is not there. Numbers and truth values are texts as they are written. */
  @Nullable String text(String name) {
    Node node = node(name);
    if (node == null) {
      return null;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    problems.mistyped(node, at(name), "must be a text, not " + kind(node));
    return null;
  }

  /** A text, with nothing noted about its type; empty if it is missing or not a text. */
  String textOf(String name) {
    return node(name) instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  /** A text; null if it is not there or empty. */
  @Nullable String filledText(String name) {
    String value = text(name);
    return value == null || value.isEmpty() ? null : value;
  }

  int number(String name, int otherwise) {
    Node node = node(name);
    if (node == null) {
      return otherwise;
    }
    if (!(node instanceof ScalarNode scalar)) {
      problems.mistyped(node, at(name), "must be a whole number, not " + kind(node));
      return otherwise;
    }
    return number(scalar, at(name)).orElse(otherwise);
  }

  /** A fraction is cut off with a warning, as the original cuts it off in silence. */
  private OptionalInt number(ScalarNode scalar, String property) {
    String text = scalar.getValue();
    Optional<BigInteger> whole = Scalars.whole(text);
    if (whole.isEmpty()) {
      Optional<BigDecimal> decimal = Scalars.decimal(text);
      if (decimal.isEmpty()) {
        problems.mistyped(scalar, property, "must be a whole number, not " + shown(text));
        return OptionalInt.empty();
      }
      whole = decimal.map(BigDecimal::toBigInteger);
      problems.warn(scalar, property, shown(text) + " is taken as " + whole.get());
    }
    if (whole.get().bitLength() > 31) {
      problems.mistyped(
          scalar, property, "must be at most " + Integer.MAX_VALUE + ", not " + shown(text));
      return OptionalInt.empty();
    }
    return OptionalInt.of(whole.get().intValueExact());
  }

  boolean flag(String name) {
    Node node = node(name);
    if (node == null) {
      return false;
    }
    Optional<Boolean> truth =
        node instanceof ScalarNode scalar ? Scalars.truth(scalar.getValue()) : Optional.empty();
    if (truth.isEmpty()) {
      problems.mistyped(node, at(name), "must be true or false, not " + kind(node));
    }
    return truth.orElse(false);
  }

  /** The property {@code cache} of a task or step; a wrong value is noted. */
  CacheSetting cache() {
    String text = text("cache", "");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "" -> CacheSetting.UNSET;
      case "enabled" -> CacheSetting.ENABLED;
      case "disabled" -> CacheSetting.DISABLED;
      default -> {
        refuse(
            "cache",
            "invalid value for cache property. Valid values are 'enabled', 'disabled'; not "
                + shown(text));
        yield CacheSetting.UNSET;
      }
    };
  }

  List<String> texts(String name) {
    return items(name, "a list of texts, for example [a, b]").stream().map(Text::value).toList();
  }

  /** Texts of a list with their places; {@code right} says what would be right. */
  List<Text> items(String name, String right) {
    List<Text> items = new ArrayList<>();
    for (Node item : sequence(name, right)) {
      String place = at(name) + "[" + items.size() + "]";
      if (item instanceof ScalarNode scalar) {
        items.add(new Text(scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue(), place, item));
      } else {
        problems.mistyped(item, place, "must be a text, not " + kind(item));
      }
    }
    return items;
  }

  List<Integer> numbers(String name) {
    List<Integer> numbers = new ArrayList<>();
    for (Text item : items(name, "a list of whole numbers, for example [1, 2]")) {
      number((ScalarNode) item.node(), item.path()).ifPresent(numbers::add);
    }
    return numbers;
  }

  /** Mappings of a list; {@code right} says what would be right. */
  List<Properties> maps(String name, String right) {
    List<Properties> maps = new ArrayList<>();
    int index = 0;
    for (Node item : sequence(name, right)) {
      String place = at(name) + "[" + index++ + "]";
      if (item instanceof MappingNode mapping) {
        maps.add(new Properties(place, mapping, limits, problems));
      } else {
        problems.mistyped(item, place, "must hold properties (name: value), not " + kind(item));
      }
    }
    return maps;
  }

  /** A mapping; null if it is not there. */
  @Nullable Properties map(String name) {
    Node node = node(name);
    if (node == null) {
      return null;
    }
    if (node instanceof MappingNode mapping) {
      return new Properties(at(name), mapping, limits, problems);
    }
    problems.mistyped(node, at(name), "must hold properties (name: value), not " + kind(node));
    return null;
  }

  /** Nodes of a list; {@code right} says what would be right. */
  List<Node> sequence(String name, String right) {
    Node node = node(name);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      problems.mistyped(node, at(name), "must be a list: " + right + ", not " + kind(node));
      return List.of();
    }
    if (!limits.take(sequence.getValue().size())) {
      problems.refused(node, at(name), ReadLimits.TOO_MANY_ITEMS);
      return List.of();
    }
    return sequence.getValue();
  }

  /** The properties of an item of a list. */
  Properties of(String place, MappingNode mapping) {
    return new Properties(place, mapping, limits, problems);
  }

  /** Where a property stands, for example {@code steps[1].timeout}. */
  String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A value in a message, cut if it is long. */
  static String shown(String value) {
    return "'" + (value.length() > 60 ? value.substring(0, 60) + "…" : value) + "'";
  }

  private static String kind(Node node) {
    return switch (node) {
      case ScalarNode scalar -> shown(scalar.getValue());
      case SequenceNode list -> "a list";
      default -> "a mapping";
    };
  }
}
