package io.slipway.builder.docker;

import com.google.re2j.Pattern;
import io.slipway.builder.BaseImages;
import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.OutputSink;
import io.slipway.builder.dockerfile.Dockerfile;
import io.slipway.builder.dockerfile.FindBaseImages;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.dockerfile.VariableExpander;
import io.slipway.builder.process.ReadDockerfile;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One {@code docker build}. */
final class DockerBuild {
  /**
   * Names that mean something to the program itself or to the loader of programs: their values
   * cannot go by its environment.
   */
  private static final Pattern NOT_BY_ENVIRONMENT =
      Pattern.compile(
          "(?i)PATH|HOME|LD_.*|DYLD_.*|GLIBC.*|GO.*|DOCKER.*|CONTAINER.*|BUILDKIT.*|BUILDX.*"
              + "|BUILDAH.*|STORAGE_.*|REGISTR.*|XDG_.*|SSL_.*|.*_PROXY|TMPDIR|[^A-Z_].*|.*[^A-Z0-9_].*");

  /** Microseconds. */
  private static final long CPU_PERIOD = 100_000;

  private final DockerEngine engine;
  private final DockerRun run;
  private final BuildRequest request;

  DockerBuild(DockerEngine engine, DockerRun run, BuildRequest request) {
    this.engine = engine;
    this.run = run;
    this.request = request;
  }

  BuiltImage run(OutputSink output) throws EngineException, IOException, InterruptedException {
    Dockerfile file = ReadDockerfile.of(request.dockerfile());
    new DockerRefusals(engine.options(), run.command(), request).check(output);
    for (String unknown : file.withoutStage(request.noCacheFor())) {
      output.line("[Warning] --no-cache-filter " + unknown + ": there is no such stage");
    }
    BaseImages bases = bases(file);
    List<ImageReference> read = new ArrayList<>();
    if (bases.runtime() != null) {
      read.add(reference(bases.runtime()));
    }
    for (String name : bases.buildtime()) {
      read.add(reference(name));
    }
    // Not left to the build: it would take what another run has pulled, without asking the
    // registry.
    for (ImageReference base : read) {
      run.pullUnlessOwn(base, output);
    }
    run.name(read);
    Path folder = run.folder();
    CachedSteps cached = new CachedSteps();
    DockerCommand.Waiting waiting = run.waiting();
    Map<String, String> environment = new HashMap<>();
    List<String> words = words(folder, environment);
    DockerCache cache = new DockerCache(engine, run, request);
    boolean withCache = cache.isWanted(output);
    environment.put("DOCKER_BUILDKIT", withCache || needsBuildKit(file) ? "1" : "0");
    if (withCache) {
      try (DockerLogIns.Config config = cache.logIn(folder, output)) {
        words.addAll(1, cache.words());
        engine.command(config.folder()).show(words, environment, counting(output, cached), waiting);
      }
    } else {
      engine.command(folder).show(words, environment, counting(output, cached), waiting);
    }
    String id = Files.readString(folder.resolve("image-id")).strip();
    if (withCache) {
      cache.keep(id, output);
    }
    String runtime = bases.runtime();
    List<BuiltImage.Base> others = new ArrayList<>();
    for (String name : bases.buildtime()) {
      others.add(base(name));
    }
    return new BuiltImage(id, cached.count(), runtime == null ? null : base(runtime), others);
  }

  private BuiltImage.Base base(String name) throws EngineException {
    ImageReference reference = reference(name);
    return new BuiltImage.Base(reference, run.digest(reference).orElse(null));
  }

  private static ImageReference reference(String name) throws EngineException {
    try {
      return ImageReference.parse(name);
    } catch (Refusal malformed) {
      throw EngineException.user(malformed.text(), malformed);
    }
  }

  private BaseImages bases(Dockerfile file) throws EngineException {
    try {
      return FindBaseImages.of(
          file,
          request.buildArgs(),
          request.target(),
          request.platforms().isEmpty() ? "linux/amd64" : request.platforms().getFirst(),
          request.contexts().map(ExtraContext::imageName));
    } catch (VariableExpander.BadVariable bad) {
      throw EngineException.user(bad);
    }
  }

  /** The classic builder prints the log lines that people know, but lacks the newer syntax. */
  private boolean needsBuildKit(Dockerfile file) {
    return file.syntax() != null
        || !request.secrets().isEmpty()
        || !request.contexts().isEmpty()
        || !request.noCacheFor().isEmpty()
        || file.stages().stream()
            .flatMap(stage -> stage.instructions().stream())
            .anyMatch(DockerBuild::isNewer);
  }

  private static boolean isNewer(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Run run ->
          !run.mounts().isEmpty() || !run.heredocs().isEmpty() || run.network() != null;
      case Instruction.Copy copy ->
          !copy.heredocs().isEmpty()
              || !copy.exclude().isEmpty()
              || copy.flags().keySet().stream()
                  .anyMatch(flag -> !List.of("from", "chown").contains(flag));
      case Instruction.Add add ->
          !add.heredocs().isEmpty()
              || !add.exclude().isEmpty()
              || add.flags().keySet().stream().anyMatch(flag -> !flag.equals("chown"));
      default -> false;
    };
  }

  private List<String> words(Path folder, Map<String, String> environment) {
    List<String> words = new ArrayList<>(List.of("build"));
    words.addAll(List.of("--file", request.dockerfile().toString()));
    words.addAll(List.of("--iidfile", folder.resolve("image-id").toString()));
    request.tags().forEach(tag -> words.addAll(List.of("--tag", tag.familiar())));
    request.buildArgs().forEach((name, value) -> argument(words, environment, name, value));
    request.labels().forEach((name, value) -> words.addAll(List.of("--label", name + "=" + value)));
    request
        .secrets()
        .forEach((id, file) -> words.addAll(List.of("--secret", "id=" + id + ",src=" + file)));
    request
        .addHosts()
        .forEach((name, address) -> words.addAll(List.of("--add-host", name + ":" + address)));
    option(words, "--target", request.target());
    request.platforms().forEach(platform -> words.addAll(List.of("--platform", platform)));
    if (request.noCache()) {
      words.add("--no-cache");
    }
    request.noCacheFor().forEach(stage -> words.addAll(List.of("--no-cache-filter", stage)));
    request
        .contexts()
        .byName()
        .forEach((name, context) ->
            words.addAll(List.of("--build-context", name + "=" + value(context))));
    if (!request.network().equals("default")) {
      words.addAll(List.of("--network", request.network()));
    }
    if (request.limits().cpus() > 0) {
      words.addAll(List.of("--cpu-period", String.valueOf(CPU_PERIOD)));
      words.addAll(
          List.of("--cpu-quota", String.valueOf(Math.round(request.limits().cpus() * CPU_PERIOD))));
    }
    DockerContainers.shared(words, request.limits());
    words.add(request.context().toString());
    return words;
  }

  private static String value(ExtraContext context) {
    return switch (context) {
      case ExtraContext.Folder folder -> folder.path().toString();
      case ExtraContext.Image image -> "docker-image://" + image.name().familiar();
      case ExtraContext.Layout layout -> throw new IllegalArgumentException("refused before");
    };
  }

  private static void argument(
      List<String> words, Map<String, String> environment, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (NOT_BY_ENVIRONMENT.matcher(name).matches()) {
      words.addAll(List.of("--build-arg", name + "=" + value));
    } else {
      environment.put(name, value);
      words.addAll(List.of("--build-arg", name));
    }
  }

  private static void option(List<String> words, String name, @Nullable String value) {
    if (value != null) {
      words.addAll(List.of(name, value));
    }
  }

  private static OutputSink counting(OutputSink output, CachedSteps cached) {
    return (bytes, offset, length) -> {
      cached.read(new String(bytes, offset, length, StandardCharsets.UTF_8));
      output.write(bytes, offset, length);
    };
  }
}
