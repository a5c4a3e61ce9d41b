package io.slipway.taskfile.quickbuild;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.After;
import io.slipway.taskfile.plan.CacheSetting;
import io.slipway.taskfile.plan.ContainerOptions;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.plan.TaskSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A build that is asked for without a task file ({@code az acr build}, a task with a Dockerfile):
 * one step {@code build} and one step {@code push}, without a network of their own.
 *
 * @param images whole names of the result; empty to build only
 * @param push whether they are pushed
 * @param noCache whether nothing is taken from a cache
 * @param dockerfile path of the Dockerfile, relative to the context
 * @param target stage, or null
 * @param buildArgs build arguments; their values may be secret
 * @param platform for example {@code linux/amd64}, or null for the machine's
 * @param context folder of the workspace
 */
public record QuickBuild(
    List<String> images,
    boolean push,
    boolean noCache,
    String dockerfile,
    @Nullable String target,
    Map<String, String> buildArgs,
    @Nullable String platform,
    String context) {
  private static final Duration BUILD_LIMIT = Duration.ofSeconds(28_800);
  private static final Duration PUSH_LIMIT = Duration.ofSeconds(3_600);

  /**
   * The plan of its steps.
   *
   * @throws Refusal if an image name or a flag is not valid; names it
   */
  public StepPlan plan() throws Refusal {
    List<PlannedStep> steps = new ArrayList<>();
    steps.add(
        step(
            "build",
            new StepAction.Build(
                text(), BuildCommand.of(words(Map.copyOf(buildArgs))), CacheSetting.UNSET),
            List.of(),
            BUILD_LIMIT));
    if (push && !images.isEmpty()) {
      Set<ImageReference> pushed = new LinkedHashSet<>();
      for (String image : images) {
        pushed.add(tagged(image));
      }
      steps.add(
          step(
              "push",
              new StepAction.Push(List.copyOf(pushed)),
              List.of(After.success("build")),
              PUSH_LIMIT));
    }
    return new StepPlan(
        new TaskSettings("v1.0.0", BUILD_LIMIT, "", Map.of(), CacheSetting.UNSET),
        steps,
        List.of(),
        List.of(),
        List.of(),
        false);
  }

  private static ImageReference tagged(String name) throws Refusal {
    ImageReference image = ImageReference.parse(name);
    return image.tag() == null && image.digest() == null ? image.withTag("latest") : image;
  }

  /** As people read it; values of build arguments are left out, for they may be secret. */
  private String text() {
    return String.join(
        " ",
        words(buildArgs.keySet().stream().collect(Collectors.toMap(name -> name, name -> "***"))));
  }

  private List<String> words(Map<String, String> arguments) {
    List<String> words = new ArrayList<>();
    if (noCache) {
      words.add("--no-cache");
    }
    words.addAll(List.of("-f", context.equals(".") ? dockerfile : context + "/" + dockerfile));
    for (String image : images) {
      words.addAll(List.of("-t", image));
    }
    arguments.keySet().stream()
        .sorted()
        .forEach(name -> words.addAll(List.of("--build-arg", name + "=" + arguments.get(name))));
    if (target != null) {
      words.addAll(List.of("--target", target));
    }
    if (platform != null) {
      words.addAll(List.of("--platform", platform));
    }
    words.add(context);
    return words;
  }

  private static PlannedStep step(
      String id, StepAction action, List<After> after, Duration timeout) {
    return new PlannedStep(
        id,
        action,
        after,
        timeout,
        Duration.ZERO,
        0,
        Duration.ofSeconds(5),
        List.of(),
        0,
        false,
        ContainerOptions.DEFAULT);
  }

  @Override
  public String toString() {
    return "QuickBuild[" + text() + "]";
  }
}
