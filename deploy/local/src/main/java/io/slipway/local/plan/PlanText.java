package io.slipway.local.plan;

import io.slipway.taskfile.plan.After;
import io.slipway.taskfile.plan.ContainerOptions;
import io.slipway.taskfile.plan.Ends;
import io.slipway.taskfile.plan.PlannedNetwork;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.StepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plan for people. */
public final class PlanText {
  private PlanText() {}

  /** {@code FILE:line:column: property: message}; without a place {@code FILE: message}. */
  public static String line(String file, Problem problem, String kind) {
    String place = problem.line() == 0 ? "" : ":" + problem.line() + ":" + problem.column();
    String property = problem.property().isEmpty() ? "" : problem.property() + ": ";
    return file + place + ": " + kind + property + problem.message();
  }

  /** The plan of a file. */
  public static String of(PlannedFile file, StepPlan plan) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s: version %s%s, %d %s%n"
            .formatted(
                file.name(),
                plan.settings().version(),
                plan.aliases() ? " with aliases" : "",
                plan.steps().size(),
                plan.steps().size() == 1 ? "step" : "steps"));
    line(out, "networks", plan.networks().stream().map(PlanText::network).toList());
    line(
        out,
        "volumes",
        plan.volumes().stream()
            .map(volume -> volume.name() + " with " + String.join(", ", volume.files().keySet()))
            .toList());
    line(
        out,
        "secrets",
        plan.secrets().stream().map(secret -> secret.id() + " from " + secret.keyvault()).toList());
    Map<String, Integer> stages = new HashMap<>();
    for (PlannedStep step : plan.steps()) {
      int stage =
          1 + step.after().stream().mapToInt(after -> stages.get(after.stepId())).max().orElse(0);
      stages.put(step.id(), stage);
      step(out, step, stage, file.bases().get(step.id()));
    }
    return out.toString();
  }

  private static void step(
      StringBuilder out, PlannedStep step, int stage, @Nullable BuildBases bases) {
    out.append("  %2d  %-16s %s%n".formatted(stage, step.id(), what(step.action())));
    List<String> facts = new ArrayList<>();
    facts.add(starts(step));
    limits(step, facts);
    container(step.container(), facts);
    detail(out, String.join("; ", facts));
    if (bases != null) {
      detail(out, bases(bases));
    }
  }

  private static String what(StepAction action) {
    return switch (action) {
      case StepAction.Cmd cmd -> "cmd   " + cmd.text().strip().replace("\n", "\n" + " ".repeat(29));
      case StepAction.Build build -> "build " + build.text().strip();
      case StepAction.Push push ->
          "push  "
              + push.images().stream()
                  .map(image -> image.canonical())
                  .collect(Collectors.joining(" "));
    };
  }

  private static String starts(PlannedStep step) {
    String delay =
        step.startDelay().isZero() ? "" : ", " + step.startDelay().toSeconds() + " s later";
    if (step.after().isEmpty()) {
      return "at once" + delay;
    }
    return step.after().stream().map(PlanText::after).collect(Collectors.joining(" and ")) + delay;
  }

  private static String after(After after) {
    return switch (after.ends()) {
      case Ends.Succeeded success -> "after " + after.stepId();
      case Ends.Failed failure -> "if " + after.stepId() + " failed";
      case Ends.Always always -> "however " + after.stepId() + " ended";
      case Ends.ExitCode codes ->
          "if "
              + after.stepId()
              + " exited"
              + (codes.with().isEmpty() ? "" : " with " + numbers(codes.with()))
              + (codes.without().isEmpty() ? "" : " without " + numbers(codes.without()));
    };
  }

  private static String numbers(Set<Integer> codes) {
    return codes.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static void limits(PlannedStep step, List<String> parts) {
    parts.add("at most " + step.timeout().toSeconds() + " s");
    if (step.retries() > 0) {
      parts.add("%d retries, %d s apart".formatted(step.retries(), step.retryDelay().toSeconds()));
    }
    if (!step.retryOnErrors().isEmpty()) {
      parts.add("only after " + step.retryOnErrors());
    }
    if (step.repeat() > 0) {
      parts.add("done %d times".formatted(step.repeat() + 1));
    }
    if (step.ignoreErrors()) {
      parts.add("errors ignored");
    }
  }

  private static void container(ContainerOptions container, List<String> parts) {
    ContainerOptions.Network network = container.network();
    if (network.name() != null) {
      parts.add("network " + network.name());
    }
    if (!container.workingDirectory().isEmpty()) {
      parts.add("in " + container.workingDirectory());
    }
    if (!container.env().isEmpty()) {
      parts.add("env " + String.join(" ", container.env().keySet()));
    }
    container.volumeMounts().forEach(mount -> parts.add(mount.name() + " at " + mount.path()));
    if (!network.ports().isEmpty()) {
      parts.add("ports " + String.join(" ", network.ports()));
    }
    for (Map.Entry<String, Boolean> flag :
        List.of(
            Map.entry("detached", container.life().detach()),
            Map.entry("privileged", container.privileged()),
            Map.entry("pulled first", container.pull().isFirst()))) {
      if (flag.getValue()) {
        parts.add(flag.getKey());
      }
    }
  }

  private static String bases(BuildBases bases) {
    if (bases.unknown() != null) {
      return "base images unknown: " + bases.dockerfile() + ": " + bases.unknown();
    }
    return "on "
        + (bases.runtime() == null ? "nothing" : bases.runtime())
        + (bases.buildtime().isEmpty()
            ? ""
            : "; while it builds " + String.join(", ", bases.buildtime()))
        + " ("
        + bases.dockerfile()
        + ")";
  }

  private static String network(PlannedNetwork network) {
    return network.name() + (network.skipCreation() ? ", which already exists" : "");
  }

  private static void line(StringBuilder out, String word, List<String> values) {
    if (!values.isEmpty()) {
      out.append("      %-16s %s%n".formatted(word, String.join("; ", values)));
    }
  }

  private static void detail(StringBuilder out, String text) {
    out.append("      %-16s %s%n".formatted("", text));
  }
}
