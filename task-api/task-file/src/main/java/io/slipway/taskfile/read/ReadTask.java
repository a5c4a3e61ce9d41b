package io.slipway.taskfile.read;

import io.slipway.taskfile.alias.AliasExpander;
import io.slipway.taskfile.expand.Expansion;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.PlannedNetwork;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.SecretReference;
import io.slipway.taskfile.plan.SecretVolume;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.plan.TaskSettings;
import io.slipway.taskfile.read.ReadStep.TaskContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and checks the whole of a task file, in the order in which the original does. */
final class ReadTask {
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
          "alias",
          "cache");
  private static final Map<String, String> HINTS =
      Map.of(
          "timeout",
          "the limit of a run is a property of the task resource (--timeout); the one of its steps"
              + " is stepTimeout",
          "trigger",
          "triggers are properties of the task resource",
          "credentials",
          "credentials are given to the task resource (az acr task credential add)");
  private static final int DEFAULT_TIMEOUT = 600;
  private static final Set<String> ENGINE_NETWORKS = Set.of("host", "none");

  private ReadTask() {}

  /** Reads it; what is wrong is noted, and then the plan is not to be used. */
  static StepPlan read(Properties task, Expansion expansion, PlanInput input, Problems problems) {
    task.warnOfUnknown(KNOWN, HINTS);
    if (task.has("alias") && !expansion.aliasesEnabled()) {
      task.warn(
          "alias", "has no effect before version v1.1.0; this file has " + expansion.version());
    }
    List<SecretReference> secrets = ReadSecrets.of(task);
    List<SecretVolume> volumes = ReadVolumes.of(task);
    List<PlannedNetwork> networks = ReadNetworks.of(task, input.network());
    TaskSettings settings = settings(task, expansion.version(), input);
    Set<String> names = new HashSet<>(ENGINE_NETWORKS);
    networks.forEach(network -> names.add(network.name()));
    Set<String> volumeNames = new HashSet<>();
    volumes.forEach(volume -> volumeNames.add(volume.name()));
    TaskContext context =
        new TaskContext(
            settings,
            ReadNetworks.usual(networks),
            names,
            volumeNames,
            expansion.aliasesEnabled() ? expansion.aliases() : AliasExpander.none(),
            input.runTimeout(),
            new LinkedHashSet<>());
    return new StepPlan(
        settings, steps(task, context), networks, volumes, secrets, expansion.aliasesEnabled());
  }

  private static List<PlannedStep> steps(Properties task, TaskContext context) {
    List<Properties> written = task.maps("steps", "a list of steps, for example [{cmd: image}]");
    if (written.size() > ReadLimits.MOST_STEPS) {
      task.refuse(
          "steps",
          "a task may have %d steps, not %d".formatted(ReadLimits.MOST_STEPS, written.size()));
      return List.of();
    }
    List<PlannedStep> steps = new ArrayList<>();
    @Nullable String previous = null;
    for (int index = 0; index < written.size(); index++) {
      PlannedStep step = ReadStep.of(context, written.get(index), index, previous);
      if (step != null) {
        steps.add(step);
      }
      previous = ReadStep.id(written.get(index), index);
    }
    return steps;
  }

  private static TaskSettings settings(Properties task, String version, PlanInput input) {
    int seconds = task.number("stepTimeout", 0);
    Duration timeout = Duration.ofSeconds(seconds > 0 ? seconds : DEFAULT_TIMEOUT);
    Duration run = input.runTimeout();
    if (seconds > 0 && run != null && timeout.compareTo(run) > 0) {
      task.warn(
          "stepTimeout",
          "%d seconds are more than the run may take (%d); raise the timeout of the task"
              .formatted(seconds, run.toSeconds()));
    }
    String folder = task.text("workingDirectory", "");
    return new TaskSettings(
        version,
        timeout,
        folder.isEmpty() ? input.workingDirectory() : folder,
        Environment.ofTask(task, input.env()),
        task.cache());
  }
}
