package io.slipway.taskfile.template;

import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.TaskFileException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
  public static String render(String text, Map<String, Map<String, String>> roots)
      throws TaskFileException {
    Matcher action = ACTION.matcher(text);
    StringBuilder out = new StringBuilder();
    while (action.find()) {
      action.appendReplacement(
          out,
          Matcher.quoteReplacement(value(action.group(1), roots, place(text, action.start()))));
    }
    action.appendTail(out);
    return out.toString();
  }

  private static String value(String action, Map<String, Map<String, String>> roots, int[] place)
      throws TaskFileException {
    Matcher field = FIELD.matcher(action);
    if (!field.matches()) {
      throw new TaskFileException(
          new Problem(
              place[0],
              place[1],
              "",
              "template '{{"
                  + action
                  + "}}' is not supported; use {{.Run.name}}, {{.Values.name}} or {{.Secrets.name}}"));
    }
    Map<String, String> root = roots.get(field.group(1));
    if (root == null) {
      throw new TaskFileException(
          new Problem(
              place[0],
              place[1],
              "",
              "template '{{"
                  + action
                  + "}}': there is no ."
                  + field.group(1)
                  + "; there are "
                  + roots.keySet()));
    }
    @Nullable String value = root.get(field.group(2));
    return value == null ? "" : value;
  }

  private static int[] place(String text, int at) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < at; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return new int[] {line, column};
  }
}
