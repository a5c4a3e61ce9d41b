package io.slipway.taskfile.expand;

import io.slipway.gotemplate.RenderTemplate;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.alias.AliasBlock;
import io.slipway.taskfile.alias.AliasExpander;
import io.slipway.taskfile.alias.ReadAliases;
import io.slipway.taskfile.text.CommentLines;
import io.slipway.taskfile.text.MappedText;
import io.slipway.taskfile.values.TemplateRoot;
import java.util.Map;

/**
 * Turns a task file's text into YAML: comment lines go, the version is found, aliases are replaced,
 * templates are rendered. Any text ends in YAML or in a {@link Refusal}.
 *
 * <p>If {@link Expansion#mentionsSecrets()}, the caller reads {@code secrets:} of the YAML,
 * resolves them, and expands the text a second time with them.
 */
public final class ExpandTaskFile {
  private static final int LARGEST = 1 << 20;

  private ExpandTaskFile() {}

  public static Expansion expand(String text, ExpansionInput input) throws Refusal {
    if (text.length() > LARGEST) {
      throw Refusal.user("the task file has more than " + LARGEST + " characters");
    }
    MappedText bare = CommentLines.without(MappedText.of(text));
    String version = TaskVersion.of(bare);
    boolean hasAliases = TaskVersion.hasAliases(version);
    AliasExpander aliases = AliasExpander.none();
    MappedText body = bare;
    boolean fixed = true;
    int secondAlias = 0;
    if (hasAliases) {
      AliasBlock block = AliasBlock.cutFrom(bare);
      secondAlias = block.second();
      fixed = block.section().text().isBlank();
      aliases = ReadAliases.from(render(block.section(), input), input.aliasSources());
      body = aliases.expand(block.rest());
    }
    MappedText rendered = render(body, input);
    if (rendered.text().isBlank() && !text.isBlank() && !body.text().isBlank()) {
      throw Refusal.user("rendered template was empty");
    }
    return new Expansion(
        rendered.text(),
        version,
        hasAliases,
        aliases,
        rendered.lines(),
        body.text().contains("secrets"),
        secondAlias,
        fixed && !RenderTemplate.isTemplate(body.text()));
  }

  /**
   * Renders the arguments of a quick build, which has no aliases and no comment lines but the same
   * templates.
   */
  public static String expandBuild(String arguments, ExpansionInput input) throws Refusal {
    if (arguments.length() > LARGEST) {
      throw Refusal.user("the arguments have more than " + LARGEST + " characters");
    }
    return render(MappedText.of(arguments), input).text();
  }

  private static MappedText render(MappedText text, ExpansionInput input) throws Refusal {
    Map<String, Object> root =
        RenderTemplate.isTemplate(text.text())
            ? TemplateRoot.of(input.run(), input.values(), input.secrets())
            : Map.of();
    return RenderedText.of(text, root, input.sources());
  }
}
