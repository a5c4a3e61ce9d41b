package io.slipway.taskfile.values;

import io.slipway.taskfile.template.TemplateFailure;
import io.slipway.taskfile.template.value.Budget;
import io.slipway.taskfile.template.value.GoJson;
import io.slipway.taskfile.text.TextException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
      throws TextException {
    Map<String, String> all = new LinkedHashMap<>(run);
    RUN.forEach(name -> all.putIfAbsent(name, ""));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("Run", new LinkedHashMap<String, Object>(all));
    Map<String, Object> build = new LinkedHashMap<>();
    build.put("ID", run.getOrDefault("ID", ""));
    root.put("Build", build);
    root.put("Secrets", new LinkedHashMap<String, Object>(secrets));
    try {
      root.put("Values", new Copy(new Budget()).of(values));
      root.put("ValuesJSON", ShellQuote.quote(GoJson.write(values, "", new Budget())));
      root.put("RunJSON", ShellQuote.quote(GoJson.write(all, "", new Budget())));
    } catch (TemplateFailure tooMuch) {
      throw new TextException(0, 0, "failed to serialize Values: " + tooMuch.reason());
    }
    return root;
  }

  /** A copy that templates may change, as large as the original even if parts of it are shared. */
  private record Copy(Budget budget) {
    @Nullable Object of(@Nullable Object value) {
      budget.elements(1);
      budget.enter();
      Object copy = value;
      if (value instanceof Map<?, ?> map) {
        Map<String, Object> entries = new LinkedHashMap<>();
        map.forEach((key, item) -> entries.put(String.valueOf(key), of(item)));
        copy = entries;
      } else if (value instanceof List<?> list) {
        List<Object> items = new ArrayList<>();
        list.forEach(item -> items.add(of(item)));
        copy = items;
      } else if (value instanceof Integer number) {
        copy = number.longValue();
      }
      budget.leave();
      return copy;
    }
  }
}
