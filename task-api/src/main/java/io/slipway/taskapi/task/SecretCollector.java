package io.slipway.taskapi.task;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Secrets that were met while a body was read. */
public final class SecretCollector {
  private final Map<String, @Nullable String> found = new LinkedHashMap<>();

  /** Remembers a secret; null if its value is not given and what is stored stays. */
  void add(String name, @Nullable String value) {
    found.put(name, value);
  }

  /** Name to value, in the order met. */
  public Map<String, @Nullable String> found() {
    return found;
  }

  @Override
  public String toString() { // without the values
    return found.keySet().toString();
  }
}
