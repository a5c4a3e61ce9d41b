package io.slipway.taskfile.values;

import java.util.LinkedHashMap;
import java.util.Map;

/** The object that templates see as {@code .}. */
public final class TemplateRoot {
  private TemplateRoot() {}

  /** With {@code .Run}, {@code .Build.ID}, {@code .Values}, {@code .Secrets} and the two JSONs. */
  public static Map<String, Object> of(
      Map<String, String> run, Map<String, Object> values, Map<String, String> secrets) {
    Map<String, Object> root = new LinkedHashMap<>();
    Map<String, Object> runObject = new LinkedHashMap<>(run);
    root.put("Run", runObject);
    root.put("Build", new LinkedHashMap<>(Map.of("ID", run.getOrDefault("ID", ""))));
    root.put("Values", new LinkedHashMap<>(values));
    root.put("Secrets", new LinkedHashMap<String, Object>(secrets));
    return root;
  }
}
