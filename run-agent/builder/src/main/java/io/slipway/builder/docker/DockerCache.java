package io.slipway.builder.docker;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * Steps of builds in images of a registry: BuildKit's inline cache, which is the image itself with
 * a note of its steps. A cache that cannot be read or written is a warning, never a failure.
 */
final class DockerCache {
  private final DockerEngine engine;
  private final DockerRun run;
  private final BuildRequest request;
  private final List<ImageReference> readable = new ArrayList<>();

  DockerCache(DockerEngine engine, DockerRun run, BuildRequest request) {
    this.engine = engine;
    this.run = run;
    this.request = request;
  }

  /** Whether the build reads or writes such a cache; Podman's builder cannot. */
  boolean isWanted(OutputSink output) {
    boolean wanted = !request.cacheFrom().isEmpty() || request.cacheTo() != null;
    if (wanted && engine.options().program().endsWith("podman")) {
      output.line(
          "WARNING: Podman keeps its own cache and has none in a registry; cache: is ignored");
      return false;
    }
    return wanted;
  }

  /**
   * Logs the build in to the caches that it reads; those that may not be read are left out.
   *
   * @param folder the build's own configuration folder
   */
  DockerLogIns.Config logIn(Path folder, OutputSink output)
      throws IOException, InterruptedException {
    for (ImageReference cache :
        request.noCache() ? List.<ImageReference>of() : request.cacheFrom()) {
      try (DockerLogIns.Config tried = logIns().write(List.of(cache), false, run.folder())) {
        readable.add(cache);
      } catch (EngineException refused) {
        output.line(warning(cache, "read", refused));
      }
    }
    try {
      return logIns().write(readable, false, folder);
    } catch (EngineException refused) {
      // A credential of a moment ago is refused now: the build goes on without caches.
      readable.forEach(cache -> output.line(warning(cache, "read", refused)));
      readable.clear();
      return new DockerLogIns.Config(folder);
    }
  }

  /** Words of {@code docker build}. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    readable.forEach(cache -> words.addAll(List.of("--cache-from", cache.familiar())));
    if (request.cacheTo() != null) {
      words.addAll(List.of("--build-arg", "BUILDKIT_INLINE_CACHE=1"));
    }
    return words;
  }

  /** Puts an image's steps there. */
  void keep(String image, OutputSink output) throws InterruptedException {
    ImageReference to = request.cacheTo();
    if (to == null) {
      return;
    }
    // Runs share the name: another one must not give it to its own image before the push.
    Lock lock = engine.names().lock(to.canonical());
    lock.lockInterruptibly();
    try (DockerLogIns.Config config = logIns().write(List.of(to), true, run.folder())) {
      DockerCommand command = engine.command(config.folder());
      command.call("tag", image, to.familiar());
      String unused = command.call("push", "--quiet", to.familiar());
      output.line("Kept the steps in build cache " + to.familiar());
      if (!request.tags().isEmpty()) {
        // Its last name would take the image with it.
        unused = command.call("rmi", "--no-prune", to.familiar());
      }
    } catch (EngineException | IOException failed) {
      output.line(warning(to, "written", failed));
    } finally {
      lock.unlock();
    }
  }

  private DockerLogIns logIns() {
    return new DockerLogIns(RegistryCalls.of(run.run().registries()));
  }

  private static String warning(ImageReference cache, String what, Exception why) {
    return "WARNING: the build cache %s cannot be %s: %s"
        .formatted(cache.familiar(), what, why.getMessage());
  }
}
