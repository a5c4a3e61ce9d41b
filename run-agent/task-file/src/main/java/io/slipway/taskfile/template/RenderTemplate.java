package io.slipway.taskfile.template;

import io.slipway.taskfile.dockerfile.Nearest;
import io.slipway.taskfile.template.function.RefusedFunctions;
import io.slipway.taskfile.template.parse.ParsedTemplate;
import io.slipway.taskfile.template.parse.Parser;
import io.slipway.taskfile.template.value.Budget;
import io.slipway.taskfile.text.MappedText;
import io.slipway.taskfile.text.TextException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders Go templates with the functions of Sprig 2.22. Any text ends in a text or in a {@link
 * TextException} with line and column, whatever it does (see {@link Budget}).
 */
public final class RenderTemplate {
  private static final String NO_VALUE = "<no value>";
  private static final int LONGEST_NAME = 40;

  private RenderTemplate() {}

  /**
   * Renders a template. What is not there is empty.
   *
   * @param root what the dot stands for; functions may change maps in it
   */
  public static MappedText render(
      MappedText template, Map<String, Object> root, TemplateSources sources) throws TextException {
    if (!isTemplate(template.text())) {
      return new MappedText(template.text().replace(NO_VALUE, ""), template.lines());
    }
    ParsedTemplate parsed;
    try {
      parsed = Parser.parse(template.text(), RenderTemplate::refusal);
    } catch (TemplateFailure failure) {
      throw template.problem(failure.offset(), "failed to parse template: " + failure.reason());
    }
    Budget budget = new Budget();
    TemplateOutput out = new TemplateOutput(template, budget);
    try {
      new Evaluator(parsed, sources, budget, out).run(root);
    } catch (TemplateFailure failure) {
      throw template.problem(failure.offset(), "failed to execute template: " + failure.reason());
    } catch (StackOverflowError deep) {
      // The budget's depth is chosen so that this does not happen on a thread of usual size.
      throw template.problem(0, "failed to execute template: it is nested too deeply");
    }
    MappedText text = out.text();
    return new MappedText(text.text().replace(NO_VALUE, ""), text.lines());
  }

  /** Whether a text has actions; the root is not looked at if it has none. */
  public static boolean isTemplate(String text) {
    return text.contains("{{");
  }

  private static @Nullable String refusal(String name) {
    if (Expressions.FUNCTIONS.get(name) != null) {
      return null;
    }
    String reason = RefusedFunctions.reason(name);
    if (reason != null) {
      return "function \"" + name + "\" is not available: " + reason;
    }
    return "function \""
        + (name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name)
        + "\" not defined"
        + nearest(name);
  }

  private static String nearest(String name) {
    return name.length() > LONGEST_NAME
        ? ""
        : Nearest.of(name, List.copyOf(Expressions.FUNCTIONS.names()))
            .map(near -> "; did you mean '" + near + "'?")
            .orElse("");
  }
}
