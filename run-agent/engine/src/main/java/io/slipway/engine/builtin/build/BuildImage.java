package io.slipway.engine.builtin.build;

import io.slipway.engine.BuildRequest;
import io.slipway.engine.BuiltImage;
import io.slipway.engine.EngineException;
import io.slipway.images.config.ImageConfig;
import io.slipway.images.config.Platform;
import io.slipway.images.config.Sha256;
import io.slipway.images.registry.RegistryCallException;
import io.slipway.images.store.StoredImage;
import io.slipway.images.store.StoredIndex;
import io.slipway.taskfile.dockerfile.Dockerfile;
import io.slipway.taskfile.dockerfile.DockerfileException;
import io.slipway.taskfile.dockerfile.DockerfileParser;
import io.slipway.taskfile.dockerfile.Instruction;
import io.slipway.taskfile.dockerfile.Stage;
import io.slipway.taskfile.dockerfile.VariableExpander;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private final Platform platform;
  private final BuildArguments arguments;
  private final Map<Integer, StageState> built = new HashMap<>();
  private final Map<String, StoredImage> images = new HashMap<>();
  private final Map<String, BuiltImage.Base> bases = new LinkedHashMap<>();

  /** Name of the image that a stage stands on; none for {@code scratch}. */
  private final Map<Integer, String> origins = new HashMap<>();

  private @Nullable StoredImage result;
  private int step;
  private int steps;
  private int cached;

  /** A build. */
  public BuildImage(BuildJob job) throws EngineException {
    this.job = job;
    this.request = job.request();
    this.platform = platform(request.platforms().isEmpty() ? null : request.platforms().getFirst());
    this.arguments = new BuildArguments(request.buildArgs(), platform);
  }

  /** What is to be done: stages of a file, the last of them the target. */
  private record Plan(Dockerfile file, int target, Set<Integer> needed) {}

  private Plan plan() throws EngineException, IOException {
    Dockerfile file = read();
    Refusals.check(file, request);
    int target = target(file);
    Set<Integer> needed = new TreeSet<>();
    for (Instruction.Arg arg : file.globalArgs()) {
      global(file, arg);
    }
    need(file, target, needed);
    for (int stage : needed) {
      requireRunnable(file, file.stages().get(stage));
    }
    return new Plan(file, target, needed);
  }

  private void requireRunnable(Dockerfile file, Stage stage) throws EngineException {
    Platform of = platform(file, stage);
    for (Instruction instruction : stage.instructions()) {
      if (instruction instanceof Instruction.Run && !ForeignPrograms.run(of)) {
        throw BuildFailure.unsupported(
            instruction,
            "this machine is "
                + Platform.current()
                + " and cannot run programs of "
                + of
                + "; it could with an emulator (apt-get install qemu-user-static binfmt-support),"
                + " or take an agent of that kind; nothing was built");
      }
    }
  }

  private Platform platform(Dockerfile file, Stage stage) throws EngineException {
    String wanted = stage.from().platform();
    return wanted == null ? platform : platform(inFrom(file, stage.from(), wanted));
  }

  /** Refuses what cannot be built here; nothing is done. */
  void check() throws EngineException, IOException {
    Plan unused = plan();
  }

  /** Builds it and gives it its names. */
  public BuiltImage run() throws EngineException, IOException, InterruptedException {
    Plan plan = plan();
    Dockerfile file = plan.file();
    int target = plan.target();
    Set<Integer> needed = plan.needed();
    steps = file.globalArgs().size();
    for (int stage : needed) {
      steps += 1 + file.stages().get(stage).instructions().size();
    }
    if (!request.labels().isEmpty()) {
      steps++;
    }
    ContextFiles context = ContextFiles.open(request.context(), request.dockerfile());
    job.output()
        .line("Sending build context to Docker daemon  " + ContextSize.text(context.bytes()));
    for (Instruction.Arg arg : file.globalArgs()) {
      announce(arg.original());
    }
    for (int stage : needed) {
      build(file, file.stages().get(stage), context);
    }
    return finish(built(target), origins.get(target));
  }

  /** What {@link #run} has made. */
  StoredImage result() {
    return Objects.requireNonNull(result, "not built yet");
  }

  private StageState built(int stage) {
    StageState state = built.get(stage);
    if (state == null) {
      throw new IllegalStateException("stage " + stage + " is not built yet");
    }
    return state;
  }

  private BuiltImage finish(StageState state, @Nullable String origin) throws IOException {
    if (!request.labels().isEmpty()) {
      String label = "LABEL " + labels();
      announce(label);
      state.configure(label, job.clock().instant(), editor -> editor.labels(request.labels()));
      job.output().line(" ---> " + brief(state));
    }
    ImageConfig config =
        job.cache()
            .dated(
                state.config().edit().platform(platform).done(),
                state.inherited(),
                job.clock().instant());
    StoredImage image = job.space().addImage(config, state.layers());
    result = image;
    if (!arguments.unused().isEmpty()) {
      job.output()
          .line("[Warning] One or more build-args " + arguments.unused() + " were not consumed");
    }
    job.output().line("Successfully built " + Sha256.brief(image.id()));
    for (ImageReference tag : request.tags()) {
      job.space().tag(tag, image);
      job.output().line("Successfully tagged " + withTag(tag).familiar());
    }
    BuiltImage.Base runtime = origin == null ? null : bases.remove(origin);
    return new BuiltImage(image.id(), cached, runtime, List.copyOf(bases.values()));
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

  private Dockerfile read() throws EngineException, IOException {
    Path path = request.dockerfile();
    if (!Files.isRegularFile(path)) {
      throw new EngineException(
          EngineException.Cause.USER,
          "unable to prepare context: there is no Dockerfile '" + path.getFileName() + "'");
    }
    if (Files.size(path) > DockerfileParser.LONGEST) {
      throw new EngineException(
          EngineException.Cause.USER,
          "the Dockerfile is longer than " + DockerfileParser.LONGEST + " characters");
    }
    try {
      return DockerfileParser.parse(Files.readString(path));
    } catch (DockerfileException malformed) {
      throw new EngineException(
          EngineException.Cause.USER, String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static Platform platform(@Nullable String text) throws EngineException {
    try {
      return text == null ? Platform.current() : Platform.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw new EngineException(
          EngineException.Cause.USER, String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private void global(Dockerfile file, Instruction.Arg arg) throws EngineException {
    for (Map.Entry<String, @Nullable String> each : arg.names().entrySet()) {
      String value = each.getValue();
      arguments.global(each.getKey(), value == null ? null : inFrom(file, arg, value));
    }
  }

  private String inFrom(Dockerfile file, Instruction at, String text) throws EngineException {
    try {
      return VariableExpander.expand(text, file.escape(), arguments::inFrom);
    } catch (VariableExpander.BadVariable bad) {
      throw BuildFailure.user(at, String.valueOf(bad.getMessage()));
    }
  }

  private int target(Dockerfile file) throws EngineException {
    String wanted = request.target();
    if (wanted == null) {
      return file.stages().size() - 1;
    }
    return stage(file, wanted, file.stages().size())
        .orElseThrow(() ->
            new EngineException(
                EngineException.Cause.USER,
                "failed to reach build target " + wanted + " in Dockerfile"));
  }

  private static Optional<Integer> stage(Dockerfile file, String name, int before) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (int i = before - 1; i >= 0; i--) {
      Stage stage = file.stages().get(i);
      if (lower.equals(stage.name()) || name.equals(String.valueOf(i))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** Collects a stage and all that it is made from. */
  private void need(Dockerfile file, int index, Set<Integer> needed) throws EngineException {
    if (!needed.add(index)) {
      return;
    }
    Stage stage = file.stages().get(index);
    List<String> sources = new ArrayList<>();
    sources.add(inFrom(file, stage.from(), stage.from().image()));
    for (Instruction instruction : stage.instructions()) {
      if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
        sources.add(inFrom(file, copy, String.valueOf(copy.from())));
      }
      if (instruction instanceof Instruction.Run run) {
        run.mounts().stream()
            .map(mount -> mount.get("from"))
            .filter(java.util.Objects::nonNull)
            .forEach(sources::add);
      }
    }
    for (String source : sources) {
      Optional<Integer> from = stage(file, source, index);
      if (from.isPresent()) {
        need(file, from.get(), needed);
      }
    }
  }

  private void build(Dockerfile file, Stage stage, ContextFiles context)
      throws EngineException, IOException, InterruptedException {
    announce(stage.from().original());
    String name = inFrom(file, stage.from(), stage.from().image());
    Platform of = platform(file, stage);
    StageState state = begin(file, stage, name, of);
    job.output().line(" ---> " + brief(state));
    built.put(stage.index(), state);
    StageInstructions instructions =
        new StageInstructions(
            job,
            state,
            file.escape(),
            arguments,
            context,
            of,
            source -> source(file, stage.index(), source, of));
    onBuild(file, state, instructions);
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
      throw BuildFailure.user(instruction, String.valueOf(bad.getMessage()));
    }
  }

  private void onBuild(Dockerfile file, StageState state, StageInstructions instructions)
      throws EngineException, IOException, InterruptedException {
    List<String> triggers = state.config().onBuild();
    if (triggers.isEmpty()) {
      return;
    }
    job.output()
        .line(
            "# Executing "
                + triggers.size()
                + (triggers.size() == 1 ? " build trigger" : " build triggers"));
    state.configure("ONBUILD", job.clock().instant(), editor -> editor.onBuild(List.of()));
    for (String trigger : triggers) {
      try {
        execute(DockerfileParser.parseInstruction(trigger, file.escape()), instructions);
      } catch (DockerfileException malformed) {
        throw new EngineException(
            EngineException.Cause.USER,
            "the base image's ONBUILD '" + trigger + "': " + malformed.getMessage(),
            malformed);
      }
    }
  }

  private StageState begin(Dockerfile file, Stage stage, String name, Platform of)
      throws EngineException, IOException, InterruptedException {
    if (name.isBlank()) {
      throw BuildFailure.user(
          stage.from(), "base name (" + stage.from().image() + ") should not be blank");
    }
    Optional<Integer> earlier = stage(file, name, stage.index());
    // A stage is found by its name only; a number is a name of an image here.
    if (earlier.isPresent() && !name.matches("\\d+")) {
      StageState from = built(earlier.get());
      String origin = origins.get(earlier.get());
      if (origin != null) {
        origins.put(stage.index(), origin);
      }
      return from.next();
    }
    if (name.equalsIgnoreCase("scratch")) {
      ImageConfig empty =
          ImageConfig.empty(of)
              .edit()
              .env(List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
              .workingDir("/")
              .done();
      return new StageState(job.space(), empty, List.of());
    }
    StoredImage base = image(stage.from(), name, of);
    origins.put(stage.index(), name);
    return new StageState(job.space(), base.config(), base.layers());
  }

  private SourceImage source(Dockerfile file, int before, String name, Platform of)
      throws EngineException, IOException, InterruptedException {
    Optional<Integer> earlier = stage(file, name, before);
    if (earlier.isPresent()) {
      StageState from = built(earlier.get());
      return new SourceImage(from.tree(), from.layers());
    }
    StoredImage image = image(file.stages().get(before).from(), name, of);
    return new SourceImage(job.space().tree(image.layers()), image.layers());
  }

  private StoredImage image(Instruction at, String name, Platform of)
      throws EngineException, InterruptedException {
    StoredImage known = images.get(name + " " + of);
    if (known != null) {
      return known;
    }
    ImageReference reference;
    try {
      reference = ImageReference.parse(name);
    } catch (IllegalArgumentException malformed) {
      throw BuildFailure.user(at, String.valueOf(malformed.getMessage()));
    }
    Optional<StoredImage> there = request.pull() ? Optional.empty() : local(reference, of);
    StoredImage image = there.isPresent() ? there.get() : pull(reference, of);
    bases.putIfAbsent(
        name, new BuiltImage.Base(reference, job.space().digest(reference).orElse(null)));
    images.put(name + " " + of, image);
    return image;
  }

  /** The image that the run has under a name, unless it is one of another platform's. */
  private Optional<StoredImage> local(ImageReference name, Platform of) {
    Optional<StoredIndex> index = job.space().index(name);
    if (index.isPresent()) {
      return index.get().find(of);
    }
    boolean isPulled = job.space().digest(name).isPresent();
    return job.space()
        .find(name)
        .filter(image -> !isPulled || of.accepts(image.config().platform()));
  }

  private StoredImage pull(ImageReference reference, Platform of)
      throws EngineException, InterruptedException {
    try {
      return job.registries().pull(reference, of, job.space(), job.output()::line);
    } catch (RegistryCallException refused) {
      throw RegistryFailure.of(refused);
    }
  }

  private void announce(String original) {
    step++;
    job.output().line("Step " + step + "/" + steps + " : " + original);
  }

  private static String brief(StageState state) {
    return Sha256.brief(state.config().digest());
  }
}
