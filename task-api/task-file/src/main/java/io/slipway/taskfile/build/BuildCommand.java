package io.slipway.taskfile.build;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code docker build}, as a build step has them.
 *
 * @param source what is built
 * @param tags names of the result
 * @param buildArgs build arguments; null where the value comes from the environment
 * @param platforms platforms such as {@code linux/amd64}; empty for the machine's
 * @param labels labels
 * @param pull whether base images are asked for again
 * @param run what RUN sees and may use
 * @param cache where results of steps come from
 * @param result what is done with the image
 * @param warnings flags that are known and have no effect here, for the run's log
 */
public record BuildCommand(
    Source source,
    List<String> tags,
    Map<String, @Nullable String> buildArgs,
    List<String> platforms,
    Map<String, String> labels,
    boolean pull,
    RunOptions run,
    BuildCache cache,
    BuildResult result,
    List<String> warnings) {
  /**
   * What is built.
   *
   * @param context address or folder of the context
   * @param file Dockerfile, or null for {@code Dockerfile} in the context; see {@link
   *     #dockerfile(String)}
   * @param target stage, or null
   * @param namedContexts further contexts by name
   */
  public record Source(
      String context,
      @Nullable String file,
      @Nullable String target,
      NamedContexts<NamedContext> namedContexts) {}

  /**
   * What RUN sees and may use.
   *
   * @param network {@code default}, {@code none} or {@code host}
   * @param addHosts names for its {@code /etc/hosts}, name to address
   * @param secrets secrets that it may mount
   * @param limits what it may take of the machine
   */
  public record RunOptions(
      String network,
      Map<String, String> addHosts,
      List<BuildSecret> secrets,
      BuildLimits limits) {}

  /**
   * Reads one, split as a shell would.
   *
   * @throws Refusal if a flag is unknown, refused, or lacks its value; names it
   */
  public static BuildCommand parse(String text) throws Refusal {
    return of(CommandWords.split(text, Map.of()).words());
  }

  /**
   * Reads one from its words.
   *
   * @throws Refusal as {@link #parse(String)}
   */
  public static BuildCommand of(List<String> words) throws Refusal {
    return new BuildCommandReader(new FlagWords(words)).read();
  }

  /** Whether nothing is taken from a cache. */
  public boolean noCache() {
    return cache.off();
  }

  /**
   * Path of the Dockerfile, relative to where {@code folder} is relative to. As in Docker a path
   * that is written counts from the step's working directory if the context is a folder of the
   * workspace, and from the context if it was fetched.
   *
   * @param folder folder of the context
   */
  public String dockerfile(String folder) {
    String file = source.file();
    boolean local = ContextAddress.parse(source.context()) instanceof ContextAddress.Local;
    if (file != null && local) {
      return file;
    }
    String name = file == null ? "Dockerfile" : file;
    return folder.isEmpty() || folder.equals(".") ? name : folder + "/" + name;
  }

  /** The same build of another context. */
  public BuildCommand withContext(String other) {
    return with(cache, other);
  }

  /** The same build that also takes and keeps the steps of all its stages in an image. */
  public BuildCommand withCache(ImageReference image) {
    List<ImageReference> from = new ArrayList<>(cache.from());
    from.add(image);
    return with(
        new BuildCache(cache.off(), cache.offFor(), List.copyOf(from), List.of(image), true),
        source.context());
  }

  private BuildCommand with(BuildCache otherCache, String otherContext) {
    return new BuildCommand(
        new Source(otherContext, source.file(), source.target(), source.namedContexts()),
        tags,
        buildArgs,
        platforms,
        labels,
        pull,
        run,
        otherCache,
        result,
        warnings);
  }

  /** Address or folder of the context. */
  public String context() {
    return source.context();
  }

  /** Dockerfile as written, or null. */
  public @Nullable String file() {
    return source.file();
  }

  /** Stage, or null for the last. */
  public @Nullable String target() {
    return source.target();
  }

  public NamedContexts<NamedContext> namedContexts() {
    return source.namedContexts();
  }

  public String network() {
    return run.network();
  }

  /** Names for {@code /etc/hosts} of RUN, name to address. */
  public Map<String, String> addHosts() {
    return run.addHosts();
  }

  /** Secrets that RUN may mount. */
  public List<BuildSecret> secrets() {
    return run.secrets();
  }

  /** What RUN may take of the machine. */
  public BuildLimits limits() {
    return run.limits();
  }
}
