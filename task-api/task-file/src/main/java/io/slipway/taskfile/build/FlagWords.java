package io.slipway.taskfile.build;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildFlag.Handling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of {@code docker build}: flags with their values, and the context. */
final class FlagWords {
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

  /** All values of each flag, in order. */
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private final List<String> contexts = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Takes them apart.
   *
   * @throws Refusal that names the flag which is unknown, refused or lacks its value
   */
  FlagWords(List<String> words) throws Refusal {
    take(words);
  }

  /** The context as written; this folder if none is. */
  String context() throws Refusal {
    if (contexts.size() > 1) {
      throw Refusal.user("a build has one context, not " + String.join(" and ", contexts));
    }
    return contexts.isEmpty() ? "." : contexts.get(0);
  }

  /** Flags that have no effect, and why. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Whether a value is one of those for true. */
  static boolean isTrue(@Nullable String value) {
    return value != null && TRUE.contains(value);
  }

  private void take(List<String> words) throws Refusal {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        contexts.addAll(words.subList(i + 1, words.size()));
        return;
      }
      if (!word.startsWith("-") || word.equals("-")) {
        contexts.add(word);
      } else if (word.startsWith("--")) {
        i = longFlag(words, i);
      } else {
        i = letters(words, i);
      }
    }
  }

  private int longFlag(List<String> words, int at) throws Refusal {
    String word = words.get(at);
    int equals = word.indexOf('=');
    BuildFlag flag = BuildFlag.named(equals < 0 ? word : word.substring(0, equals));
    if (equals >= 0) {
      add(flag, word.substring(equals + 1));
      return at;
    }
    return flag.takesValue() ? next(flag, words, at) : alone(flag, at);
  }

  /** Letters stand together, as in {@code -qt name}; the rest after one with a value is it. */
  private int letters(List<String> words, int at) throws Refusal {
    String word = words.get(at);
    for (int i = 1; i < word.length(); i++) {
      BuildFlag flag = BuildFlag.ofLetter(word.charAt(i));
      String rest = word.substring(i + 1);
      if (rest.startsWith("=")) {
        add(flag, rest.substring(1));
        return at;
      }
      if (flag.takesValue()) {
        if (rest.isEmpty()) {
          return next(flag, words, at);
        }
        add(flag, rest);
        return at;
      }
      add(flag, "true");
    }
    return at;
  }

  private int next(BuildFlag flag, List<String> words, int at) throws Refusal {
    if (at + 1 >= words.size()) {
      throw Refusal.user("build flag " + flag.name() + " needs a value");
    }
    add(flag, words.get(at + 1));
    return at + 1;
  }

  private int alone(BuildFlag flag, int at) throws Refusal {
    add(flag, "true");
    return at;
  }

  private void add(BuildFlag flag, String value) throws Refusal {
    if (!flag.takesValue() && !TRUE.contains(value) && !FALSE.contains(value)) {
      throw Refusal.user(
          "build flag " + flag.name() + " must be true or false, not '" + value + "'");
    }
    if (flag.handling() == Handling.NO_EFFECT) {
      warnings.add("build flag " + flag.name() + " has no effect: " + flag.note());
    }
    values.computeIfAbsent(flag.name(), name -> new ArrayList<>()).add(value);
  }

  /** All values of a flag. */
  List<String> all(String flag) {
    return List.copyOf(values.getOrDefault(flag, List.of()));
  }

  /** The value of a flag that counts if there are several; null if it is not there. */
  @Nullable String last(String flag) {
    List<String> given = values.get(flag);
    return given == null ? null : given.get(given.size() - 1);
  }

  /** Whether a flag is there and true. */
  boolean flag(String name) {
    return isTrue(last(name));
  }

  /** Values of a flag by their names. */
  Map<String, String> pairs(String flag, String separator) throws Refusal {
    Map<String, String> found = new LinkedHashMap<>();
    for (String value : all(flag)) {
      int at = value.indexOf(separator);
      if (at == 0 || value.isEmpty()) {
        throw Refusal.user(flag + " " + value + " has no name");
      }
      if (at < 0 && !flag.equals("--label")) {
        throw Refusal.user(flag + " " + value + " needs name" + separator + "…");
      }
      found.put(at < 0 ? value : value.substring(0, at), at < 0 ? "" : value.substring(at + 1));
    }
    return Collections.unmodifiableMap(found);
  }
}
