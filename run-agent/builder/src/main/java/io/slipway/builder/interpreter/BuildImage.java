package io.slipway.builder.interpreter;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.EngineException;
import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.dockerfile.BuildChecks;
import io.slipway.builder.dockerfile.Dockerfile.Stage;
import io.slipway.builder.dockerfile.DockerfileException;
import io.slipway.builder.dockerfile.DockerfileParser;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.store.StoredImage;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds an image from a Dockerfile; one object for one build. */
public final class BuildImage {
  private final BuildJob job;
  private final BuildRequest request;
  private final BuildPlan plan;
  private final StageSources sources;

  /** The time of all that the build makes, if it was given. */
  private final Optional<Instant> sourceDate;

  private @Nullable StoredImage result;
  private int step;
  private int cached;

  /**
   * A build.
   *
   * @throws EngineException if it cannot be done here; nothing is done
   */
  public BuildImage(BuildJob job) throws EngineException, IOException {
    this.request = job.request();
    this.plan = BuildPlan.of(request);
    this.sourceDate = BuildArguments.sourceDate(request.buildArgs());
    boolean files = request.command().result().rewriteTimes();
    if (files && sourceDate.isEmpty()) {
      throw EngineException.user(
          "--output rewrite-timestamp=true needs --build-arg SOURCE_DATE_EPOCH=…, the time to write");
    }
    this.job = sourceDate.isEmpty() ? job : job.at(sourceDate.get(), files);
    this.sources = new StageSources(this.job, plan);
  }

  /** Builds it and gives it its names. */
  public BuiltImage run() throws EngineException, IOException, InterruptedException {
    try (sources;
        ContextFiles context = ContextFiles.open(request.context(), request.dockerfile())) {
      return run(context);
    }
  }

  private BuiltImage run(ContextFiles context)
      throws EngineException, IOException, InterruptedException {
    job.output()
        .line("Sending build context to Docker daemon  " + ContextFiles.sizeText(context.bytes()));
    check();
    for (String unknown : plan.unknownStages()) {
      job.output().line("[Warning] --no-cache-filter " + unknown + ": there is no such stage");
    }
    for (Instruction.Arg arg : plan.file().globalArgs()) {
      announce(arg.original());
    }
    for (Stage stage : plan.stages()) {
      build(stage, context);
    }
    return finish(sources.built(plan.target()));
  }

  /** Checks are made where somebody asks for them. */
  private void check() throws EngineException {
    String given = request.buildArgs().get(BuildArguments.CHECK);
    String asked = given == null || given.isBlank() ? plan.file().check() : given;
    if (asked == null) {
      return;
    }
    BuildChecks.Settings settings;
    try {
      settings = BuildChecks.Settings.parse(asked);
    } catch (IllegalArgumentException malformed) {
      throw EngineException.user(malformed);
    }
    Set<String> rules = new TreeSet<>();
    for (BuildChecks.Finding each : BuildChecks.of(plan.file(), settings)) {
      job.output().line("[Warning] " + each);
      rules.add(each.rule());
    }
    if (settings.isError() && !rules.isEmpty()) {
      throw EngineException.user("lint violation found for rules: " + String.join(", ", rules));
    }
  }

  /** What {@link #run} has made. */
  StoredImage result() {
    return Objects.requireNonNull(result, "not built yet");
  }

  private BuiltImage finish(StageState state) throws IOException {
    if (!request.labels().isEmpty()) {
      String label = "LABEL " + labels();
      announce(label);
      state.configure(label, job.clock().instant(), editor -> editor.labels(request.labels()));
      job.output().line(" ---> " + brief(state));
    }
    ImageConfig config = dated(state.config().edit().platform(plan.platform()).done(), state);
    StoredImage image =
        job.space().addImage(config, state.layers(), request.annotations().manifest());
    result = image;
    warnOfUnused();
    job.output().line("Successfully built " + Sha256.brief(image.id()));
    for (ImageReference tag : request.tags()) {
      job.space().tag(tag, image);
      job.output().line("Successfully tagged " + withTag(tag).familiar());
    }
    int target = plan.target();
    return new BuiltImage(image.id(), cached, sources.runtime(target), sources.others(target));
  }

  private ImageConfig dated(ImageConfig config, StageState state) throws IOException {
    return sourceDate.isPresent()
        ? config.edit().made(sourceDate.get(), state.inherited()).done()
        : job.cache().dated(config, state.inherited(), job.clock().instant());
  }

  private void warnOfUnused() {
    if (!plan.arguments().unused().isEmpty()) {
      job.output()
          .line(
              "[Warning] One or more build-args %s were not consumed"
                  .formatted(plan.arguments().unused()));
    }
    if (!sources.unused().isEmpty()) {
      job.output()
          .line("[Warning] One or more build-contexts " + sources.unused() + " were not used");
    }
  }

  private String labels() {
    return new TreeMap<>(request.labels())
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(" "));
  }

  private static ImageReference withTag(ImageReference name) {
    return name.tag() == null ? name.withTag("latest") : name;
  }

  private void build(Stage stage, ContextFiles context)
      throws EngineException, IOException, InterruptedException {
    announce(stage.from().original());
    StageState state = sources.begin(stage);
    sources.built(stage.index(), state);
    job.output().line(" ---> " + brief(state));
    if (plan.replacement(stage).isPresent()) {
      return;
    }
    StageInstructions instructions =
        new StageInstructions(
            plan.isFresh(stage) ? job.fresh() : job,
            state,
            plan.file().escape(),
            plan.arguments(),
            context,
            plan.platform(stage),
            source -> sources.files(source, stage.index(), plan.platform(stage)));
    onBuild(stage, state, instructions, context);
    for (Instruction instruction : stage.instructions()) {
      announce(instruction.original());
      execute(instruction, instructions);
      job.output().line(" ---> " + brief(state));
    }
  }

  private void execute(Instruction instruction, StageInstructions instructions)
      throws EngineException, IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      if (instructions.execute(instruction)) {
        cached++;
      }
    } catch (IllegalArgumentException bad) {
      throw Refusals.user(instruction, String.valueOf(bad.getMessage()));
    }
  }

  private void onBuild(
      Stage stage, StageState state, StageInstructions instructions, ContextFiles context)
      throws EngineException, IOException, InterruptedException {
    List<Instruction> triggers = new ArrayList<>();
    for (String trigger : state.config().onBuild()) {
      try {
        triggers.add(DockerfileParser.parseInstruction(trigger, plan.file().escape()));
      } catch (DockerfileException malformed) {
        throw EngineException.user(
            "the base image's ONBUILD '" + trigger + "': " + malformed.getMessage(), malformed);
      }
    }
    if (triggers.isEmpty()) {
      return;
    }
    for (Stage source : plan.needAlso(stage, triggers)) {
      build(source, context);
    }
    job.output()
        .line(
            "# Executing %s%s"
                .formatted(
                    triggers.size(), triggers.size() == 1 ? " build trigger" : " build triggers"));
    state.configure("ONBUILD", job.clock().instant(), editor -> editor.onBuild(List.of()));
    for (Instruction trigger : triggers) {
      Refusals.check(trigger);
      execute(trigger, instructions);
    }
  }

  private void announce(String original) {
    step++;
    job.output().line("Step " + step + "/" + plan.steps() + " : " + original);
  }

  private static String brief(StageState state) {
    return Sha256.brief(state.config().digest());
  }
}
