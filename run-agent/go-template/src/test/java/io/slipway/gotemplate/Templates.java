package io.slipway.gotemplate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Renders templates with the values that the tables suppose. */
final class Templates {
  static final Instant NOW = Instant.parse("2019-06-14T22:47:32Z");

  private Templates() {}

  static Map<String, Object> root() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("n", 3L);
    values.put("f", 1.5);
    values.put("s", "hello world");
    values.put("l", new ArrayList<>(List.of("a", "b", "c")));
    values.put("m", new LinkedHashMap<>(Map.of("x", 1L, "y", "z")));
    values.put("e", "");
    values.put("nums", new ArrayList<>(List.of(3L, 1L, 2L)));
    values.put("t", true);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("Values", values);
    root.put("Run", new LinkedHashMap<>(Map.of("ID", "cf10", "Commit", "abcdef")));
    return root;
  }

  static String render(String template) {
    return render(template, TemplateSources.of(NOW, new Random(7)));
  }

  static String render(String template, TemplateSources sources) {
    StringBuilder out = new StringBuilder();
    RenderTemplate.render(template, root(), sources, into(out));
    return out.toString();
  }

  static RenderTemplate.Output into(StringBuilder out) {
    return new RenderTemplate.Output() {
      @Override
      public void copied(String text, int offset) {
        out.append(text);
      }

      @Override
      public void inserted(String text, int offset) {
        out.append(text);
      }
    };
  }

  /** The text, or the word ERROR with the place and the reason; no value prints nothing. */
  static String outcome(String template) {
    try {
      return render(template).replace("<no value>", "");
    } catch (TemplateFailure failed) {
      String before = template.substring(0, Math.min(failed.offset(), template.length()));
      return "ERROR "
          + (1 + before.chars().filter(c -> c == '\n').count())
          + ":"
          + (before.length() - before.lastIndexOf('\n'))
          + " "
          + failed.reason().replaceFirst("failed to (parse|execute) template: ", "");
    }
  }
}
