package io.slipway.gotemplate;

import io.slipway.gotemplate.parse.ParsedTemplate;
import io.slipway.gotemplate.parse.Parser;
import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.GoJson;
import io.slipway.gotemplate.value.Values;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders Go templates with the functions of Sprig 2.22. Any text ends in a text or in a {@link
 * TemplateFailure}, whatever it does: steps, characters and depth are counted.
 */
public final class RenderTemplate {
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
      parsed = Parser.parse(template, Expressions.FUNCTIONS::refusal);
    } catch (Failure failure) {
      throw failed("failed to parse template: ", failure);
    }
    Budget budget = new Budget();
    try {
      new Evaluator(parsed, sources, budget, new CountedOutput(out, budget)).run(root);
    } catch (Failure failure) {
      throw failed("failed to execute template: ", failure);
    } catch (StackOverflowError deep) {
      // The budget's depth is chosen so that this does not happen on a thread of usual size.
      throw new TemplateFailure(0, "failed to execute template: it is nested too deeply");
    }
  }

  private static TemplateFailure failed(String words, Failure failure) {
    return new TemplateFailure(failure.offset(), words + failure.reason());
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
    try {
      return Values.copy(value, new Budget());
    } catch (Failure tooLarge) {
      throw failed("", tooLarge);
    }
  }

  /**
   * JSON as Go's {@code json.Marshal} writes it.
   *
   * @throws TemplateFailure if it is too large
   */
  public static String json(Object value) {
    try {
      return GoJson.write(value, "", new Budget());
    } catch (Failure tooLarge) {
      throw failed("", tooLarge);
    }
  }

  /** Counts what a template prints before it is passed on. */
  private static final class CountedOutput implements Output {
    /** Most characters that a template may print: those of the longest text read afterwards. */
    private static final int LONGEST = 2 << 20;

    private final Output next;
    private final Budget budget;
    private int length;

    CountedOutput(Output next, Budget budget) {
      this.next = next;
      this.budget = budget;
    }

    @Override
    public void copied(String text, int offset) {
      count(text);
      next.copied(text, offset);
    }

    @Override
    public void inserted(String text, int offset) {
      count(text);
      next.inserted(text, offset);
    }

    private void count(String text) {
      budget.text(text.length());
      length += text.length();
      if (length > LONGEST) {
        throw new Failure("the template makes more than " + LONGEST + " characters");
      }
    }
  }
}
