package io.slipway.agent.decision;

import io.slipway.contract.agent.NamedValue;
import io.slipway.contract.agent.Platform;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.quickbuild.QuickBuild;
import io.slipway.taskfile.quickbuild.RegistryPrefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plans a build that was requested without a task file. */
public final class QuickBuildRequest {
  private final RunSpecification spec;
  private final Map<String, String> runVariables;

  /**
   * For a build of one run.
   *
   * @param runVariables what templates in names and arguments may use, by name
   */
  public QuickBuildRequest(RunSpecification spec, Map<String, String> runVariables) {
    this.spec = spec;
    this.runVariables = runVariables;
  }

  /**
   * The plan: one build step, and a push if it is asked for.
   *
   * @param secretArguments values by name; they stand over those of the specification
   */
  public StepPlan plan(TaskStep.DockerBuild build, Map<String, String> secretArguments)
      throws Refusal {
    List<String> images = new ArrayList<>();
    for (String name : build.imageNames()) {
      images.add(RegistryPrefix.of(rendered(name), spec.loginServer(), spec.logins()));
    }
    Map<String, String> arguments = new LinkedHashMap<>();
    for (NamedValue argument : build.arguments()) {
      arguments.put(argument.name(), rendered(argument.value()));
    }
    arguments.putAll(secretArguments);
    String target = build.target();
    return new QuickBuild(
            images,
            build.isPushEnabled(),
            build.noCache(),
            build.dockerFilePath(),
            target == null || target.isEmpty() ? null : rendered(target),
            arguments,
            platform(),
            ".")
        .plan();
  }

  private @Nullable String platform() {
    Platform platform = spec.platform();
    if (platform.os().isEmpty() || platform.architecture().isEmpty()) {
      return null;
    }
    String variant = platform.variant();
    return platform.os()
        + "/"
        + platform.architecture()
        + (variant == null || variant.isEmpty() ? "" : "/" + variant);
  }

  /** Only the variables of the run are known here, as in the original. */
  private String rendered(String text) throws Refusal {
    if (!text.contains("{{")) {
      return text;
    }
    try {
      return ExpandTaskFile.expand(text, ExpansionInput.of(runVariables, Map.of())).text().strip();
    } catch (Refusal malformed) {
      throw Refusal.user("'" + text + "': " + malformed.text(), malformed);
    }
  }
}
