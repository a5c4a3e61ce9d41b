package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.arm.ArmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads fields of a body and gathers all that is wrong with them, so that one answer names all. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  void add(String problem) {
    found.add(problem);
  }

  /** Fails with 400 if anything was wrong. */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw ArmException.of(400, "InvalidTask", String.join("; ", found) + ".");
    }
  }

  @Nullable String text(JsonNode parent, String path, String name) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      add(path + "." + name + " must be a text");
      return null;
    }
    return value.textValue();
  }

  String required(JsonNode parent, String path, String name) {
    String value = text(parent, path, name);
    if (value == null || value.isBlank()) {
      add(path + "." + name + " is missing");
      return "";
    }
    return value;
  }

  boolean flag(JsonNode parent, String path, String name, boolean otherwise) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      add(path + "." + name + " must be true or false");
    }
    return value.asBoolean(otherwise);
  }

  int number(JsonNode parent, String path, String name, int otherwise, int least, int most) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
      add("%s.%s is %s, must be from %d to %d".formatted(path, name, value, least, most));
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
    add(path + "." + name + " is '" + value + "', must be one of " + words);
    return otherwise;
  }
}
