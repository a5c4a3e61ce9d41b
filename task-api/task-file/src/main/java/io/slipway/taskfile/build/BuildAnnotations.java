package io.slipway.taskfile.build;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of {@code --annotation}.
 *
 * @param manifest those of the image's manifest, and of each manifest of several
 * @param index those of the index of several platforms
 */
public record BuildAnnotations(Map<String, String> manifest, Map<String, String> index) {
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
   * @throws Refusal if one is malformed, or is for something that is not made here
   */
  static BuildAnnotations parse(List<String> values) throws Refusal {
    Map<String, String> manifest = new LinkedHashMap<>();
    Map<String, String> index = new LinkedHashMap<>();
    for (String value : values) {
      Matcher form = FORM.matcher(value);
      if (!form.matches()) {
        throw Refusal.user("--annotation " + value + " is not of the form key=value");
      }
      if (form.group(2) != null) {
        throw Refusal.unsupported(
            "--annotation " + value + " is refused: annotations are for all platforms alike");
      }
      String kinds = form.group(1) == null ? "manifest" : form.group(1);
      for (String kind : kinds.split(",")) {
        switch (kind) {
          case "manifest" -> manifest.put(form.group(3), form.group(4));
          case "index" -> index.put(form.group(3), form.group(4));
          default ->
              throw Refusal.unsupported(
                  "--annotation "
                      + value
                      + " is refused: annotations are for manifest: or index:, not for "
                      + kind
                      + ":");
        }
      }
    }
    return new BuildAnnotations(manifest, index);
  }

  public boolean isEmpty() {
    return manifest.isEmpty() && index.isEmpty();
  }
}
