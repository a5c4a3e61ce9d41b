package io.slipway.local.command;

import io.slipway.gotemplate.TemplateSources;
import io.slipway.local.plan.PlanFile;
import io.slipway.local.plan.PlanJson;
import io.slipway.local.plan.PlanText;
import io.slipway.local.plan.PlannedFile;
import io.slipway.local.state.LocalException;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.values.SetValues;
import io.slipway.taskfile.values.ValuesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what task files would do. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Shows the rendered and checked plan of task files without running anything; needs no"
            + " platform.",
    footer = {
      "",
      "What is wrong goes to the error output as FILE:line:column: message, and the exit code is"
          + " 1.",
      "Secrets stand in the plan by their names (secret-ID)."
    })
final class PlanCommand implements Callable<Integer> {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'z'").withZone(ZoneOffset.UTC);

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Task files.")
  private List<Path> files;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value that templates read as {{.Values.KEY}}; may be given several times.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--values",
      paramLabel = "FILE",
      description = "YAML file of values, under --set.")
  private @Nullable Path values;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      defaultValue = "cf1",
      description = "Id of the run (${DEFAULT-VALUE}).")
  private String runId;

  @Option(
      names = "--registry",
      paramLabel = "HOST",
      defaultValue = "myregistry.azurecr.io",
      description = "Login server of the registry (${DEFAULT-VALUE}).")
  private String registry;

  @Option(
      names = "--task-name",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Name of the task; none for a quick run.")
  private String taskName;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "Limit of the run (${DEFAULT-VALUE}); steps that want more are warned of.")
  private int timeout;

  @Option(
      names = "--context",
      paramLabel = "FOLDER",
      description = "Folder that stands for the workspace; the one of each file if not given.")
  private @Nullable Path context;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    Instant now = InstantSource.system().instant();
    PlanFile planner =
        new PlanFile(
            new RunVariables(
                runId,
                registry,
                RunVariables.registryName(registry),
                DATE.format(now),
                "linux",
                "amd64",
                "acb_vol_" + runId,
                "",
                "",
                "",
                taskName),
            values(),
            TemplateSources.of(now, new SecureRandom()),
            Duration.ofSeconds(timeout),
            context);
    List<PlannedFile> planned = files.stream().map(planner::plan).toList();
    if (json) {
      System.out.println(PlanJson.of(planned));
    } else {
      planned.forEach(PlanCommand::print);
    }
    return planned.stream().allMatch(file -> file.problems().isEmpty()) ? 0 : 1;
  }

  private static void print(PlannedFile file) {
    StepPlan plan = file.plan();
    if (plan != null) {
      System.out.print(PlanText.of(file, plan));
    }
    for (Problem warning : file.warnings()) {
      System.err.println(PlanText.line(file.name(), warning, "warning: "));
    }
    for (Problem problem : file.problems()) {
      System.err.println(PlanText.line(file.name(), problem, ""));
    }
  }

  private Map<String, Object> values() {
    try {
      Map<String, Object> file = values == null ? Map.of() : ValuesFile.parse(text(values));
      return SetValues.over(file, SetValues.parse(set));
    } catch (Refusal malformed) {
      String place =
          malformed.line() == 0
              ? ""
              : values + ":" + malformed.line() + ":" + malformed.column() + ": ";
      throw new LocalException(place + malformed.text());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new LocalException("--values " + file + " cannot be read: " + unreadable);
    }
  }
}
