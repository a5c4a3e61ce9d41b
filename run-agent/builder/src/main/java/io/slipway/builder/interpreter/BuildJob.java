package io.slipway.builder.interpreter;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.EngineException;
import io.slipway.builder.GitRepositories;
import io.slipway.builder.OutputSink;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.store.CacheFolders;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * What a build works with.
 *
 * @param request what was asked for
 * @param space names and layers of the run
 * @param cache results of earlier steps
 * @param registries registry calls with the run's credentials
 * @param containers starts RUN
 * @param cacheFolders folder for {@code RUN --mount=type=cache} of the same tenant
 * @param downloads fetches what ADD names by address
 * @param repositories fetches git repositories that ADD names
 * @param clock tells the time
 * @param latest the time of all files of layers that are younger
 * @param output takes the build's words
 */
public record BuildJob(
    BuildRequest request,
    ImageSpace space,
    StepCache cache,
    RegistryCalls registries,
    RunContainers containers,
    CacheFolders.Scope cacheFolders,
    Download downloads,
    GitRepositories repositories,
    InstantSource clock,
    Instant latest,
    OutputSink output) {

  /** The same for another request. */
  BuildJob of(BuildRequest other) {
    return with(other, cache, clock, latest);
  }

  /** The same, in which no result of an earlier step is taken. */
  BuildJob fresh() {
    return with(request, cache.fresh(), clock, latest);
  }

  /** The same at another time; {@code files}: its files have no later one. */
  BuildJob at(Instant time, boolean files) {
    return with(request, cache, InstantSource.fixed(time), files ? time : Instant.MAX);
  }

  private BuildJob with(BuildRequest of, StepCache results, InstantSource now, Instant last) {
    return new BuildJob(
        of,
        space,
        results,
        registries,
        containers,
        cacheFolders,
        downloads,
        repositories,
        now,
        last,
        output);
  }

  /** What makes the key of a step that makes a layer. */
  CacheKey layerKey(String kind) {
    CacheKey key = CacheKey.of(kind);
    return latest.isBefore(Instant.MAX) ? key.with("no later than " + latest) : key;
  }

  /** A file that ADD names by its address. */
  @FunctionalInterface
  public interface Download {
    /**
     * Fetches it into a file.
     *
     * @return when it was last changed, or the epoch if the server does not say
     */
    Instant fetch(URI address, Path into) throws EngineException, InterruptedException;
  }

  /** Starts the containers of RUN within the namespaces of the run. */
  public interface RunContainers {
    /**
     * Runs a process to its end.
     *
     * @return its exit code
     */
    int run(UnpackedImage image, UpperDraft upper, ContainerProcess process, OutputSink output)
        throws EngineException, IOException, InterruptedException;

    /** Files for {@code /etc/hosts}, {@code resolv.conf} and {@code hostname}, as mounts. */
    List<Mount> names(String hostName, Map<String, String> addHosts)
        throws EngineException, IOException, InterruptedException;

    /** A new folder that is deleted with the run. */
    Path scratchFolder() throws IOException;

    /** Whether limits of memory and processors are kept. */
    boolean hasLimits() throws EngineException, InterruptedException;
  }
}
