package io.slipway.taskapi.body;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Secrets that were met while a body was read. */
final class SecretCollector {
  private final Map<String, @Nullable String> found = new LinkedHashMap<>();

  /** Remembers a secret; null if its value is not given and what is stored stays. */
  void add(String name, @Nullable String value) {
    found.put(name, value);
  }

  /** Name to value, in the order met. */
  Map<String, @Nullable String> found() {
    return found;
  }

  /** Name to value for a run: each needs its value, since nothing is stored yet. */
  Map<String, String> complete(Problems problems, String at) {
    Map<String, String> complete = new LinkedHashMap<>();
    found.forEach((name, value) -> {
      if (value == null) {
        problems.add(Problems.at(at, name), "is secret and has no value");
      } else {
        complete.put(name, value);
      }
    });
    return complete;
  }

  @Override
  public String toString() { // without the values
    return found.keySet().toString();
  }
}
