package io.slipway.builder.builtin;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.EngineRun.NetworkSpec;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.OutputSink;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.http.HttpDownload;
import io.slipway.builder.interpreter.BuildJob;
import io.slipway.builder.interpreter.CachedBuild;
import io.slipway.builder.interpreter.StepCache;
import io.slipway.builder.layer.SourceChangedException;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.store.FreeSpace.NoSpaceException;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredIndex;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** One attempt of a run. */
final class BuiltinRun implements EngineRun {
  private final Host host;
  private final RunEnvironment environment;
  private final ImageSpace space;
  private final RegistryCalls registries;
  private final RunResources resources;
  private final RunNetworks networks;
  private final StepContainers steps;
  private final Consumer<BuiltinRun> whenClosed;

  /**
   * Opens a run.
   *
   * @param whenClosed is told once, when nothing of the run is left
   */
  BuiltinRun(
      Host host,
      RunEnvironment environment,
      Path workspace,
      ImageSpace space,
      Consumer<BuiltinRun> whenClosed) {
    this.host = host;
    this.environment = environment;
    this.space = space;
    this.whenClosed = whenClosed;
    this.registries = RegistryCalls.of(environment.registries());
    this.resources =
        new RunResources(host, environment.key(), environment.tenant(), workspace, space::written);
    this.networks = new RunNetworks(resources);
    this.steps = new StepContainers(host, resources, space, workspace, networks);
  }

  @Override
  public void createNetwork(NetworkSpec network) throws EngineException {
    networks.create(network);
  }

  @Override
  public BuiltImage build(BuildRequest request, OutputSink output)
      throws EngineException, InterruptedException {
    try {
      BuildJob job =
          new BuildJob(
              request,
              space,
              new StepCache(space.cache(environment.tenant()), request.noCache(), output),
              registries,
              new BuildContainers(host, resources, networks),
              host.caches().of(environment.tenant(), environment.caches()),
              new HttpDownload(host.options().allowed().egress())::fetch,
              environment.repositories(),
              host.clock(),
              Instant.MAX,
              output);
      return new CachedBuild(job).run();
    } catch (InterruptedIOException | ClosedByInterruptException stopped) {
      throw interrupted(stopped);
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  @Override
  public int run(ContainerSpec container, OutputSink output)
      throws EngineException, InterruptedException {
    try {
      return steps.run(container, image(container.image(), output), output);
    } catch (InterruptedIOException stopped) {
      throw interrupted(stopped);
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  private StoredImage image(ImageReference name, OutputSink output)
      throws EngineException, InterruptedException {
    Optional<StoredImage> known = space.find(name);
    if (known.isPresent()) {
      return known.get();
    }
    output.line("Unable to find image '" + name.familiar() + "' locally");
    return pulled(name, output);
  }

  @Override
  public void stop(String name, Duration grace) throws EngineException, InterruptedException {
    steps.stop(name, grace);
  }

  @Override
  public void remove(String name, boolean force) throws EngineException {
    try {
      steps.remove(name, force);
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  @Override
  public void logs(String name, OutputSink output) throws EngineException {
    steps.logs(name, output);
  }

  @Override
  public int waitFor(String name) throws EngineException, InterruptedException {
    return steps.waitFor(name);
  }

  @Override
  public String push(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    StoredImage stored =
        space
            .find(image)
            .orElseThrow(() ->
                EngineException.user(
                    "An image does not exist locally with the tag: " + image.familiar()));
    try {
      Optional<StoredIndex> index = space.index(image);
      PushedImage pushed =
          index.isPresent()
              ? registries.push(index.get(), image, space, output::line)
              : registries.push(stored, image, space, output::line);
      space.noteDigest(image, pushed.digest());
      return pushed.digest();
    } catch (RegistryCallException refused) {
      throw EngineException.of(refused);
    }
  }

  @Override
  public void pull(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    pulled(image, output);
  }

  private StoredImage pulled(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    try {
      return registries.pull(image, Platform.current(), space, output::line);
    } catch (RegistryCallException refused) {
      throw EngineException.of(refused);
    }
  }

  @Override
  public int isolate(MachineProgram program, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    return new IsolatedPrograms(host, resources, networks, space).run(program, output);
  }

  @Override
  public Optional<String> digest(ImageReference image) {
    return space.digest(image);
  }

  /**
   * A run that was ended for the disk's sake fails for that, whatever it met first. A malformed
   * image is the fault of whoever made it; other failures of files are ours.
   */
  private EngineException failure(IOException failed) {
    try {
      resources.disk().check();
    } catch (EngineException ended) {
      ended.addSuppressed(failed);
      return ended;
    }
    for (Throwable each = failed; each != null; each = each.getCause()) {
      if (each instanceof SourceChangedException) {
        return EngineException.user(String.valueOf(each.getMessage()), failed);
      }
      if (each instanceof NoSpaceException full) {
        return EngineException.unsupported(String.valueOf(full.getMessage()), failed);
      }
      if (each instanceof MalformedImageException malformed) {
        return EngineException.user(
            "an image that is used here is malformed: " + malformed.getMessage(), failed);
      }
    }
    return EngineException.platform("the agent failed: " + failed.getMessage(), failed);
  }

  private static InterruptedException interrupted(IOException stopped) {
    InterruptedException interrupted = new InterruptedException(stopped.getMessage());
    interrupted.initCause(stopped);
    return interrupted;
  }

  @Override
  public void feed() {
    resources.feed();
  }

  @Override
  public boolean isStarved() {
    return resources.isStarved();
  }

  @Override
  public void close() {
    if (!resources.close()) {
      return;
    }
    try {
      steps.close();
      resources.deleteScratch();
    } catch (IOException failed) {
      System.getLogger(BuiltinRun.class.getName())
          .log(System.Logger.Level.WARNING, "Scratch files of a run could not be deleted", failed);
    } finally {
      space.close();
      whenClosed.accept(this);
    }
  }
}
