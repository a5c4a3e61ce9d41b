package io.slipway.taskfile.build;

import io.slipway.taskfile.text.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of flags that look like {@code type=registry,ref=x}. */
final class CommaFields {
  private CommaFields() {}

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException that names the flag and the field
   */
  static Map<String, String> parse(String flag, String text, String... known) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : text.split(",", -1)) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      if (equals < 0 || !List.of(known).contains(name)) {
        throw new IllegalArgumentException(
            "%s %s: '%s' is not understood%s"
                .formatted(
                    flag,
                    text,
                    field,
                    Nearest.of(name, List.of(known))
                        .map(near -> "; did you mean " + near + "=…?")
                        .orElse("; there are " + String.join(", ", known))));
      }
      fields.put(name, field.substring(equals + 1));
    }
    return fields;
  }
}
