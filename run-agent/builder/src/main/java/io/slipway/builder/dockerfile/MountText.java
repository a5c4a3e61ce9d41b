package io.slipway.builder.dockerfile;

import io.slipway.taskfile.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The options of a {@code RUN --mount}: a line of CSV, of which each field is a name or {@code
 * name=value}.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#run---mount">RUN --mount</a>
 */
final class MountText {
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "dst",
          "target",
          "destination",
          "target",
          "src",
          "source",
          "ro",
          "readonly",
          "rw",
          "readwrite");
  private static final Set<String> WITHOUT_VALUE = Set.of("readonly", "readwrite", "required");
  private static final Set<String> ANY = Set.of("type", "id", "target", "readonly", "readwrite");
  private static final Map<String, Set<String>> MORE =
      Map.of(
          "bind", Set.of("from", "source"),
          "cache", Set.of("from", "source", "sharing", "mode", "uid", "gid"),
          "tmpfs", Set.of("size"),
          "secret", Set.of("source", "env", "required", "mode", "uid", "gid"),
          "ssh", Set.of("required", "mode", "uid", "gid"));

  private MountText() {}

  /** Options by their first names, in order; {@code type} is always there. */
  static Map<String, String> read(int line, String text) throws DockerfileException {
    Map<String, String> options = new LinkedHashMap<>();
    for (String field : fields(line, text)) {
      int equals = field.indexOf('=');
      String written = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      String name = OTHER_NAMES.getOrDefault(written, written);
      if (equals < 0 && !WITHOUT_VALUE.contains(name)) {
        throw new DockerfileException(
            line, "RUN --mount: '" + field + "' needs a value, as in " + name + "=…");
      }
      options.remove(name); // the last one counts, in its place
      options.put(name, equals < 0 ? "true" : field.substring(equals + 1));
    }
    options.putIfAbsent("type", "bind");
    options.computeIfPresent("type", (name, type) -> type.toLowerCase(Locale.ROOT));
    Set<String> more = MORE.get(options.get("type"));
    for (String name : options.keySet()) {
      // Of a type that is not known yet, or not at all, somebody else has to say so.
      if (more != null && !ANY.contains(name) && !more.contains(name)) {
        List<String> known = new ArrayList<>(ANY);
        known.addAll(more);
        throw new DockerfileException(
            line,
            "RUN --mount=type=%s has no option '%s'%s"
                .formatted(
                    options.get("type"),
                    name,
                    Nearest.of(name, known).map(n -> "; did you mean " + n + "?").orElse("")));
      }
    }
    return options;
  }

  private static List<String> fields(int line, String text) throws DockerfileException {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted && text.startsWith("\"", i + 1)) {
        field.append(text.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new DockerfileException(line, "RUN --mount: a quote is not closed in: " + text);
    }
    fields.add(field.toString());
    return fields;
  }
}
