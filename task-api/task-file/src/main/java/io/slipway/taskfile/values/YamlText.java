package io.slipway.taskfile.values;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.MappedText;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads YAML as a tree with places, within limits; what is wrong is told with its place. */
public final class YamlText {
  private static final int DEEPEST = 50;
  private static final int MOST_ALIASES = 50;
  private static final int LARGEST = 2 << 20;

  private YamlText() {}

  /** The document of a text, or null if it has none. */
  public static @Nullable Node compose(MappedText text) throws Refusal {
    return compose(text, MOST_ALIASES);
  }

  /** The same for a reader that counts what aliases stand for itself. */
  public static @Nullable Node compose(MappedText text, int mostAliases) throws Refusal {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(true);
    options.setMaxAliasesForCollections(mostAliases);
    options.setNestingDepthLimit(DEEPEST);
    options.setCodePointLimit(LARGEST);
    try {
      return new Yaml(options).compose(new StringReader(text.text()));
    } catch (MarkedYAMLException malformed) {
      throw at(text, malformed.getProblemMark(), "yaml: " + malformed.getProblem());
    } catch (YAMLException | StackOverflowError malformed) {
      throw Refusal.user("yaml: " + malformed.getMessage());
    } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
      // Some malformed escapes and directives come out of the library like this.
      throw Refusal.user("yaml: an escape or directive is malformed");
    }
  }

  /** Whether a node stands for nothing. */
  public static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** A problem at a node. */
  public static Refusal problem(MappedText text, Node node, String message) {
    return at(text, node.getStartMark(), message);
  }

  private static Refusal at(MappedText text, @Nullable Mark mark, String message) {
    return mark == null
        ? Refusal.user(message)
        : Refusal.at(text.lines().source(mark.getLine() + 1), mark.getColumn() + 1, message);
  }
}
