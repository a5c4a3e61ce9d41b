package io.slipway.builder.dockerfile;

import io.slipway.taskfile.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code --name=value} words at the beginning of an instruction.
 *
 * @param values last value of each
 * @param every all values of each, in order
 * @param rest what follows them
 */
record Flags(Map<String, String> values, Map<String, List<String>> every, String rest) {

  /** Takes them off; an unknown one is an error that names the nearest. */
  static Flags take(int line, String text, Set<String> allowed) throws DockerfileException {
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, List<String>> every = new LinkedHashMap<>();
    String rest = text;
    while (rest.startsWith("--")) {
      String[] parts = rest.split("\\s+", 2);
      String flag = parts[0].substring(2);
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      String value = equals < 0 ? "true" : flag.substring(equals + 1);
      rest = parts.length > 1 ? parts[1] : "";
      if (name.isEmpty()) {
        break;
      }
      if (!allowed.contains(name)) {
        Optional<String> near = Nearest.of(name, List.copyOf(allowed));
        throw new DockerfileException(
            line,
            "unknown flag --" + name + near.map(n -> "; did you mean --" + n + "?").orElse(""));
      }
      values.put(name, value);
      every.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
    return new Flags(values, every, rest);
  }

  List<String> all(String name) {
    return every.getOrDefault(name, List.of());
  }
}
