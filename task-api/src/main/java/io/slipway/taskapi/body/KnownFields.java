package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a body may have. Others are refused by name: what a client sets and nothing reads
 * would be ignored in silence. Pure.
 *
 * <p>Written as names with what is in them in braces: {@code a{b c} list[]{d} map{*{e}}}. Of a name
 * with a star behind it, {@code tags*}, the content is not looked at here; one with an exclamation
 * mark before it is a field of ARM that is not supported.
 */
final class KnownFields {
  private static final int MOST_REPORTED = 20;
  private static final int LONGEST_NAME = 100;

  /** A field; without children its content is looked at by whoever reads it. */
  private record Field(boolean list, boolean supported, Map<String, Field> children) {}

  private final Field root;

  private KnownFields(Field root) {
    this.root = root;
  }

  /** Reads the notation above. */
  static KnownFields of(String text) {
    Field root = new Field(false, true, new LinkedHashMap<>());
    Deque<Field> open = new ArrayDeque<>();
    open.push(root);
    Field last = root;
    StringTokenizer words = new StringTokenizer(text, " \n{}", true);
    while (words.hasMoreTokens()) {
      String word = words.nextToken();
      switch (word) {
        case " ", "\n" -> {}
        case "{" -> open.push(last);
        case "}" -> open.pop();
        default -> {
          boolean list = word.endsWith("[]");
          String name = word.startsWith("!") ? word.substring(1) : word;
          name = list ? name.substring(0, name.length() - 2) : name;
          name =
              name.length() > 1 && name.endsWith("*") ? name.substring(0, name.length() - 1) : name;
          last = new Field(list, !word.startsWith("!"), new LinkedHashMap<>());
          open.element().children().put(name, last);
        }
      }
    }
    return new KnownFields(root);
  }

  /**
   * Looks at a body.
   *
   * @param at where it is, for messages; empty for the body itself
   */
  void check(Problems problems, String at, JsonNode body) {
    check(problems, at, body, root);
  }

  private static void check(Problems problems, String at, JsonNode value, Field field) {
    if (field.list() && !value.isArray()) {
      problems.add(at, "must be a list");
    } else if (field.list()) {
      for (int i = 0; i < value.size() && problems.fewerThan(MOST_REPORTED); i++) {
        checkObject(problems, at + "[" + i + "]", value.get(i), field);
      }
    } else {
      checkObject(problems, at, value, field);
    }
  }

  private static void checkObject(Problems problems, String at, JsonNode value, Field field) {
    if (!value.isObject()) {
      problems.add(at.isEmpty() ? "the body" : at, "must be an object");
      return;
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!problems.fewerThan(MOST_REPORTED)) {
        return;
      }
      if (!entry.getValue().isNull()) {
        checkField(problems, Problems.at(at, shown(entry.getKey())), entry, field);
      }
    }
  }

  private static void checkField(
      Problems problems, String at, Map.Entry<String, JsonNode> entry, Field parent) {
    Map<String, Field> siblings = parent.children();
    @Nullable Field field = siblings.getOrDefault(entry.getKey(), siblings.get("*"));
    if (field == null) {
      problems.add(at, "is not known here, must be one of " + siblings.keySet());
    } else if (!field.supported()) {
      problems.add(at, "is not supported by Slipway: leave it out");
    } else if (!field.children().isEmpty()) {
      check(problems, at, entry.getValue(), field);
    }
  }

  private static String shown(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
  }
}
