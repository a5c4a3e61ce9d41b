package io.slipway.agent.step;

import io.slipway.agent.context.FetchedContext;
import io.slipway.agent.run.RunFailedException;
import io.slipway.engine.BuildRequest;
import io.slipway.engine.BuiltImage;
import io.slipway.engine.EngineException;
import io.slipway.engine.Limits;
import io.slipway.engine.OutputSink;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.BuildLimits;
import io.slipway.taskfile.build.ContextAddress;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds an image. */
final class BuildWork implements StepWork {
  private static final Duration FETCH_LIMIT = Duration.ofMinutes(15);

  private final StepTools tools;
  private final PlannedStep step;
  private final BuildCommand command;
  private @Nullable BuildRequest request;
  private @Nullable String revision;

  BuildWork(StepTools tools, PlannedStep step, StepAction.Build build) {
    this.tools = tools;
    this.step = step;
    this.command = build.command();
  }

  @Override
  public void prepare() throws StepFailure, InterruptedException {
    command.warnings().forEach(warning -> tools.log("WARNING: " + warning));
    tools.log("Scanning for dependencies...");
    try {
      TimeLimit.within(FETCH_LIMIT, this::scan);
    } catch (StepFailure failed) {
      throw failed.because("failed to scan dependencies");
    }
    tools.log("Successfully scanned dependencies");
  }

  private void scan() throws StepFailure, InterruptedException {
    String folder = step.container().workingDirectory();
    Path workspace = tools.attempt().workspace();
    boolean isLocal = ContextAddress.parse(command.context()) instanceof ContextAddress.Local;
    try {
      FetchedContext context =
          tools
              .fetchContext()
              .fetch(
                  isLocal
                      ? "./" + ContainerPath.inWorkspace(folder, command.context())
                      : command.context(),
                  workspace,
                  step.id(),
                  tools.attempt().log());
      revision = context.revision();
      String file = command.file();
      Path dockerfile =
          file == null
              ? context.folder().resolve("Dockerfile")
              : isLocal
                  ? workspace.resolve(ContainerPath.inWorkspace(folder, file))
                  : within(context.folder(), file);
      request = request(context.folder(), dockerfile);
    } catch (RunFailedException failed) {
      throw StepFailure.of(failed);
    }
  }

  private static Path within(Path folder, String file) throws StepFailure {
    Path dockerfile = folder.resolve(file).normalize();
    if (!dockerfile.startsWith(folder)) {
      throw StepFailure.refused("the Dockerfile '" + file + "' is outside of its context");
    }
    return dockerfile;
  }

  private BuildRequest request(Path context, Path dockerfile) throws StepFailure {
    BuildLimits limits = command.limits();
    return BuildRequest.of(step.id(), context, dockerfile)
        .tags(tags())
        .buildArgs(command.buildArgs())
        .target(command.target())
        .platforms(command.platforms())
        .labels(command.labels())
        .noCache(command.noCache())
        .pull(command.pull())
        .addHosts(command.addHosts())
        .network(command.network())
        .limits(
            new Limits(
                limits.memoryBytes(),
                limits.cpus(),
                limits.cpuset(),
                0,
                limits.shmBytes(),
                limits.ulimits()))
        .done();
  }

  private List<ImageReference> tags() throws StepFailure {
    try {
      return command.tags().stream().map(ImageReference::parse).toList();
    } catch (IllegalArgumentException malformed) {
      throw StepFailure.refused(String.valueOf(malformed.getMessage()));
    }
  }

  @Override
  public void run() throws StepFailure, InterruptedException {
    tools.log("Launching container with name: " + step.id());
    try (StepOutput output = tools.output()) {
      new StepAttempts(step, tools::log, Thread::sleep).run(this::once, output);
    }
  }

  private void once(OutputSink output) throws StepFailure, InterruptedException {
    BuildRequest wanted = Objects.requireNonNull(request);
    try {
      BuiltImage image = tools.engine().build(wanted, output);
      tools.built().add(step.id(), wanted.tags(), image, revision);
    } catch (EngineException failed) {
      throw StepFailure.of(failed);
    }
  }
}
