package io.slipway.builder.interpreter;

import io.slipway.builder.BuiltImage;
import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.Platform;
import io.slipway.builder.dockerfile.Dockerfile.Stage;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.interpreter.BuildPlan.Origin;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredIndex;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the stages of one build stand on and copy from: stages, images, further contexts. */
final class StageSources implements Closeable {
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final BuildJob job;
  private final BuildPlan plan;
  private final Map<Integer, StageState> built = new HashMap<>();
  private final Map<String, StoredImage> images = new HashMap<>();
  private final Map<ExtraContext, ContextFiles> folders = new HashMap<>();
  private final Set<ExtraContext> used = new HashSet<>();
  private final Map<String, BuiltImage.Base> bases = new LinkedHashMap<>();

  /** Name of the image that a stage stands on; none for one on no image of a registry. */
  private final Map<Integer, String> runtimes = new HashMap<>();

  StageSources(BuildJob job, BuildPlan plan) {
    this.job = job;
    this.plan = plan;
  }

  /** The state that a stage begins with. */
  StageState begin(Stage stage) throws EngineException, IOException, InterruptedException {
    Platform of = plan.platform(stage);
    Optional<Origin.Named> replacement = plan.replacement(stage);
    Origin origin = replacement.isPresent() ? replacement.get() : plan.base(stage);
    return switch (origin) {
      case Origin.Earlier earlier -> {
        StageState from = built(earlier.stage());
        String runtime = runtimes.get(earlier.stage());
        if (runtime != null) {
          runtimes.put(stage.index(), runtime);
        }
        yield from.next();
      }
      case Origin.Scratch none -> empty(of);
      case Origin.Image image -> on(stage, image(stage.from(), image.name(), of), image.name());
      case Origin.Named named -> begin(stage, named, of);
    };
  }

  private StageState begin(Stage stage, Origin.Named named, Platform of)
      throws EngineException, IOException, InterruptedException {
    use(named);
    return switch (named.context()) {
      case ExtraContext.Image image -> {
        String name = image.name().familiar();
        yield on(stage, image(stage.from(), name, of), name);
      }
      case ExtraContext.Layout layout -> on(stage, layout(named, layout, of), null);
      case ExtraContext.Folder folder -> {
        StageState state = empty(of);
        Instruction.Copy all =
            new Instruction.Copy(
                stage.from().line(),
                stage.from().original(),
                List.of("."),
                "/",
                Map.of(),
                List.of(),
                List.of());
        var unused =
            new CopyInstruction(
                    job,
                    state,
                    folder(folder),
                    name -> files(name, stage.index(), of),
                    Expansion.NONE)
                .copy(all);
        yield state;
      }
    };
  }

  private StageState empty(Platform of) {
    ImageConfig config = ImageConfig.empty(of).edit().env(List.of(PATH)).workingDir("/").done();
    return new StageState(job.space(), config, List.of());
  }

  private StageState on(Stage stage, StoredImage image, @Nullable String name)
      throws EngineException, IOException, InterruptedException {
    // Where a registry may know what RUN makes, nothing may have to be unpacked.
    if (job.request().cacheFrom().isEmpty() && plan.runs(stage)) {
      job.space().unpackUnread(image.layers());
    }
    if (name != null) {
      runtimes.put(stage.index(), name);
    }
    return new StageState(job.space(), image.config(), image.layers());
  }

  /** From now on a stage can be copied from. */
  void built(int stage, StageState state) {
    built.put(stage, state);
  }

  StageState built(int stage) throws EngineException {
    StageState state = built.get(stage);
    if (state == null) {
      throw EngineException.user(
          "the name of stage "
              + stage
              + " is known too late; in --from and from= only ARGs before the first FROM count");
    }
    return state;
  }

  /**
   * Files that a name means.
   *
   * @param before number of the stage that copies
   */
  FileSource files(String name, int before, Platform of)
      throws EngineException, IOException, InterruptedException {
    Instruction at = plan.file().stages().get(before).from();
    return switch (plan.origin(name, before)) {
      case Origin.Earlier earlier -> new FileSource.TreeFiles(built(earlier.stage()).tree());
      case Origin.Image image -> files(image(at, image.name(), of));
      case Origin.Named named -> files(at, named, of);
      case Origin.Scratch none -> new FileSource.TreeFiles(job.space().tree(List.of()));
    };
  }

  private FileSource files(Instruction at, Origin.Named named, Platform of)
      throws EngineException, IOException, InterruptedException {
    use(named);
    return switch (named.context()) {
      case ExtraContext.Folder folder -> folder(folder);
      case ExtraContext.Image image -> files(image(at, image.name().familiar(), of));
      case ExtraContext.Layout layout -> files(layout(named, layout, of));
    };
  }

  private void use(Origin.Named named) {
    if (used.add(named.context())) {
      job.output().line("Using build context " + named.name());
    }
  }

  /** Names of further contexts that nothing has asked for. */
  Set<String> unused() {
    Set<String> names = new TreeSet<>();
    job.request()
        .contexts()
        .byName()
        .forEach((name, context) -> {
          if (!used.contains(context)) {
            names.add(name);
          }
        });
    return names;
  }

  private FileSource files(StoredImage image) throws IOException {
    return new FileSource.TreeFiles(job.space().tree(image.layers()));
  }

  /** The image that a stage stands on, with the digest that its registry has it under. */
  BuiltImage.@Nullable Base runtime(int stage) {
    String name = runtimes.get(stage);
    return name == null ? null : bases.get(name);
  }

  /** The images that were read besides the one that a stage stands on. */
  List<BuiltImage.Base> others(int stage) {
    Map<String, BuiltImage.Base> others = new LinkedHashMap<>(bases);
    others.remove(runtimes.getOrDefault(stage, ""));
    return List.copyOf(others.values());
  }

  @Override
  public void close() {
    folders.values().forEach(ContextFiles::close);
  }

  private ContextFiles folder(ExtraContext.Folder folder) throws EngineException, IOException {
    ContextFiles known = folders.get(folder);
    if (known == null) {
      known = ContextFiles.open(folder.path());
      folders.put(folder, known);
    }
    return known;
  }

  private StoredImage layout(Origin.Named named, ExtraContext.Layout layout, Platform of)
      throws EngineException, IOException, InterruptedException {
    String key = "layout " + named.name() + " " + of;
    StoredImage known = images.get(key);
    if (known == null) {
      try (LayoutImage image = new LayoutImage(job.space(), named.name(), layout)) {
        known = image.read(of);
      }
      images.put(key, known);
    }
    return known;
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
    } catch (Refusal malformed) {
      throw Refusals.user(at, malformed.text());
    }
    Optional<StoredImage> there = job.request().pull() ? Optional.empty() : local(reference, of);
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
      throw EngineException.of(refused);
    }
  }
}
