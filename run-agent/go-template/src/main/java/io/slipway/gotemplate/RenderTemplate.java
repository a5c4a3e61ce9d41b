package io.slipway.gotemplate;

import io.slipway.gotemplate.function.RefusedFunctions;
import io.slipway.gotemplate.parse.ParsedTemplate;
import io.slipway.gotemplate.parse.Parser;
import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.GoJson;
import io.slipway.gotemplate.value.PlainCopy;
import io.slipway.gotemplate.value.TemplateFailure;
import io.slipway.gotemplate.value.TemplateSources;
import java.util.Comparator;
import java.util.Map;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * Renders Go templates with the functions of Sprig 2.22. Any text ends in a text or in a {@link
 * TemplateFailure}, whatever it does (see {@link Budget}).
 */
public final class RenderTemplate {
  private static final int LONGEST_NAME = 40;
  private static final LevenshteinDistance FEW_EDITS = new LevenshteinDistance(2);

  private RenderTemplate() {}

  /** Takes what a template prints, piece by piece, with the place in the template it comes from. */
  public interface Output {
    /**
     * Text of the template itself, passed on as it is.
     *
     * @param offset where it begins in the template, counted from 0
     */
    void copied(String text, int offset);

    /**
     * What an action printed.
     *
     * @param offset where the action stands in the template, counted from 0
     */
    void inserted(String text, int offset);
  }

  /**
   * Renders a template into an output. A value that does not exist prints {@code <no value>}, as in
   * Go.
   *
   * @param root what the dot stands for; functions may change maps in it
   * @throws TemplateFailure if the template cannot be parsed or executed, or takes too much
   */
  public static void render(
      String template, Map<String, Object> root, TemplateSources sources, Output out) {
    if (!isTemplate(template)) {
      out.copied(template, 0);
      return;
    }
    ParsedTemplate parsed;
    try {
      parsed = Parser.parse(template, RenderTemplate::refusal);
    } catch (TemplateFailure failure) {
      throw failure.because("failed to parse template: ");
    }
    Budget budget = new Budget();
    try {
      new Evaluator(parsed, sources, budget, new TemplateOutput(out, budget)).run(root);
    } catch (TemplateFailure failure) {
      throw failure.because("failed to execute template: ");
    } catch (StackOverflowError deep) {
      // The budget's depth is chosen so that this does not happen on a thread of usual size.
      throw new TemplateFailure(0, "failed to execute template: it is nested too deeply");
    }
  }

  /** Whether a text has actions; the root is not looked at if it has none. */
  public static boolean isTemplate(String text) {
    return text.contains("{{");
  }

  /**
   * A copy of maps, lists and scalars that a template may change.
   *
   * @throws TemplateFailure if it is too large, shared parts counted as often as they are reached
   */
  public static @Nullable Object copy(@Nullable Object value) {
    return new PlainCopy(new Budget()).of(value);
  }

  /**
   * JSON as Go's {@code json.Marshal} writes it.
   *
   * @throws TemplateFailure if it is too large
   */
  public static String json(Object value) {
    return GoJson.write(value, "", new Budget());
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
        + (name.length() > LONGEST_NAME ? "" : nearest(name));
  }

  private static String nearest(String name) {
    return Expressions.FUNCTIONS.names().stream()
        .filter(known -> FEW_EDITS.apply(name, known) >= 0)
        .min(
            Comparator.<String>comparingInt(known -> FEW_EDITS.apply(name, known))
                .thenComparing(Comparator.naturalOrder()))
        .map(known -> "; did you mean '" + known + "'?")
        .orElse("");
  }
}
