package io.slipway.builder.docker;

import com.google.re2j.Pattern;
import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.EngineRun.NetworkSpec;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.OutputSink;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.Folders;
import io.slipway.builder.process.LastFed;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a run. Runs share the engine's store of images, so each uses only what it built or
 * pulled itself, by its id: whatever else is there, it asks the registry for, with its own rights.
 */
final class DockerRun implements EngineRun {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final DockerEngine engine;
  private final RunEnvironment run;
  private final Path scratch;

  /** Ids of the run's images by canonical name. */
  private final Map<String, String> own = new ConcurrentHashMap<>();

  private final Set<String> networks = ConcurrentHashMap.newKeySet();
  private final DockerContainers containers;
  private final LastFed lastFed = new LastFed();
  private volatile @Nullable DockerWatchdog watchdog;
  private volatile @Nullable EngineRun isolated;

  DockerRun(DockerEngine engine, RunEnvironment run) throws IOException {
    this.engine = engine;
    this.run = run;
    this.scratch = engine.options().folder().resolve(run.key());
    Files.createDirectories(scratch);
    this.containers = new DockerContainers(engine, this);
  }

  RunEnvironment run() {
    return run;
  }

  /** A new folder that only this process's user can read; deleted with the run. */
  Path folder() throws IOException {
    return Files.createDirectory(
        scratch.resolve(UUID.randomUUID().toString()),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  DockerCommand command() {
    return engine.command(scratch);
  }

  /** Name within the engine of what has a name within the run. */
  String name(String within) {
    return run.key() + "-" + within;
  }

  @Override
  public void createNetwork(NetworkSpec network) throws EngineException {
    List<String> words = new ArrayList<>(List.of("network", "create"));
    words.addAll(engine.labels(run.key()));
    if (!network.driver().isEmpty()) {
      words.addAll(List.of("--driver", network.driver()));
    }
    if (network.ipv6()) {
      words.add("--ipv6");
    }
    words.add(name(network.name()));
    try {
      command().call(words.toArray(String[]::new));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw EngineException.platform("interrupted", interrupted);
    }
    networks.add(network.name());
  }

  /** Makes the network of steps that name none, if it does not exist yet. */
  synchronized String network(String name) throws EngineException {
    if (!networks.contains(name)) {
      createNetwork(new NetworkSpec(name, "bridge", false));
    }
    return name(name);
  }

  @Override
  public BuiltImage build(BuildRequest request, OutputSink output)
      throws EngineException, InterruptedException {
    try {
      BuiltImage image = new DockerBuild(engine, this, request).run(output);
      request.tags().forEach(tag -> owns(tag, image.imageId()));
      return image;
    } catch (IOException failed) {
      throw platform(failed);
    }
  }

  /** From now on the name means this image, for this run. */
  private void owns(ImageReference name, String id) {
    if (own.put(name.canonical(), id) == null) {
      engine.names().hold(name.canonical());
    }
  }

  /** Id of an image that the run built or pulled. */
  String id(ImageReference image) throws EngineException {
    String id = own.get(image.canonical());
    if (id == null) {
      throw notLocal(image);
    }
    return id;
  }

  private static EngineException notLocal(ImageReference image) {
    return EngineException.user(
        "An image does not exist locally with the tag: " + image.familiar());
  }

  /** Makes the engine's names mean what they mean for this run. */
  void name(List<ImageReference> images) throws EngineException, InterruptedException {
    for (ImageReference image : images) {
      if (image.digest() == null) {
        command().call("tag", id(image), image.familiar());
      }
    }
  }

  @Override
  public int run(ContainerSpec container, OutputSink output)
      throws EngineException, InterruptedException {
    pullUnlessOwn(container.image(), output);
    try {
      return containers.run(container, output);
    } catch (IOException failed) {
      throw platform(failed);
    }
  }

  void pullUnlessOwn(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    if (!own.containsKey(image.canonical())) {
      pull(image, output);
    }
  }

  @Override
  public void stop(String name, Duration grace) throws EngineException, InterruptedException {
    containers.stop(name, grace);
  }

  @Override
  public void remove(String name, boolean force) throws EngineException, InterruptedException {
    containers.remove(name, force);
  }

  @Override
  public void logs(String name, OutputSink output) throws EngineException, InterruptedException {
    containers.logs(name, output);
  }

  @Override
  public int waitFor(String name) throws EngineException, InterruptedException {
    return containers.waitFor(name);
  }

  @Override
  public String push(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    String id = id(image);
    Lock lock = engine.names().lock(image.canonical());
    lock.lockInterruptibly();
    try {
      command().call("tag", id, image.familiar());
      withLogIn(image, true, List.of("push", image.familiar()), output);
    } finally {
      lock.unlock();
    }
    return digest(image)
        .orElseThrow(() ->
            EngineException.platform("the engine does not know the digest of " + image.familiar()));
  }

  @Override
  public void pull(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    Lock lock = engine.names().lock(image.canonical());
    lock.lockInterruptibly();
    try {
      withLogIn(image, false, List.of("pull", image.familiar()), output);
      owns(image, command().call("image", "inspect", "--format", "{{.Id}}", image.familiar()));
    } finally {
      lock.unlock();
    }
  }

  private void withLogIn(ImageReference image, boolean push, List<String> words, OutputSink output)
      throws EngineException, InterruptedException {
    try (DockerLogIns.Config config =
        new DockerLogIns(RegistryCalls.of(run.registries()))
            .write(List.of(image), push, folder())) {
      engine.command(config.folder()).show(words, Map.of(), output);
    } catch (IOException failed) {
      throw platform(failed);
    }
  }

  @Override
  public int isolate(MachineProgram program, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    Optional<ContainerEngine> isolation = engine.isolation();
    return isolation.isPresent()
        ? isolated(isolation.get()).isolate(program, output)
        : program.runPlainly(output);
  }

  /** The run at the engine of this machine, opened by the first program. */
  private synchronized EngineRun isolated(ContainerEngine isolation) throws EngineException {
    EngineRun known = isolated;
    if (known == null) {
      if (!lastFed.mayBegin(System.nanoTime())) {
        throw starved();
      }
      known = isolation.openRun(run);
      if (lastFed.isFed()) {
        known.feed();
      }
      isolated = known;
    }
    return known;
  }

  @Override
  public Optional<String> digest(ImageReference image) {
    String id = own.get(image.canonical());
    if (id == null) {
      return Optional.empty();
    }
    try {
      String known = command().call("image", "inspect", "--format", "{{json .RepoDigests}}", id);
      return image
          .digestAmong(List.of(known.split("[\\[\\],\"]+")))
          .filter(digest -> DIGEST.matcher(digest).matches());
    } catch (EngineException unknown) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** How to wait for what ends with the run; a run that is fed is watched from here on. */
  synchronized DockerCommand.Waiting waiting() throws EngineException {
    DockerWatchdog known = watchdog;
    if (known == null) {
      if (!lastFed.isFed()) {
        return ChildProcess::await;
      }
      if (!lastFed.mayBegin(System.nanoTime())) {
        throw starved();
      }
      known = startWatchdog();
      watchdog = known;
      known.feed();
    }
    if (known.isStarved()) {
      throw starved();
    }
    return known::await;
  }

  private static EngineException starved() {
    return EngineException.platform("the agent was stopped; all of the run has ended");
  }

  private DockerWatchdog startWatchdog() throws EngineException {
    try {
      return DockerWatchdog.start(
          engine.options().program(), command().environment(Map.of()), label());
    } catch (IOException failed) {
      throw EngineException.platform("a shell cannot be started", failed);
    }
  }

  private String label() {
    return "io.slipway.run=" + run.key();
  }

  @Override
  public void feed() {
    lastFed.feed(System.nanoTime());
    Optional.ofNullable(watchdog).ifPresent(DockerWatchdog::feed);
    Optional.ofNullable(isolated).ifPresent(EngineRun::feed);
  }

  @Override
  public boolean isStarved() {
    return lastFed.isStarved()
        || Optional.ofNullable(watchdog).map(DockerWatchdog::isStarved).orElse(false)
        || Optional.ofNullable(isolated).map(EngineRun::isStarved).orElse(false);
  }

  private static EngineException platform(IOException failed) {
    return EngineException.platform(
        "the agent's files could not be used: " + failed.getMessage(), failed);
  }

  /** Under the lock, so that a run that has just pulled the name holds it before it is removed. */
  private void release(String image) throws IOException, EngineException, InterruptedException {
    Lock lock = engine.names().lock(image);
    lock.lock();
    try {
      if (engine.names().release(image)) {
        command().start(List.of("rmi", "--no-prune", image), Map.of(), (b, o, l) -> {}).await();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    // Whatever ended the run must not end its clean-up.
    boolean interrupted = Thread.interrupted();
    try {
      Optional.ofNullable(isolated).ifPresent(EngineRun::close);
      DockerWatchdog known = watchdog;
      if (known != null) {
        known.close();
      }
      command().removeLabeled(label());
      for (String image : own.keySet()) {
        release(image);
      }
      Folders.delete(scratch);
    } catch (EngineException | IOException failed) {
      System.getLogger(DockerRun.class.getName())
          .log(System.Logger.Level.WARNING, "Something of a run is left", failed);
    } catch (InterruptedException again) {
      interrupted = true;
    } finally {
      engine.closed(this);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
