package io.slipway.taskfile.plan;

import io.slipway.taskfile.alias.AliasExpander;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.Expansion;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.StepReader.TaskDefaults;
import io.slipway.taskfile.text.TextException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns a task file into a plan: aliases, then templates, then YAML, then steps with their
 * defaults. Any text ends in a plan or in a problem.
 */
public final class PlanTaskFile {
  private static final Set<String> KNOWN =
      Set.of(
          "version",
          "steps",
          "stepTimeout",
          "workingDirectory",
          "env",
          "secrets",
          "networks",
          "volumes",
          "alias");
  private static final String DEFAULT_NETWORK = "acb_default_network";
  private static final int LARGEST = 1 << 20;
  private static final int DEEPEST = 50;

  private PlanTaskFile() {}

  /** A plan, or what is wrong. */
  public sealed interface Result {
    /** The plan, and what is worth a warning. */
    record Planned(StepPlan plan, List<Problem> warnings) implements Result {}

    /** What is wrong. */
    record Refused(List<Problem> problems) implements Result {}
  }

  /** Plans a file for a run with values. */
  public static Result plan(String text, RunVariables run, Map<String, String> values) {
    try {
      if (text.length() > LARGEST) {
        throw new TaskFileException("the task file has more than " + LARGEST + " characters");
      }
      return planned(text, run, values);
    } catch (TaskFileException refused) {
      return new Result.Refused(List.of(refused.problem()));
    } catch (MarkedYAMLException malformed) {
      var mark = malformed.getProblemMark();
      return new Result.Refused(
          List.of(
              new Problem(
                  mark == null ? 0 : mark.getLine() + 1,
                  mark == null ? 0 : mark.getColumn() + 1,
                  "",
                  "yaml: " + malformed.getProblem())));
    } catch (YAMLException | StackOverflowError malformed) {
      return new Result.Refused(List.of(new Problem(0, 0, "", "yaml: " + malformed.getMessage())));
    }
  }

  private static Result planned(String text, RunVariables run, Map<String, String> values)
      throws TaskFileException {
    Expansion expansion;
    try {
      expansion =
          ExpandTaskFile.expand(text, ExpansionInput.of(run.asMap(), new LinkedHashMap<>(values)));
    } catch (TextException refused) {
      throw new TaskFileException(
          new Problem(refused.line(), refused.column(), "", refused.reason()));
    }
    String version = expansion.version();
    boolean aliases = expansion.aliasesEnabled();
    AliasExpander expander = expansion.aliases();
    Node root = compose(expansion.text());
    if (root == null || root.getTag().equals(Tag.NULL)) {
      return new Result.Planned(
          new StepPlan(
              new TaskSettings(version, Duration.ofSeconds(600), "", Map.of()),
              List.of(),
              networks(List.of()),
              List.of(),
              List.of(),
              aliases),
          List.of());
    }
    return read(Properties.of("", root), version, expander);
  }

  private static @Nullable Node compose(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(true);
    options.setMaxAliasesForCollections(50);
    options.setNestingDepthLimit(DEEPEST);
    options.setCodePointLimit(2 * LARGEST);
    try {
      return new Yaml(options).compose(new StringReader(text));
    } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
      // Some malformed escapes and directives come out of the library like this.
      throw new YAMLException("an escape or directive is malformed", malformed);
    }
  }

  private static Result read(Properties task, String version, AliasExpander expander)
      throws TaskFileException {
    boolean aliases = version.compareTo("v1.1.0") >= 0;
    for (String later : List.of("secrets", "volumes")) {
      if (task.has(later)) {
        throw task.problem(later, "is not supported yet");
      }
    }
    List<Problem> warnings = new ArrayList<>(task.unknown(KNOWN));
    List<Properties> declared = task.list("networks");
    TaskDefaults defaults =
        new TaskDefaults(
            task.number("stepTimeout", 0),
            task.text("workingDirectory", ""),
            environment(task),
            defaultNetwork(declared),
            aliases);
    StepReader reader = new StepReader(defaults, expander);
    List<PlannedStep> steps = new ArrayList<>();
    for (Properties step : task.list("steps")) {
      warnings.addAll(step.unknown(StepReader.KNOWN));
      if (step.has("volumeMounts")) {
        throw step.problem("volumeMounts", "is not supported yet");
      }
      steps.add(reader.read(step, steps.size(), steps));
    }
    return new Result.Planned(
        new StepPlan(
            new TaskSettings(
                version,
                Duration.ofSeconds(defaults.stepTimeout() > 0 ? defaults.stepTimeout() : 600),
                defaults.workingDirectory(),
                defaults.env()),
            steps,
            networks(declared),
            List.of(),
            List.of(),
            aliases),
        List.copyOf(warnings));
  }

  private static Map<String, String> environment(Properties task) throws TaskFileException {
    Map<String, String> env = new LinkedHashMap<>();
    for (String line : task.texts("env")) {
      for (String entry : line.split(",")) {
        int equals = entry.indexOf('=');
        if (equals < 1) {
          throw task.problem(
              "env", "cannot parse task environment variable " + entry + " correctly");
        }
        env.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return env;
  }

  /** No networks declared: the default one; else the last that says it is the default, if any. */
  private static String defaultNetwork(List<Properties> declared) throws TaskFileException {
    if (declared.isEmpty()) {
      return DEFAULT_NETWORK;
    }
    String found = "";
    for (Properties network : declared) {
      if (network.flag("isDefault")) {
        found = network.text("name", "");
      }
    }
    return found;
  }

  private static List<PlannedNetwork> networks(List<Properties> declared) throws TaskFileException {
    if (declared.isEmpty()) {
      return List.of(new PlannedNetwork(DEFAULT_NETWORK, "bridge", false, false, true));
    }
    List<PlannedNetwork> networks = new ArrayList<>();
    for (Properties network : declared) {
      String name = network.text("name", "");
      if (name.isEmpty()) {
        throw network.problem("name", "name must be specified");
      }
      networks.add(
          new PlannedNetwork(
              name,
              network.text("driver", ""),
              network.flag("ipv6"),
              network.flag("skipCreation"),
              network.flag("isDefault")));
    }
    return networks;
  }
}
