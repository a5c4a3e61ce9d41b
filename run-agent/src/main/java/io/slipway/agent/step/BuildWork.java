package io.slipway.agent.step;

import io.slipway.agent.context.FetchedContext;
import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.EngineException;
import io.slipway.builder.Limits;
import io.slipway.builder.OutputSink;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildCache;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.BuildLimits;
import io.slipway.taskfile.build.ContextAddress;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.CacheSetting;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds an image and, if the step asks for it, pushes it. */
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
    this.command = cached(build);
  }

  /** The command with the image that its cache is kept in, if the step asks for a cache. */
  private BuildCommand cached(StepAction.Build build) {
    BuildCommand plain = build.command();
    if (build.cache() != CacheSetting.ENABLED || plain.noCache()) {
      return plain;
    }
    RunSpecification spec = tools.attempt().spec();
    String task = spec.task();
    try {
      return BuildCache.imageFor(
              plain.tags(), spec.loginServer(), task == null ? "quickrun" : task, step.id())
          .map(plain::withCache)
          .orElse(plain);
    } catch (Refusal malformed) {
      tools.log("error creating build cache command " + malformed.text());
      return plain;
    }
  }

  @Override
  public void prepare() throws Refusal, InterruptedException {
    command.warnings().forEach(warning -> tools.log("WARNING: " + warning));
    String tooMany = tools.processors().tooMany(command.limits().cpus());
    if (tooMany != null) {
      tools.log(tooMany);
    }
    tools.log("Scanning for dependencies...");
    try {
      TimeLimit.within(FETCH_LIMIT, this::scan);
    } catch (Refusal failed) {
      throw failed.because("failed to scan dependencies");
    }
    tools.log("Successfully scanned dependencies");
  }

  private void scan() throws Refusal, InterruptedException {
    String folder = step.container().workingDirectory();
    Path workspace = tools.attempt().workspace().made();
    ContextAddress address = ContextAddress.parse(command.context());
    FetchedContext context =
        tools
            .fetchContext()
            .fetch(
                command.context(),
                workspace.resolve(ContainerPath.inWorkspace(folder, ".")),
                step.id(),
                tools.contexts());
    revision = context.revision();
    if (address instanceof ContextAddress.Git) {
      GitFolder.leaveOut(context.folder(), buildArgs());
    }
    boolean isLocal = address instanceof ContextAddress.Local;
    request = request(context.folder(), dockerfile(context.folder(), isLocal));
  }

  /**
   * As in Docker: {@code -f} is relative to where the step works, the default name to the context.
   */
  private Path dockerfile(Path context, boolean isLocal) throws Refusal {
    String file = command.file();
    if (file != null && isLocal) {
      return ContainerPath.file(
          tools.attempt().workspace().made(),
          step.container().workingDirectory(),
          file,
          "the Dockerfile");
    }
    String name = file == null ? "Dockerfile" : file;
    Path path = context.resolve(name).normalize();
    if (!path.startsWith(context)) {
      throw Refusal.user("the Dockerfile '" + name + "' is outside of its context");
    }
    return ContainerPath.inside(context, path, name, "the Dockerfile");
  }

  private BuildRequest request(Path context, Path dockerfile) throws Refusal, InterruptedException {
    BuildLimits limits = command.limits();
    return new BuildRequest(
        command,
        context,
        dockerfile,
        tags(),
        command.platforms(),
        buildArgs(),
        new BuildSecrets(
                tools.volumes(),
                tools.attempt().workspace(),
                tools.attempt().log().masker(),
                step.container())
            .files(command.secrets()),
        new BuildContexts(tools, step).bring(command.namedContexts()),
        new Limits(
            limits.memoryBytes(),
            tools.processors().limit(limits.cpus()),
            limits.cpuset(),
            0,
            limits.shmBytes(),
            limits.ulimits()));
  }

  /** An argument without a value takes the one of the step's environment, if there is one. */
  private Map<String, @Nullable String> buildArgs() {
    Map<String, @Nullable String> arguments = new LinkedHashMap<>(command.buildArgs());
    arguments.replaceAll((name, value) -> value == null ? step.container().env().get(name) : value);
    arguments.values().removeIf(Objects::isNull);
    return arguments;
  }

  private List<ImageReference> tags() throws Refusal {
    List<ImageReference> tags = new ArrayList<>();
    for (String tag : command.tags()) {
      tags.add(ImageReference.parse(tag));
    }
    return tags;
  }

  @Override
  public void run() throws Refusal, InterruptedException {
    tools.log("Launching container with name: " + step.id());
    tools.attempts(step, this::once);
  }

  private void once(OutputSink output) throws Refusal, EngineException, InterruptedException {
    BuildRequest wanted = Objects.requireNonNull(request);
    boolean quiet = command.result().quiet();
    BuiltImage image = tools.engine().build(wanted, quiet ? (bytes, offset, length) -> {} : output);
    if (quiet) {
      output.line(image.imageId());
    }
    tools.metrics().built(image);
    tools.built().add(step.id(), wanted.tags(), image, revision);
    if (command.result().push()) {
      new PushWork(tools, step.id(), wanted.tags()).run();
    }
    BuiltFiles.write(tools, step, command.result(), wanted.tags(), image);
  }
}
