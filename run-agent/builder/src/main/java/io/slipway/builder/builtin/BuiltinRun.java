package io.slipway.builder.builtin;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.NetworkSpec;
import io.slipway.builder.OutputSink;
import io.slipway.builder.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.interpreter.BuildJob;
import io.slipway.builder.interpreter.CacheFolders;
import io.slipway.builder.interpreter.CachedBuild;
import io.slipway.builder.interpreter.HttpDownload;
import io.slipway.builder.interpreter.RegistryFailure;
import io.slipway.builder.interpreter.StepCache;
import io.slipway.builder.process.Folders;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.sandbox.RunSandbox;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredIndex;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One attempt of a run. */
final class BuiltinRun implements EngineRun {
  private final BuiltinEngine engine;
  private final RunEnvironment run;
  private final ImageSpace space;
  private final RegistryCalls registries;
  private final Path scratch;
  private final RunNetworks networks;
  private final StepContainers steps;
  private @Nullable RunSandbox sandbox;
  private boolean closed;

  BuiltinRun(BuiltinEngine engine, RunEnvironment run, ImageSpace space) {
    this.engine = engine;
    this.run = run;
    this.space = space;
    this.registries = RegistryCalls.of(run.registries());
    this.scratch = engine.folder().resolve("scratch").resolve(run.key());
    this.networks = new RunNetworks(this);
    this.steps = new StepContainers(engine, this, networks);
  }

  RunEnvironment run() {
    return run;
  }

  ImageSpace space() {
    return space;
  }

  /** Namespaces of the run, made when they are needed first. */
  synchronized RunSandbox sandbox() throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the run is over");
    }
    RunSandbox known = sandbox;
    if (known == null) {
      known = RunSandbox.open(scratch.resolve("sandbox"));
      if (engine.hasEgress()) {
        known.openEgress(engine.newSocket());
      }
      sandbox = known;
    }
    return known;
  }

  /** Whether it is over, and its namespaces with it. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** A fresh folder that only this process's user can read, gone with the run. */
  Path scratchFolder() throws IOException {
    Files.createDirectories(scratch);
    return Files.createDirectory(
        scratch.resolve(UUID.randomUUID().toString()),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
              new StepCache(space.cache(run.tenant()), request.noCache(), output),
              registries,
              new BuildContainers(engine, this),
              new CacheFolders(
                  engine.folder().resolve("caches").resolve(Sha256.hex(Sha256.of(run.tenant())))),
              new HttpDownload(engine.options().privateAddressesAllowed()),
              engine.clock(),
              output);
      return new CachedBuild(job).run();
    } catch (java.io.InterruptedIOException
        | java.nio.channels.ClosedByInterruptException stopped) {
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
    } catch (java.io.InterruptedIOException stopped) {
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
                new EngineException(
                    EngineException.Cause.USER,
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
      throw RegistryFailure.of(refused);
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
      throw RegistryFailure.of(refused);
    }
  }

  @Override
  public Optional<String> digest(ImageReference image) {
    return space.digest(image);
  }

  /** A malformed image is its maker's affair; whatever else goes wrong with files is ours. */
  private static EngineException failure(IOException failed) {
    for (Throwable each = failed; each != null; each = each.getCause()) {
      if (each instanceof MalformedImageException malformed) {
        return new EngineException(
            EngineException.Cause.USER,
            "an image that is used here is malformed: " + malformed.getMessage(),
            failed);
      }
    }
    return new EngineException(
        EngineException.Cause.PLATFORM, "the agent failed: " + failed.getMessage(), failed);
  }

  private static InterruptedException interrupted(IOException stopped) {
    InterruptedException interrupted = new InterruptedException(stopped.getMessage());
    interrupted.initCause(stopped);
    return interrupted;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (sandbox != null) {
        sandbox.close();
      }
    }
    try {
      steps.close();
      Folders.delete(scratch);
    } catch (IOException failed) {
      System.getLogger(BuiltinRun.class.getName())
          .log(System.Logger.Level.WARNING, "Scratch files of a run are left", failed);
    } finally {
      space.close();
      engine.closed(this);
    }
  }
}
