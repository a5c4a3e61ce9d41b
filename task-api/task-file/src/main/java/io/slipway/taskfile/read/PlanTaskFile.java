package io.slipway.taskfile.read;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.Expansion;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.SecretReference;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.text.MappedText;
import io.slipway.taskfile.values.YamlText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns a task file into a plan: aliases, then templates, then YAML, then steps with their
 * defaults. Any text ends in a plan or in problems.
 */
public final class PlanTaskFile {
  private static final Pattern ACTION =
      Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?\\}\\}", Pattern.DOTALL);
  private static final Pattern KNOWN = Pattern.compile("\\.(Run|Build|Values|Secrets)\\.(\\w+)");
  private static final Pattern ALIAS_SOURCE = Pattern.compile("(?m)^\\s*(-\\s*)?src\\s*:");

  private PlanTaskFile() {}

  /** A plan, or what is wrong. */
  public sealed interface Result {
    /**
     * The plan, and what is worth a warning.
     *
     * @param fixed whether the file refers to nothing outside of itself: whatever its input's
     *     expansion is, the plan is the same
     */
    record Planned(StepPlan plan, List<Problem> warnings, boolean fixed) implements Result {
      /** Copies the warnings. */
      public Planned {
        warnings = List.copyOf(warnings);
      }
    }

    /** What is wrong, the most important first, and what is worth a warning. */
    record Refused(List<Problem> problems, List<Problem> warnings) implements Result {}
  }

  /** The secrets that a file asks for, or what is wrong. */
  public sealed interface Secrets {
    /** The secrets; empty if nothing in the file may read one. */
    record Wanted(List<SecretReference> secrets) implements Secrets {}

    record Refused(List<Problem> problems) implements Secrets {}
  }

  /** Plans a file for a run. Its secrets must have been resolved if it is to be executed. */
  public static Result plan(String text, PlanInput input) {
    try {
      Expansion expansion = ExpandTaskFile.expand(text, input.expansion());
      Problems problems = new Problems(expansion.lines());
      if (expansion.secondAlias() > 0) {
        problems.warn(new Problem(expansion.secondAlias(), 1, "alias", "stands twice; both count"));
      }
      Properties task = root(expansion, problems);
      StepPlan plan = ReadTask.read(task, expansion, input, problems);
      return problems.any()
          ? new Result.Refused(problems.all(), problems.warnings())
          : new Result.Planned(plan, problems.warnings(), expansion.fixed());
    } catch (Refusal malformed) {
      return new Result.Refused(List.of(Problem.of(malformed)), List.of());
    }
  }

  /**
   * Reads which secrets a file asks for, to be resolved before it is planned. Templates see none,
   * so other parts of the file may look wrong yet and are not checked.
   */
  public static Secrets secrets(String text, PlanInput input) {
    try {
      Expansion expansion = ExpandTaskFile.expand(text, input.expansion());
      if (!expansion.mentionsSecrets()) {
        return new Secrets.Wanted(List.of());
      }
      Problems problems = new Problems(expansion.lines());
      List<SecretReference> secrets = ReadSecrets.of(root(expansion, problems));
      return problems.any() ? new Secrets.Refused(problems.all()) : new Secrets.Wanted(secrets);
    } catch (Refusal malformed) {
      return new Secrets.Refused(List.of(Problem.of(malformed)));
    }
  }

  /**
   * Whether a file is of the same form in every run: it holds no more than the places of variables,
   * and of values with these names.
   *
   * @param secrets whether places of secrets count as such
   */
  public static boolean isPlain(String text, Set<String> values, boolean secrets) {
    if (ALIAS_SOURCE.matcher(text).find()) {
      return false;
    }
    Matcher action = ACTION.matcher(text);
    while (action.find()) {
      Matcher known = KNOWN.matcher(action.group(1));
      if (!known.matches()
          || known.group(1).equals("Secrets") && !secrets
          || known.group(1).equals("Values") && !values.contains(known.group(2))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The secrets that a file asks for in every run.
   *
   * @param values those that no run may change
   * @return empty if they depend on the run, or the file is malformed
   */
  public static Optional<List<SecretReference>> secretsOfEveryRun(
      String text, Map<String, Object> values) {
    if (!isPlain(text, values.keySet(), true)) {
      return Optional.empty();
    }
    Secrets one = secrets(text, someRun("a", values));
    return one instanceof Secrets.Wanted wanted && one.equals(secrets(text, someRun("b", values)))
        ? Optional.of(wanted.secrets())
        : Optional.empty();
  }

  private static PlanInput someRun(String word, Map<String, Object> values) {
    RunVariables run =
        new RunVariables(word, word, word, word, word, word, word, word, word, word, word);
    return PlanInput.of(ExpansionInput.of(run.asMap(), values));
  }

  private static Properties root(Expansion expansion, Problems problems) throws Refusal {
    @Nullable Node root =
        YamlText.compose(
            new MappedText(expansion.text(), expansion.lines()), ReadLimits.MOST_ALIASES);
    ReadLimits limits = new ReadLimits();
    if (root instanceof MappingNode mapping) {
      return new Properties("", mapping, limits, problems);
    }
    if (root != null && !YamlText.isNull(root)) {
      problems.mistyped(root, "", "a task file must hold properties (name: value), such as steps:");
    }
    return new Properties(
        "", new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK), limits, problems);
  }
}
