package io.slipway.taskfile.build;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Notes of {@code --annotation}.
 *
 * @param manifest those of the image's manifest, and of each manifest of several
 * @param index those of the index of several platforms
 */
public record BuildAnnotations(Map<String, String> manifest, Map<String, String> index) {
  /** No notes. */
  public static final BuildAnnotations NONE = new BuildAnnotations(Map.of(), Map.of());

  private static final Pattern FORM =
      Pattern.compile("(?:([a-z,-]+)(\\[[^\\]]*\\])?:)?([^=\\s]+)=(.*)", Pattern.DOTALL);

  public BuildAnnotations {
    manifest = Map.copyOf(manifest);
    index = Map.copyOf(index);
  }

  /**
   * Reads values of the flag: {@code [manifest,index:]key=value}.
   *
   * @throws IllegalArgumentException if one is none, or is for what is not made here
   */
  static BuildAnnotations parse(List<String> values) {
    Map<String, String> manifest = new LinkedHashMap<>();
    Map<String, String> index = new LinkedHashMap<>();
    for (String value : values) {
      Matcher form = FORM.matcher(value);
      if (!form.matches()) {
        throw new IllegalArgumentException("--annotation " + value + " is no key=value");
      }
      if (form.group(2) != null) {
        throw new IllegalArgumentException(
            "--annotation " + value + " is refused: notes are for all platforms alike");
      }
      String kinds = form.group(1) == null ? "manifest" : form.group(1);
      for (String kind : kinds.split(",")) {
        switch (kind) {
          case "manifest" -> manifest.put(form.group(3), form.group(4));
          case "index" -> index.put(form.group(3), form.group(4));
          default ->
              throw new IllegalArgumentException(
                  "--annotation "
                      + value
                      + " is refused: notes are for manifest: or index:, not for "
                      + kind
                      + ":");
        }
      }
    }
    return new BuildAnnotations(manifest, index);
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return manifest.isEmpty() && index.isEmpty();
  }
}
