package io.slipway.taskfile.values;

import io.slipway.taskfile.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values given as {@code key=value}; they are texts and keep what stands after the first {@code =}.
 */
public final class SetValues {
  private SetValues() {}

  /** By key; of a repeated key the last one counts. */
  public static Map<String, Object> parse(List<String> assignments) throws Refusal {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 0) {
        throw Refusal.user("failed to parse --set data; invalid format, no = assignment found");
      }
      if (equals == 0) {
        throw Refusal.user("failed to parse --set data; expected a key=val format");
      }
      values.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return values;
  }

  /** Values of a file, each of which a value that was set replaces as a whole. */
  public static Map<String, Object> over(Map<String, Object> file, Map<String, ?> set) {
    Map<String, Object> merged = new LinkedHashMap<>(file);
    merged.putAll(set);
    return merged;
  }
}
