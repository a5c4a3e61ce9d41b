package io.slipway.agent.step;

import io.slipway.agent.context.FetchContext;
import io.slipway.agent.context.FetchedContext;
import io.slipway.agent.log.LineBuffer;
import io.slipway.agent.run.Attempt;
import io.slipway.agent.run.RunFailedException;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepOutcome;
import io.slipway.engine.BuildRequest;
import io.slipway.engine.BuiltImage;
import io.slipway.engine.ContainerSpec;
import io.slipway.engine.EngineException;
import io.slipway.engine.EngineRun;
import io.slipway.engine.NetworkSpec;
import io.slipway.engine.OutputSink;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.PlannedNetwork;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.StepPlan;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Executes the steps of one attempt on an engine. */
final class StepRuntime implements AutoCloseable {
  private final Attempt attempt;
  private final EngineRun engine;
  private final FetchContext fetchContext;
  private final InstantSource clock;
  private final List<Built> built = new ArrayList<>();

  /** What a build step made. */
  private record Built(List<ImageReference> tags, BuiltImage image, @Nullable String revision) {}

  StepRuntime(Attempt attempt, EngineRun engine, FetchContext fetchContext, InstantSource clock) {
    this.attempt = attempt;
    this.engine = engine;
    this.fetchContext = fetchContext;
    this.clock = clock;
  }

  void networks(StepPlan plan) throws RunFailedException {
    for (PlannedNetwork network : plan.networks()) {
      if (network.skipCreation()) {
        attempt.log().engine("Skip creating network: " + network.name());
        continue;
      }
      attempt
          .log()
          .engine(
              "Creating Docker network: %s, driver: '%s'"
                  .formatted(network.name(), network.driver()));
      try {
        engine.createNetwork(new NetworkSpec(network.name(), network.driver(), network.ipv6()));
      } catch (EngineException failed) {
        throw new RunFailedException(String.valueOf(failed.getMessage()), failed);
      }
      attempt.log().engine("Successfully set up Docker network: " + network.name());
    }
  }

  /** Executes a step to its end; a failure that it ignores is none. */
  void execute(PlannedStep step) throws RunFailedException, InterruptedException {
    StepKind kind = kind(step.action());
    if (!step.startDelay().isZero()) {
      attempt
          .log()
          .engine(
              "Waiting %d seconds before executing step ID: %s"
                  .formatted(step.startDelay().toSeconds(), step.id()));
      Thread.sleep(step.startDelay());
    }
    Instant begun = clock.instant();
    attempt
        .log()
        .engine(
            "Executing step ID: %s. Timeout(sec): %d, Working directory: '%s', Network: '%s'"
                .formatted(
                    step.id(),
                    step.timeout().toSeconds(),
                    step.container().workingDirectory(),
                    step.container().network() == null ? "" : step.container().network()));
    attempt.report().started(step.id(), kind, begun);
    try {
      TimeLimit.within(step.timeout(), () -> act(step));
      attempt.report().completed(step.id(), kind, StepOutcome.SUCCEEDED, 0, null, begun);
    } catch (RunFailedException failed) {
      attempt
          .report()
          .completed(step.id(), kind, StepOutcome.FAILED, null, failed.getMessage(), begun);
      if (!step.ignoreErrors()) {
        throw new RunFailedException(
            "failed to run step ID: " + step.id() + ": " + failed.getMessage(), failed);
      }
      attempt
          .log()
          .engine(
              "Step ID: %s encountered an error: %s, but is set to ignore errors. Continuing..."
                  .formatted(step.id(), failed.getMessage()));
    }
  }

  private void act(PlannedStep step) throws RunFailedException, InterruptedException {
    switch (step.action()) {
      case StepAction.Build build -> build(step, build.command());
      case StepAction.Push push -> push(step, push.images());
      case StepAction.Cmd cmd -> cmd(step, cmd);
    }
  }

  private void build(PlannedStep step, BuildCommand command)
      throws RunFailedException, InterruptedException {
    attempt.log().engine("Scanning for dependencies...");
    FetchedContext context =
        fetchContext.fetch(command.context(), attempt.workspace(), step.id(), attempt.log());
    attempt.log().engine("Successfully scanned dependencies");
    List<ImageReference> tags = tags(command);
    String file = command.file() == null ? "Dockerfile" : command.file();
    Path dockerfile = context.folder().resolve(file).normalize();
    if (!dockerfile.startsWith(context.folder())) {
      throw new RunFailedException("the Dockerfile '" + file + "' is outside of its context");
    }
    BuildRequest request =
        new BuildRequest(
            step.id(),
            context.folder(),
            dockerfile,
            tags,
            command.buildArgs(),
            command.target(),
            platform(command),
            command.labels(),
            command.noCache(),
            command.pull(),
            Map.of(),
            command.addHosts(),
            command.network(),
            command.limits().memoryBytes(),
            command.limits().cpus());
    attempt.log().engine("Launching container with name: " + step.id());
    try (Output output = new Output()) {
      built.add(new Built(tags, engine.build(request, output), context.revision()));
    } catch (EngineException failed) {
      throw new RunFailedException(String.valueOf(failed.getMessage()), failed);
    }
    attempt.log().engine("Successfully executed container: " + step.id());
  }

  private static @Nullable String platform(BuildCommand command) throws RunFailedException {
    if (command.platforms().size() > 1) {
      throw new RunFailedException(
          "several platforms in one build are not supported yet: " + command.platforms());
    }
    return command.platforms().isEmpty() ? null : command.platforms().get(0);
  }

  private static List<ImageReference> tags(BuildCommand command) throws RunFailedException {
    try {
      return command.tags().stream().map(ImageReference::parse).toList();
    } catch (IllegalArgumentException malformed) {
      throw new RunFailedException(String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private void push(PlannedStep step, List<ImageReference> images)
      throws RunFailedException, InterruptedException {
    for (ImageReference image : images) {
      String name = image.canonical();
      attempt.log().engine("Pushing image: " + name + ", attempt 1");
      try (Output output = new Output()) {
        String digest = engine.push(image, output);
        ImageRef pushed = new ImageRef(image.registry(), image.repository(), image.tag(), digest);
        attempt.pushed().add(pushed);
        attempt.report().pushed(step.id(), pushed);
      } catch (EngineException failed) {
        throw new RunFailedException(
            "failed to push images successfully: " + failed.getMessage(), failed);
      }
      attempt.log().engine("Successfully pushed image: " + name);
    }
  }

  private void cmd(PlannedStep step, StepAction.Cmd cmd)
      throws RunFailedException, InterruptedException {
    var options = step.container();
    attempt.log().engine("Launching container with name: " + step.id());
    ContainerSpec container =
        new ContainerSpec(
            step.id(),
            cmd.image(),
            cmd.arguments(),
            options.entryPoint(),
            options.env(),
            options.user(),
            options.keepImageWorkingDirectory() ? null : folder(options.workingDirectory()),
            options.network(),
            options.ports(),
            options.expose(),
            Map.of(),
            options.privileged(),
            options.detach(),
            options.keep(),
            0,
            0);
    try (Output output = new Output()) {
      int code = engine.run(container, output);
      if (code != 0) {
        throw new RunFailedException("exit status " + code);
      }
    } catch (EngineException failed) {
      throw new RunFailedException(String.valueOf(failed.getMessage()), failed);
    }
    attempt.log().engine("Successfully executed container: " + step.id());
  }

  private static String folder(String workingDirectory) {
    return Path.of("/workspace").resolve(workingDirectory).normalize().toString();
  }

  /** Tells what the images were built from, in the log and for the run. */
  void dependencies() {
    if (built.isEmpty()) {
      return;
    }
    attempt.log().engine("The following dependencies were found:");
    attempt.log().engine("");
    for (Built made : built) {
      for (ImageDependency dependency : dependencies(made)) {
        attempt.dependencies().add(dependency);
        DependencyText.lines(dependency).forEach(attempt.log()::plain);
      }
    }
  }

  private List<ImageDependency> dependencies(Built made) {
    BuiltImage.Base base = made.image().runtimeBase();
    ImageRef runtime = base == null ? null : ref(base.name(), base.digest());
    List<ImageRef> buildtime =
        made.image().buildtimeBases().stream()
            .map(other -> ref(other.name(), other.digest()))
            .toList();
    return made.tags().stream()
        .map(tag ->
            new ImageDependency(
                ref(tag, engine.digest(tag).orElse(null)), runtime, buildtime, made.revision()))
        .toList();
  }

  private static ImageRef ref(ImageReference image, @Nullable String digest) {
    String tag = image.tag() == null && image.digest() == null ? "latest" : image.tag();
    return new ImageRef(image.registry(), image.repository(), tag, digest);
  }

  private static StepKind kind(StepAction action) {
    return switch (action) {
      case StepAction.Build build -> StepKind.BUILD;
      case StepAction.Push push -> StepKind.PUSH;
      case StepAction.Cmd cmd -> StepKind.CMD;
    };
  }

  @Override
  public void close() {
    engine.close();
  }

  /** What a step prints, line by line into the log. */
  private final class Output implements OutputSink, AutoCloseable {
    private final LineBuffer lines = RunSteps.lines(attempt);

    @Override
    public void write(byte[] bytes, int offset, int length) {
      lines.write(bytes, offset, length);
    }

    @Override
    public void close() {
      lines.flush();
      attempt.log().endOutput();
    }
  }
}
