package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.arm.ArmError;
import io.slipway.taskapi.arm.ArmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads fields of a body and gathers all that is wrong with them, so that one answer names all. */
final class Problems {
  private final String code;
  private final List<ArmError.Inner> found = new ArrayList<>();

  /**
   * No problems yet.
   *
   * @param code of the error, if something is
   */
  Problems(String code) {
    this.code = code;
  }

  /** Where a field of a body is; the body itself has an empty path. */
  static String at(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /**
   * Adds a problem.
   *
   * @param target field, for example {@code properties.step.type}
   * @param what the rest of the sentence, for example {@code is missing}
   */
  void add(String target, String what) {
    add(new ArmError.Inner(code, target, target + " " + what, List.of()));
  }

  /** Adds a problem with a message of its own. */
  void add(ArmError.Inner problem) {
    found.add(problem);
  }

  boolean fewerThan(int most) {
    return found.size() < most;
  }

  boolean any() {
    return !found.isEmpty();
  }

  /** Fails with 400 if anything was wrong. */
  void throwIfAny() {
    if (!found.isEmpty()) {
      String all = found.stream().map(ArmError.Inner::message).collect(Collectors.joining("; "));
      throw ArmException.invalid(code, all.endsWith(".") ? all : all + ".", found);
    }
  }

  /** A text of usual length, or null if it is missing. */
  @Nullable String text(JsonNode parent, String path, String name) {
    return text(parent, path, name, BodyLimits.TEXT);
  }

  /**
   * A text, or null if it is missing.
   *
   * @param longest characters that it may have
   */
  @Nullable String text(JsonNode parent, String path, String name, int longest) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      add(at(path, name), "must be a string");
      return null;
    }
    String text = value.textValue();
    if (text.length() > longest) {
      add(
          at(path, name),
          "has " + text.length() + " characters, at most " + longest + " are allowed");
      return null;
    }
    return text;
  }

  /** Whether a list or an object has no more items than allowed; if not, that is a problem. */
  boolean few(JsonNode items, String at, int most) {
    if (items.size() > most) {
      add(at, "has " + items.size() + " items, at most " + most + " are allowed");
      return false;
    }
    return true;
  }

  /** A text that must be given; empty if it is missing, which is then a problem. */
  String required(JsonNode parent, String path, String name) {
    return required(parent, path, name, BodyLimits.TEXT);
  }

  /**
   * A text that must be given; empty if it is missing, which is then a problem.
   *
   * @param longest characters that it may have
   */
  String required(JsonNode parent, String path, String name, int longest) {
    int before = found.size();
    String value = text(parent, path, name, longest);
    if (found.size() > before) {
      return "";
    }
    if (value == null || value.isBlank()) {
      add(at(path, name), "is missing");
      return "";
    }
    return value;
  }

  /** True or false; {@code otherwise} if it is missing. */
  boolean flag(JsonNode parent, String path, String name, boolean otherwise) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      add(at(path, name), "must be true or false");
    }
    return value.asBoolean(otherwise);
  }

  /** A whole number from {@code least} to {@code most}; {@code otherwise} if it is missing. */
  int number(JsonNode parent, String path, String name, int otherwise, int least, int most) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    boolean whole = value.isIntegralNumber() && value.canConvertToInt();
    if (!whole || value.intValue() < least || value.intValue() > most) {
      add(at(path, name), "is %s, must be from %d to %d".formatted(value, least, most));
      return otherwise;
    }
    return value.intValue();
  }

  /** One of the given words, compared in any case, as it is spelled here. */
  String oneOf(JsonNode parent, String path, String name, String otherwise, List<String> words) {
    String value = text(parent, path, name);
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    String asked = value.toLowerCase(Locale.ROOT);
    for (String word : words) {
      if (word.toLowerCase(Locale.ROOT).equals(asked)) {
        return word;
      }
    }
    add(at(path, name), "is '" + value + "', must be one of " + words);
    return otherwise;
  }

  /** A list of texts, empty if there is none. */
  List<String> texts(JsonNode parent, String path, String name) {
    List<String> read = new ArrayList<>();
    JsonNode list = parent.path(name);
    if (list.isMissingNode() || list.isNull()) {
      return read;
    }
    if (!list.isArray()) {
      add(at(path, name), "must be a list");
      return read;
    }
    if (!few(list, at(path, name), BodyLimits.LIST)) {
      return read;
    }
    for (JsonNode item : list) {
      if (item.isTextual() && item.textValue().length() <= BodyLimits.TEXT) {
        read.add(item.textValue());
      } else {
        add(
            at(path, name),
            "must be a list of strings of at most " + BodyLimits.TEXT + " characters");
      }
    }
    return read;
  }
}
