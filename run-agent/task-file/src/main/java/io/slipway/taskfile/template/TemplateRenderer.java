package io.slipway.taskfile.template;

import io.slipway.taskfile.text.MappedBuilder;
import io.slipway.taskfile.text.MappedText;
import io.slipway.taskfile.text.TextException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code {{.Run.x}}}, {@code {{.Values.x}}}, {@code {{.Secrets.x}}} and {@code
 * {{.Build.ID}}}. A key that is not there is empty, as in the original. Functions and control words
 * are refused by name.
 */
public final class TemplateRenderer {
  private static final Pattern ACTION =
      Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?\\}\\}", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("\\.(\\w+)\\.([\\w-]+)");

  private TemplateRenderer() {}

  /** Renders a text with roots such as {@code Run} and {@code Values}. */
  public static MappedText render(
      MappedText text, Map<String, Object> root, TemplateSources sources) throws TextException {
    Matcher action = ACTION.matcher(text.text());
    MappedBuilder out = new MappedBuilder();
    int at = 0;
    while (action.find()) {
      out.copied(text.text().substring(at, action.start()), line(text, at));
      out.inserted(value(action.group(1), root, text, action.start()), line(text, action.start()));
      at = action.end();
    }
    out.copied(text.text().substring(at), line(text, at));
    return out.build(text.lines());
  }

  private static String value(String action, Map<String, Object> roots, MappedText text, int at)
      throws TextException {
    Matcher field = FIELD.matcher(action);
    if (!field.matches()) {
      throw text.problem(at, "template '{{" + action + "}}' is not supported yet");
    }
    if (roots.get(field.group(1)) instanceof Map<?, ?> root) {
      Object value = root.get(field.group(2));
      return value == null ? "" : value.toString();
    }
    return "";
  }

  private static int line(MappedText text, int at) {
    return 1 + (int) text.text().substring(0, at).chars().filter(c -> c == '\n').count();
  }
}
