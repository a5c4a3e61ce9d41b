package io.slipway.builder.interpreter;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.config.Platform;
import io.slipway.builder.dockerfile.Dockerfile;
import io.slipway.builder.dockerfile.Dockerfile.Stage;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.dockerfile.VariableExpander;
import io.slipway.builder.process.ReadDockerfile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a build has to do: which stages of a Dockerfile, and what they stand on. */
final class BuildPlan {
  private final BuildRequest request;
  private final Dockerfile file;
  private final Platform platform;
  private final BuildArguments arguments;
  private final int target;
  private final Set<Integer> needed = new TreeSet<>();
  private final Set<Integer> running = new TreeSet<>();
  private int looked;

  private BuildPlan(BuildRequest request, Dockerfile file) throws EngineException {
    this.request = request;
    this.file = file;
    this.platform = platform(request.platforms().isEmpty() ? null : request.platforms().getFirst());
    this.arguments = new BuildArguments(request.buildArgs(), platform, request.target());
    this.target = target(request.target());
    for (Instruction.Arg arg : file.globalArgs()) {
      global(arg);
    }
    need(target);
  }

  /**
   * Reads the Dockerfile.
   *
   * @throws EngineException if it cannot be built here; nothing is done
   */
  static BuildPlan of(BuildRequest request) throws EngineException, IOException {
    Dockerfile file = ReadDockerfile.of(request.dockerfile());
    Refusals.check(file, request);
    BuildPlan plan = new BuildPlan(request, file);
    plan.requireRunnable(plan.stages());
    return plan;
  }

  private void requireRunnable(List<Stage> all) throws EngineException {
    for (Stage stage : all) {
      if (replacement(stage).isEmpty()) {
        Refusals.requireRunnable(stage, platform(stage));
      }
    }
  }

  /** Stages that have to be built too, as a base image's triggers copy from them. */
  List<Stage> needAlso(Stage by, List<Instruction> triggers) throws EngineException {
    List<Stage> before = stages();
    needSources(by.index(), triggers);
    List<Stage> more = stages().stream().filter(stage -> !before.contains(stage)).toList();
    requireRunnable(more);
    return more;
  }

  Dockerfile file() {
    return file;
  }

  Platform platform() {
    return platform;
  }

  BuildArguments arguments() {
    return arguments;
  }

  /** Number of the stage that is the result. */
  int target() {
    return target;
  }

  /** Stages that have to be built, in their order. */
  List<Stage> stages() {
    return needed.stream().map(file.stages()::get).toList();
  }

  /** Whether a container will be started over what a stage stands on. */
  boolean runs(Stage stage) throws EngineException {
    List<Stage> all = stages();
    if (looked != all.size()) { // a base image's triggers may need more
      looked = all.size();
      for (Stage each : all.reversed()) {
        boolean runs =
            running.contains(each.index())
                || each.instructions().stream().anyMatch(Instruction.Run.class::isInstance);
        if (runs && replacement(each).isEmpty()) {
          running.add(each.index());
          if (base(each) instanceof Origin.Earlier earlier) {
            running.add(earlier.stage());
          }
        }
      }
    }
    return running.contains(stage.index());
  }

  /** N of {@code Step 1/N}. */
  int steps() {
    int steps = file.globalArgs().size() + (request.labels().isEmpty() ? 0 : 1);
    for (Stage stage : stages()) {
      steps += 1 + (replacement(stage).isPresent() ? 0 : stage.instructions().size());
    }
    return steps;
  }

  /** The context that takes a stage's place, so that none of its instructions is executed. */
  Optional<Origin.Named> replacement(Stage stage) {
    return request
        .contexts()
        .inPlaceOf(stage.name())
        .map(context -> new Origin.Named(String.valueOf(stage.name()), context));
  }

  /** Whether nothing of a stage is taken from a cache. */
  boolean isFresh(Stage stage) {
    return request.noCacheFor().stream().anyMatch(stage::isCalled);
  }

  Platform platform(Stage stage) throws EngineException {
    String wanted = stage.from().platform();
    return wanted == null ? platform : platform(inFrom(stage.from(), wanted));
  }

  /** What a stage stands on. */
  Origin base(Stage stage) throws EngineException {
    String name = inFrom(stage.from(), stage.from().image());
    if (name.isBlank()) {
      throw Refusals.user(
          stage.from(), "base name (" + stage.from().image() + ") should not be blank");
    }
    if (name.equalsIgnoreCase("scratch")) {
      return earlier(name, stage.index())
          .<Origin>map(Origin.Earlier::new)
          .orElseGet(Origin.Scratch::new);
    }
    // A stage is found by its name only; a number is a name of an image here.
    return name.matches("\\d+") ? new Origin.Image(name) : origin(name, stage.index());
  }

  /**
   * What a name means that files are copied from.
   *
   * @param before number of the stage that copies
   */
  Origin origin(String name, int before) {
    Optional<ExtraContext> context = request.contexts().find(name);
    if (context.isPresent()) {
      return new Origin.Named(name, context.get());
    }
    Optional<Integer> stage = earlier(name, before);
    if (stage.isPresent()) {
      return new Origin.Earlier(stage.get());
    }
    return name.equals("scratch") ? new Origin.Scratch() : new Origin.Image(name);
  }

  private Optional<Integer> earlier(String name, int before) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (int i = before - 1; i >= 0; i--) {
      Stage stage = file.stages().get(i);
      if (lower.equals(stage.name()) || name.equals(String.valueOf(i))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private int target(@Nullable String wanted) throws EngineException {
    int stages = file.stages().size();
    return wanted == null
        ? stages - 1
        : earlier(wanted, stages)
            .orElseThrow(() ->
                EngineException.user("failed to reach build target " + wanted + " in Dockerfile"));
  }

  /** Collects a stage and all that it is made from. */
  private void need(int index) throws EngineException {
    Stage stage = file.stages().get(index);
    if (!needed.add(index) || replacement(stage).isPresent()) {
      return;
    }
    if (base(stage) instanceof Origin.Earlier earlier) {
      need(earlier.stage());
    }
    needSources(index, stage.instructions());
  }

  private Origin copied(Instruction at, String source, int before) throws EngineException {
    String name = inFrom(at, source);
    Origin origin = origin(name, before);
    boolean isStage =
        name.matches("\\d+")
            || file.stages().stream().anyMatch(s -> name.equalsIgnoreCase(s.name()));
    if (isStage && origin instanceof Origin.Image) {
      throw Refusals.user(at, "there is no stage '" + name + "' before this one");
    }
    return origin;
  }

  private void needSources(int index, List<Instruction> instructions) throws EngineException {
    for (Instruction instruction : instructions) {
      for (String source : sources(instruction)) {
        if (copied(instruction, source, index) instanceof Origin.Earlier earlier) {
          need(earlier.stage());
        }
      }
    }
  }

  private static List<String> sources(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Copy copy when copy.from() != null -> List.of(String.valueOf(copy.from()));
      case Instruction.Run run ->
          run.mounts().stream().map(mount -> mount.get("from")).filter(Objects::nonNull).toList();
      default -> List.of();
    };
  }

  /** Names of {@code --no-cache-filter} that no stage has. */
  List<String> unknownStages() {
    return file.withoutStage(request.noCacheFor());
  }

  private void global(Instruction.Arg arg) throws EngineException {
    for (Map.Entry<String, @Nullable String> each : arg.names().entrySet()) {
      String value = each.getValue();
      arguments.global(each.getKey(), value == null ? null : inFrom(arg, value));
    }
  }

  /** Replaces variables where only those before the first {@code FROM} count. */
  private String inFrom(Instruction at, String text) throws EngineException {
    try {
      return VariableExpander.expand(text, file.escape(), arguments::inFrom);
    } catch (VariableExpander.BadVariable bad) {
      throw Refusals.user(at, String.valueOf(bad.getMessage()));
    }
  }

  private static Platform platform(@Nullable String text) throws EngineException {
    try {
      return text == null ? Platform.current() : Platform.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw EngineException.user(malformed);
    }
  }

  /** What a name in {@code FROM}, {@code COPY --from} or {@code RUN --mount=from} means. */
  sealed interface Origin {
    /** An earlier stage of the Dockerfile, by its number. */
    record Earlier(int stage) implements Origin {}

    /** A further context of the build. */
    record Named(String name, ExtraContext context) implements Origin {}

    record Scratch() implements Origin {}

    /** An image of the run or of a registry. */
    record Image(String name) implements Origin {}
  }
}
