package io.slipway.builder.interpreter;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.NativeFiles;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

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
 * @param clock tells the time
 * @param output takes the build's words
 */
public record BuildJob(
    BuildRequest request,
    ImageSpace space,
    StepCache cache,
    RegistryCalls registries,
    RunContainers containers,
    BuildJob.CacheFolders cacheFolders,
    Download downloads,
    InstantSource clock,
    OutputSink output) {

  /** The same for another request. */
  BuildJob of(BuildRequest other) {
    return new BuildJob(
        other, space, cache, registries, containers, cacheFolders, downloads, clock, output);
  }

  /** The same, in which no result of an earlier step is taken. */
  BuildJob fresh() {
    return new BuildJob(
        request,
        space,
        cache.fresh(),
        registries,
        containers,
        cacheFolders,
        downloads,
        clock,
        output);
  }

  /** The same at another time. */
  BuildJob at(InstantSource other) {
    return new BuildJob(
        request, space, cache, registries, containers, cacheFolders, downloads, other, output);
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

  /**
   * Folders that {@code RUN --mount=type=cache} keeps from build to build. One build at a time has
   * a folder; another gets an empty one, unless it asks to share.
   */
  public static final class CacheFolders {
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final Path root;

    /** The caches below a folder of those who share them. */
    public CacheFolders(Path root) {
      this.root = root;
    }

    /** Whose they are: a layer that was made with them is no other's. */
    String scope() {
      return String.valueOf(root.getFileName());
    }

    /** A folder that is held until it is closed. */
    record Held(Path path, boolean scratch, boolean counted) implements AutoCloseable {
      @Override
      public void close() {
        if (counted) {
          IN_USE.remove(path);
        }
      }
    }

    /** The folder of an id. */
    Held hold(String id, boolean shared, int mode, long uid, long gid) throws IOException {
      Path folder = root.resolve(Sha256.hex(Sha256.of(id)));
      if (shared) {
        return new Held(make(folder, mode, uid, gid), false, false);
      }
      if (IN_USE.add(folder)) {
        return new Held(make(folder, mode, uid, gid), false, true);
      }
      Path other = root.resolve("busy-" + UUID.randomUUID());
      IN_USE.add(other);
      return new Held(make(other, mode, uid, gid), true, true);
    }

    private static Path make(Path folder, int mode, long uid, long gid) throws IOException {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        if (uid != 0 || gid != 0) {
          NativeFiles.chown(folder, uid, gid);
        }
        NativeFiles.chmod(folder, mode);
      }
      return folder;
    }
  }
}
