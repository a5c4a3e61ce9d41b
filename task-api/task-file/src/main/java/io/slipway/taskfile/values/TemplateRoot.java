package io.slipway.taskfile.values;

import io.slipway.gotemplate.RenderTemplate;
import io.slipway.gotemplate.TemplateFailure;
import io.slipway.taskfile.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The object that templates see as {@code .}. It is new each time, since templates may change it.
 */
public final class TemplateRoot {
  /** Every variable that a run has, so that {@code .RunJSON} always holds the same names. */
  private static final List<String> RUN =
      List.of(
          "ID",
          "Commit",
          "Repository",
          "Branch",
          "TriggeredBy",
          "GitTag",
          "Registry",
          "RegistryName",
          "Date",
          "SharedVolume",
          "OS",
          "OSVersion",
          "Architecture",
          "TaskName");

  private TemplateRoot() {}

  /**
   * With {@code .Run}, {@code .Build.ID}, {@code .Values}, {@code .Secrets}, {@code .ValuesJSON}
   * and {@code .RunJSON}; the JSONs are one word of a shell each.
   */
  public static Map<String, Object> of(
      Map<String, String> run, Map<String, Object> values, Map<String, String> secrets)
      throws Refusal {
    Map<String, String> all = new LinkedHashMap<>(run);
    RUN.forEach(name -> all.putIfAbsent(name, ""));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("Run", new LinkedHashMap<String, Object>(all));
    Map<String, Object> build = new LinkedHashMap<>();
    build.put("ID", run.getOrDefault("ID", ""));
    root.put("Build", build);
    root.put("Secrets", new LinkedHashMap<String, Object>(secrets));
    try {
      root.put("Values", Objects.requireNonNull(RenderTemplate.copy(values)));
      root.put("ValuesJSON", ShellQuote.quote(RenderTemplate.json(values)));
      root.put("RunJSON", ShellQuote.quote(RenderTemplate.json(all)));
    } catch (TemplateFailure tooMuch) {
      throw Refusal.user("failed to serialize Values: " + tooMuch.reason());
    }
    return root;
  }
}
