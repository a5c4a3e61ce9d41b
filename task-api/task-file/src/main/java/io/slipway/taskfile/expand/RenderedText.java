package io.slipway.taskfile.expand;

import io.slipway.gotemplate.RenderTemplate;
import io.slipway.gotemplate.TemplateFailure;
import io.slipway.gotemplate.TemplateSources;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.MappedText;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Renders a text with templates and notes from which of its lines each new line comes. */
final class RenderedText implements RenderTemplate.Output {
  /** What Go prints for a value that is not there; a task file has nothing in its place. */
  private static final String NO_VALUE = "<no value>";

  private final int[] lineFeeds;
  private final MappedText.Builder out = new MappedText.Builder();

  private RenderedText(String template) {
    lineFeeds =
        IntStream.range(0, template.length()).filter(i -> template.charAt(i) == '\n').toArray();
  }

  /** The rendered text. A failure says the line and the column in the user's file. */
  static MappedText of(MappedText template, Map<String, Object> root, TemplateSources sources)
      throws Refusal {
    RenderedText rendered = new RenderedText(template.text());
    try {
      RenderTemplate.render(template.text(), root, sources, rendered);
    } catch (TemplateFailure failure) {
      throw template.problem(failure.offset(), failure.reason());
    }
    MappedText text = rendered.out.build(template.lines());
    return new MappedText(text.text().replace(NO_VALUE, ""), text.lines());
  }

  @Override
  public void copied(String text, int offset) {
    out.copied(text, line(offset));
  }

  @Override
  public void inserted(String text, int offset) {
    out.inserted(text, line(offset));
  }

  private int line(int offset) {
    int found = Arrays.binarySearch(lineFeeds, offset);
    return 1 + (found >= 0 ? found : -found - 1);
  }
}
